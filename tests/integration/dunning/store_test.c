/* Dunning's tables, on a real PostgreSQL. What is loaded after each step is what dunning in memory
 * holds; a mail is looked at once more before it leaves; the dispatcher's statements
 * (dispatch_test.c). */
#include "dunning/store.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "dunning/core/decide.h"
#include "tests/integration/dunning/rig.h"

static Rig rig;
static const Account ZOE = {{"acme", 4}, {"C-1", 3}};

/* The same debtor in memory. */
typedef struct Memory {
    Arena arena;
    Debtor debtor;
    TaskNumbers numbers;
    Date day;
} Memory;

static Memory memory;

static void must(bool done, const Err *err) {
    if (!done) {
        fail_msg("%s %s", err->code, err->text);
    }
}

static Date day_of(const char *text) {
    Date day = DATE_NONE;
    assert_true(date_parse(str_of(text), &day));
    return day;
}

static Money money(int64_t minor, const char *code) {
    Currency currency = {0};
    assert_true(currency_find(str_of(code), &currency));
    return money_of(minor, currency);
}

static int fresh(void **state) {
    (void)state;
    rig_reset(&rig);
    memory = (Memory){.arena = arena_open("memory", 16 << 20), .day = day_of("2024-01-01")};
    memory.debtor = (Debtor){.arena = &memory.arena,
                             .task = RIG_TASK,
                             .account = ZOE,
                             .extent = DEBTOR_WHOLE,
                             .visit_on = DATE_NONE,
                             .credit = {.day = DATE_NONE},
                             .credit_before = {.day = DATE_NONE}};
    return 0;
}

static int done(void **state) {
    (void)state;
    arena_close(&memory.arena);
    return 0;
}

/* ---- the same as in memory */

static void assert_text(Str a, Str b) {
    if (!str_equals(a, b)) {
        fail_msg("\"%.*s\" is stored as \"%.*s\"", STR_ARGS(a), STR_ARGS(b));
    }
}

static void assert_date(Date a, Date b) {
    assert_int_equal(date_compare(a, b), 0);
}

static void assert_credit(const CreditState *a, const CreditState *b) {
    assert_int_equal(a->band, b->band);
    assert_int_equal(a->score, b->score);
    assert_int_equal(a->epoch, b->epoch);
    assert_int_equal(a->version, b->version);
    assert_date(a->day, b->day);
}

static void assert_head(const Debtor *a, const Debtor *b) {
    assert_date(a->visit_on, b->visit_on);
    assert_text(a->contact.hash, b->contact.hash);
    assert_text(a->contact.name, b->contact.name);
    assert_text(a->contact.mail, b->contact.mail);
    assert_true(a->contact.refused == b->contact.refused);
    assert_credit(&a->credit, &b->credit);
    assert_credit(&a->credit_before, &b->credit_before);
}

static void assert_items(const Debtor *a, const Debtor *b) {
    assert_int_equal(a->item_count, b->item_count);
    for (int i = 0; i < a->item_count; i++) {
        const Item *item = &a->items[i];
        const Item *stored = debtor_find_item(b, item->key);
        assert_non_null(stored);
        assert_int_equal(money_compare(item->open, stored->open), 0);
        assert_date(item->due_on, stored->due_on);
        assert_int_equal(item->instalments, stored->instalments);
        assert_int_equal(item->level, stored->level);
        assert_text(item->request, stored->request);
        assert_true(item->rejected == stored->rejected);
    }
}

static void assert_pauses(const Debtor *a, const Debtor *b) {
    assert_int_equal(a->pause_count, b->pause_count);
    for (int i = 0; i < a->pause_count; i++) {
        const Pause *stored = debtor_find_pause(b, a->pauses[i].number);
        assert_non_null(stored);
        assert_text(a->pauses[i].invoice, stored->invoice);
        assert_date(a->pauses[i].starts_on, stored->starts_on);
        assert_date(a->pauses[i].ends_on, stored->ends_on);
    }
}

static void assert_dunnings(const Debtor *a, Debtor *b) {
    assert_int_equal(a->dunning_count, b->dunning_count);
    for (int i = 0; i < a->dunning_count; i++) {
        const Dunning *dunning = &a->dunnings[i];
        const Dunning *stored = debtor_dunning(b, dunning->currency, DATE_NONE);
        assert_int_equal(dunning->state, stored->state);
        assert_int_equal(dunning->person, stored->person);
        assert_date(dunning->since, stored->since);
        assert_date(dunning->reminded_on, stored->reminded_on);
        assert_int_equal(money_compare(dunning->unapplied, stored->unapplied), 0);
    }
}

static void assert_holds(const Debtor *a, const Debtor *b) {
    assert_int_equal(a->hold_count, b->hold_count);
    for (int i = 0; i < a->hold_count; i++) {
        const Hold *hold = &a->holds[i];
        assert_non_null(debtor_find_hold(b, hold->topic, hold->partition, hold->offset));
    }
}

static void assert_reminder(const Reminder *a, const Reminder *b) {
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->level, b->level);
    assert_int_equal(a->attempt, b->attempt);
    assert_date(a->issued_on, b->issued_on);
    assert_date(a->reminded_before, b->reminded_before);
    assert_int_equal(money_compare(a->total, b->total), 0);
    assert_text(a->contact_hash, b->contact_hash);
    assert_int_equal(a->item_count, b->item_count);
    for (int i = 0; i < a->item_count; i++) {
        assert_true(item_key_equals(a->items[i].key, b->items[i].key));
        assert_int_equal(money_compare(a->items[i].open, b->items[i].open), 0);
        assert_date(a->items[i].due_on, b->items[i].due_on);
        assert_int_equal(a->items[i].level_before, b->items[i].level_before);
        assert_int_equal(a->items[i].level_after, b->items[i].level_after);
    }
}

static bool lists_an_open_item(const Debtor *debtor, const Reminder *reminder) {
    for (int i = 0; i < reminder->item_count; i++) {
        if (debtor_find_item(debtor, reminder->items[i].key) != NULL) {
            return true;
        }
    }
    return false;
}

/* Those of open items are loaded, in the same order. */
static void assert_reminders(const Debtor *a, const Debtor *b) {
    int next = 0;
    for (int i = 0; i < a->reminder_count; i++) {
        if (lists_an_open_item(a, &a->reminders[i])) {
            assert_true(next < b->reminder_count);
            assert_text(a->reminders[i].id, b->reminders[next].id);
            assert_reminder(&a->reminders[i], &b->reminders[next++]);
        }
    }
    assert_int_equal(next, b->reminder_count);
}

static void assert_stored(void) {
    static const DunningInput look = {.kind = DUNNING_DAY_END};
    Arena arena = arena_open("load", 4 << 20);
    StoreVisit visit = {.task = RIG_TASK, .account = ZOE, .input = &look};
    Debtors debtors;
    Err err = {0};
    must(store_load(rig.app, &visit, 1, &arena, &debtors, &err), &err);
    assert_int_equal(debtors.count, 1);
    assert_head(&memory.debtor, visit.debtor);
    assert_items(&memory.debtor, visit.debtor);
    assert_pauses(&memory.debtor, visit.debtor);
    assert_dunnings(&memory.debtor, visit.debtor);
    assert_holds(&memory.debtor, visit.debtor);
    assert_reminders(&memory.debtor, visit.debtor);
    assert_int_equal(debtors_task(&debtors, RIG_TASK)->numbers.reminders, memory.numbers.reminders);
    assert_int_equal(debtors_task(&debtors, RIG_TASK)->numbers.requests, memory.numbers.requests);
    arena_close(&arena);
}

/* ---- steps, in both */

static void forget(Debtor *debtor) {
    int items = 0;
    int pauses = 0;
    int holds = 0;
    for (int i = 0; i < debtor->item_count; i++) {
        if (!money_is_zero(debtor->items[i].open)) {
            debtor->items[items++] = debtor->items[i];
        }
    }
    for (int i = 0; i < debtor->pause_count; i++) {
        if (!debtor->pauses[i].over) {
            debtor->pauses[pauses++] = debtor->pauses[i];
        }
    }
    for (int i = 0; i < debtor->hold_count; i++) {
        if (!debtor->holds[i].cleared) {
            debtor->holds[holds++] = debtor->holds[i];
        }
    }
    debtor->item_count = items;
    debtor->pause_count = pauses;
    debtor->hold_count = holds;
}

static void remember(const DunningInput *input, int *said) {
    Desk desk = {.arena = &memory.arena,
                 .debtor = &memory.debtor,
                 .day = memory.day,
                 .guidance = rules_guide(rig.rules, ZOE.creditor, memory.day),
                 .numbers = &memory.numbers};
    decide(&desk, input);
    if (input->kind != DUNNING_CREDIT) {
        decide_visit(&desk, input);
    }
    forget(&memory.debtor);
    *said = desk.fact_count;
}

static void give_event(const DunningInput *input, Event event) {
    int said = 0;
    remember(input, &said);
    event.account = ZOE;
    event.input = -1;
    rig_step(&rig, event, memory.day);
    assert_int_equal(rig.said_count, said);
    assert_stored();
}

/* To memory one by one, to the store in one batch. */
static void give_at_once(const DunningInput *inputs, int count) {
    enum { MOST = 8 };
    Event events[MOST];
    int all_said = 0;
    assert_in_range(count, 1, MOST);
    for (int i = 0; i < count; i++) {
        int said = 0;
        remember(&inputs[i], &said);
        bool is_end = inputs[i].kind == DUNNING_DAY_END;
        events[i] = (Event){.kind = is_end ? EVENT_DUE : EVENT_INPUT,
                            .account = ZOE,
                            .input = -1,
                            .body = &inputs[i]};
        all_said += said;
    }
    rig_steps(&rig, events, count, memory.day);
    assert_int_equal(rig.said_count, all_said);
    assert_stored();
}

static void give(DunningInput input) {
    give_event(&input, (Event){.kind = EVENT_INPUT, .body = &input});
}

/* As an attempt of the mail server's ends. */
static void give_attempt(Str reminder, int32_t attempt, OutcomeKind kind, ReminderEvent event) {
    Outcome outcome = {.intent = reminder, .attempt = attempt, .kind = kind, .code = 550};
    DunningInput input = {.kind = DUNNING_OUTCOME,
                          .attempted = {.reminder = reminder,
                                        .attempt = attempt,
                                        .event = event,
                                        .code = 550,
                                        .sentence = S("the mail server answered 550")}};
    give_event(&input, (Event){.kind = EVENT_OUTCOME, .body = &outcome});
}

static void give_outcome(const char *reminder, OutcomeKind kind, ReminderEvent event) {
    give_attempt(str_of(reminder), 1, kind, event);
}

/* What has not left yet would keep what follows waiting. */
static void deliver_all(void) {
    for (int i = 0; i < memory.debtor.reminder_count; i++) {
        const Reminder *reminder = &memory.debtor.reminders[i];
        if (reminder->state == REMINDER_ISSUED) {
            give_attempt(reminder->id, reminder->attempt, OUTCOME_DONE, REMINDER_WAS_DONE);
        }
    }
}

static void hold_here(int64_t offset) {
    DunningInput input = {
        .kind = DUNNING_HELD_HERE,
        .held = {.topic = S("t.v1"), .partition = 2, .offset = offset, .sentence = S("No.")}};
    give_event(&input, (Event){.kind = EVENT_HELD, .body = &input.held});
}

static DunningInput posted(const char *number, Money open, const char *due) {
    return (DunningInput){
        .kind = DUNNING_POSTED,
        .invoice = {.key = {.number = str_of(number)}, .open = open, .due_on = day_of(due)}};
}

static void invoice(const char *number, Money open, const char *due) {
    give(posted(number, open, due));
}

static void contact(const char *hash, const char *mail) {
    give((DunningInput){
        .kind = DUNNING_CONTACT,
        .contact = {.hash = str_of(hash), .name = S("Zoë Ex"), .mail = str_of(mail)}});
}

static void pay(const char *number, Money amount, Money open) {
    InvoiceNews news = {.key = {.number = str_of(number)}, .amount = amount, .open = open};
    give((DunningInput){.kind = DUNNING_CREDITED, .invoice = news});
    give((DunningInput){.kind = DUNNING_ALLOCATED, .invoice = news});
}

static void propose(const char *number) {
    Str invoices[] = {str_of(number)};
    give((DunningInput){.kind = DUNNING_PROPOSED,
                        .proposal = {.act = ACT_WRITE_OFF,
                                     .number = S("P-1"),
                                     .invoices = invoices,
                                     .invoice_count = 1,
                                     .reason = S("gone"),
                                     .actor = S("alice")}});
}

static void propose_part(const char *number, Money amount) {
    ProposedPart part = {.item = {.number = str_of(number)}, .amount = amount};
    give((DunningInput){.kind = DUNNING_PROPOSED,
                        .proposal = {.act = ACT_WRITE_OFF,
                                     .number = S("P-2"),
                                     .parts = &part,
                                     .part_count = 1,
                                     .reason = S("gone"),
                                     .code = WRITE_OFF_INSOLVENT,
                                     .actor = S("alice")}});
}

static void hear_of(const char *request, RequestState state) {
    give((DunningInput){.kind = DUNNING_REQUEST_NEWS,
                        .request = {.request = str_of(request), .state = state}});
}

static void say(DunningInputKind kind, const char *reminder, bool went_out) {
    give((DunningInput){.kind = kind,
                        .word = {.number = S("S-1"),
                                 .reminder = str_of(reminder),
                                 .went_out = went_out,
                                 .reason = S("it came back"),
                                 .actor = S("alice")}});
}

static DunningInput banded(Band band, int64_t version) {
    return (DunningInput){
        .kind = DUNNING_CREDIT,
        .credit = {.band = band, .score = 455, .epoch = 3, .version = version, .day = memory.day}};
}

static void band(Band band, int64_t version) {
    give(banded(band, version));
}

/* The debtor is visited in both, or in none. */
static void close_until(const char *last) {
    while (date_compare(memory.day, day_of(last)) <= 0) {
        Date visit_on = memory.debtor.visit_on;
        bool due = !date_is_none(visit_on) && date_compare(visit_on, memory.day) <= 0;
        int said = 0;
        if (due) {
            remember(&(DunningInput){.kind = DUNNING_DAY_END}, &said);
        }
        assert_int_equal(rig_end_day(&rig, memory.day), due ? 1 : 0);
        assert_int_equal(due ? rig.said_count : 0, said);
        memory.day = date_add(memory.day, 1);
    }
    assert_stored();
}

static int64_t count_of(const char *sql) {
    static int asked = 0;
    Arena arena = arena_open("count", 1 << 20);
    Str name = str_format(&rig.life, "count %d", ++asked);
    const PgStatement statement = {str_terminated(&rig.life, name), sql};
    PgRows rows;
    Err err = {0};
    must(pg_run(rig.owner, &statement, NULL, &arena, &rows, &err), &err);
    int64_t count = pg_i64(&rows, 0, 0);
    arena_close(&arena);
    return count;
}

/* A life that fills every list and empties it again. */
static void what_is_loaded_is_what_memory_holds(void **state) {
    (void)state;
    contact("aa", "zoe@example.test");
    invoice("INV-1", money(10000, "EUR"), "2024-01-10");
    invoice("INV-2", money(7000, "JPY"), "2024-01-10");
    invoice("INV-3", money(3000, "EUR"), "2024-01-22");
    band(BAND_A, 1);
    close_until("2024-01-05");
    band(BAND_D, 2);
    close_until("2024-01-11");
    assert_int_equal(memory.debtor.reminder_count, 2);
    give_outcome("R-1-1", OUTCOME_DONE, REMINDER_WAS_DONE);
    give_outcome("R-1-2", OUTCOME_REFUSED, REMINDER_WAS_REFUSED);
    close_until("2024-01-13"); /* a person is called */
    say(DUNNING_RESEND, "R-1-2", false);
    say(DUNNING_SETTLED, "R-1-1", false);
    contact("bb", "zoe@elsewhere.test");
    close_until("2024-01-15");
    deliver_all();
    pay("INV-2", money(7000, "JPY"), money(0, "JPY"));
    hold_here(17);
    hold_here(18);
    give((DunningInput){.kind = DUNNING_HOLD_CLEARED,
                        .held = {.topic = S("t.v1"), .partition = 2, .offset = 17}});
    close_until("2024-01-31");
    deliver_all();
    give((DunningInput){.kind = DUNNING_HOLD_CLEARED,
                        .held = {.topic = S("t.v1"), .partition = 2, .offset = 18}});
    pay("INV-1", money(2500, "EUR"), money(7500, "EUR"));
    close_until("2024-02-10");
    deliver_all();
    propose_part("INV-3", money(1000, "EUR"));
    hear_of("WO-1-1", REQUEST_REJECTED);
    assert_int_equal(count_of("SELECT count(*) FROM request_item WHERE open = 3000 AND amount = "
                              "1000 AND request = 'WO-1-1'"),
                     1);
    assert_int_equal(count_of("SELECT count(*) FROM request WHERE act = 'write_off' AND code = "
                              "'insolvent' AND amount = 1000"),
                     1);
    contact("", "");
    close_until("2024-05-01");
    hear_of("WO-1-2", REQUEST_APPROVED);
    hear_of("WO-1-2", REQUEST_REFUSED);
    close_until("2024-05-02");
    give((DunningInput){.kind = DUNNING_WRITTEN_OFF,
                        .invoice = {.key = {.number = S("INV-1")},
                                    .open = money(0, "EUR"),
                                    .request = S("WO-1-3")}});
    assert_int_equal(memory.debtor.item_count, 1);
    assert_int_equal(count_of("SELECT count(*) FROM request WHERE state = 'posted'"), 1);
    assert_int_equal(count_of("SELECT count(*) FROM request_item"), 3);
    assert_int_equal(count_of("SELECT count(*) FROM hold"), 0);
}

/* The next visit is found once a batch, and for no other input than those that may move it. */
static void a_batch_leaves_what_its_events_one_by_one_leave(void **state) {
    (void)state;
    contact("aa", "zoe@example.test");
    DunningInput due = posted("INV-1", money(10000, "EUR"), "2024-01-10");
    DunningInput overdue = posted("INV-2", money(50000, "EUR"), "2023-12-01");
    DunningInput paid = {.kind = DUNNING_ALLOCATED,
                         .invoice = {.key = {.number = S("INV-2")},
                                     .amount = money(50000, "EUR"),
                                     .open = money(0, "EUR")}};
    DunningInput money_in = {.kind = DUNNING_CREDITED, .invoice = paid.invoice};
    DunningInput late = posted("INV-3", money(70000, "EUR"), "2024-01-02");
    DunningInput day_end = {.kind = DUNNING_DAY_END};
    give_at_once((DunningInput[]){day_end, overdue, banded(BAND_A, 1)}, 3);
    assert_date(memory.debtor.visit_on, memory.day); /* the end was before it */
    give_at_once((DunningInput[]){banded(BAND_B, 2), money_in, paid, due}, 4);
    assert_date(memory.debtor.visit_on, day_of("2024-01-11"));
    close_until("2024-01-10");
    give_at_once((DunningInput[]){late, day_end, banded(BAND_C, 3)}, 3);
    assert_int_equal(memory.debtor.reminder_count, 1);
    deliver_all();
    assert_date(memory.debtor.visit_on, day_of("2024-01-18"));
}

static void pause_clock(const char *number, const char *starts_on, const char *ends_on) {
    give((DunningInput){.kind = DUNNING_PAUSED,
                        .pause = {.number = str_of(number),
                                  .invoice = S("INV-1"),
                                  .starts_on = day_of(starts_on),
                                  .ends_on = ends_on == NULL ? DATE_NONE : day_of(ends_on)}});
}

/* An invoice of two instalments and a fee: each is paid, opened again and extended by itself. */
static void parts_are_kept_by_themselves(void **state) {
    (void)state;
    const InstalmentNews parts[] = {{money(5000, "EUR"), day_of("2024-01-10")},
                                    {money(6000, "EUR"), day_of("2024-02-10")}};
    const ItemKey first = {S("INV-1"), CHARGE_PRINCIPAL, 1};
    InvoiceNews paid = {.key = first, .amount = money(5000, "EUR"), .open = money(0, "EUR")};
    InvoiceNews again = {.key = first, .open = money(5000, "EUR"), .due_on = day_of("2024-01-10")};
    contact("aa", "zoe@example.test");
    DunningInput invoice = posted("INV-1", money(11000, "EUR"), "2024-01-10");
    invoice.invoice.instalments = parts;
    invoice.invoice.instalment_count = COUNT_OF(parts);
    DunningInput fee = posted("INV-1", money(500, "EUR"), "2024-01-05");
    fee.invoice.key = (ItemKey){S("INV-1"), CHARGE_COSTS, 1};
    give_at_once((DunningInput[]){invoice, fee}, 2);
    assert_int_equal(count_of("SELECT count(*) FROM item"), 3);
    give_at_once((DunningInput[]){{.kind = DUNNING_CREDITED, .invoice = paid},
                                  {.kind = DUNNING_ALLOCATED, .invoice = paid},
                                  {.kind = DUNNING_REOPENED, .invoice = again}},
                 3); /* closed and open again in one batch: kept, not forgotten */
    assert_int_equal(count_of("SELECT count(*) FROM item"), 3);
    close_until("2024-01-11");
    deliver_all();
    again.due_on = day_of("2024-03-01");
    give((DunningInput){.kind = DUNNING_DUE_CHANGED, .invoice = again});
    pause_clock("Z-1", "2024-01-20", "2024-02-20");
    close_until("2024-02-25");
    assert_int_equal(memory.debtor.pause_count, 0);
    deliver_all();
    pause_clock("Z-2", "2024-01-20", NULL);
    give((DunningInput){.kind = DUNNING_PAUSE_ENDED,
                        .pause = {.number = S("Z-2"), .ends_on = day_of("2024-03-10")}});
    close_until("2024-03-12");
}

/* Others around it in the order of keys have a credit state alone, which loads no lists. */
static void a_credit_state_loads_and_saves_the_row_alone(void **state) {
    (void)state;
    static const Account before = {{"acme", 4}, {"C-0", 3}};
    static const Account after = {{"acme", 4}, {"C-2", 3}};
    contact("aa", "zoe@example.test");
    invoice("INV-1", money(10000, "EUR"), "2024-01-10");
    hold_here(17);
    band(BAND_A, 1); /* alone: what was there before is there after it */
    DunningInput credit = banded(BAND_B, 2);
    DunningInput more = posted("INV-2", money(300, "EUR"), "2024-01-20");
    Event events[] = {{.account = after, .body = &credit, .input = -1},
                      {.account = ZOE, .body = &more, .input = -1},
                      {.account = before, .body = &credit, .input = -1}};
    int said = 0;
    remember(&more, &said);
    rig_steps(&rig, events, COUNT_OF(events), memory.day);
    assert_stored();
    assert_int_equal(count_of("SELECT count(*) FROM item"), 2);
    assert_int_equal(count_of("SELECT count(*) FROM debtor WHERE band = 'B' AND visit_on IS NULL"),
                     2);
    Arena arena = arena_open("load", 4 << 20);
    StoreVisit visits[] = {{.task = RIG_TASK, .account = ZOE, .input = &credit},
                           {.task = RIG_TASK, .account = before, .input = &more},
                           {.task = RIG_TASK, .account = before, .input = &credit}};
    Debtors debtors;
    Err err = {0};
    must(store_load(rig.app, visits, COUNT_OF(visits), &arena, &debtors, &err), &err);
    assert_head(&memory.debtor, visits[0].debtor);
    assert_true(visits[0].debtor->extent == DEBTOR_ROW && !visits[0].is_last);
    assert_true(visits[1].debtor->extent == DEBTOR_WHOLE && visits[1].is_last &&
                !visits[2].is_last);
    assert_int_equal(visits[1].debtor->credit.version, 2);
    arena_close(&arena);
}

static DebtorExtent extent_loaded(DunningInput input, int items) {
    Arena arena = arena_open("load", 4 << 20);
    StoreVisit visit = {.task = RIG_TASK, .account = ZOE, .input = &input};
    Debtors debtors;
    Err err = {0};
    must(store_load(rig.app, &visit, 1, &arena, &debtors, &err), &err);
    DebtorExtent extent = visit.debtor->extent;
    assert_int_equal(visit.debtor->item_count, items);
    assert_true(visit.is_last == (extent == DEBTOR_WHOLE));
    arena_close(&arena);
    return extent;
}

/* Not overdue by the end of the next visit: that stays as it is, and so does all that is open. */
static void an_invoice_that_moves_no_visit_loads_no_items(void **state) {
    (void)state;
    DunningInput later = posted("INV-2", money(7000, "JPY"), "2024-01-11");
    assert_int_equal(extent_loaded(later, 0), DEBTOR_WHOLE); /* there is no visit yet */
    contact("aa", "zoe@example.test");
    invoice("INV-1", money(10000, "EUR"), "2024-01-10");
    assert_date(memory.debtor.visit_on, day_of("2024-01-11"));
    assert_int_equal(extent_loaded(later, 0), DEBTOR_DUNNINGS);
    assert_int_equal(extent_loaded(posted("INV-3", money(1, "EUR"), "2024-01-10"), 1),
                     DEBTOR_WHOLE);
    give_at_once((DunningInput[]){later, banded(BAND_A, 1),
                                  posted("INV-3", money(20000, "EUR"), "2024-01-12")},
                 3);
    assert_int_equal(memory.debtor.dunning_count, 2);
    InvoiceNews paid = {
        .key = {.number = S("INV-1")}, .amount = money(10000, "EUR"), .open = money(0, "EUR")};
    give_at_once((DunningInput[]){{.kind = DUNNING_CREDITED, .invoice = paid},
                                  {.kind = DUNNING_ALLOCATED, .invoice = paid},
                                  posted("INV-4", money(30000, "EUR"), "2024-01-14")},
                 3);
    assert_date(memory.debtor.visit_on, day_of("2024-01-12"));
    close_until("2024-01-20");
}

/* Under other rules everybody with something open is looked at; who is on hold stays as he is. */
static void other_rules_bring_everybody_back(void **state) {
    (void)state;
    contact("", "");
    invoice("INV-1", money(10000, "EUR"), "2024-01-10");
    close_until("2024-01-11"); /* nobody knows how to reach the customer */
    hold_here(17);
    contact("aa", "zoe@example.test");
    DayMark mark = {.day = date_add(memory.day, -1), .policy_set = S("another set")};
    rig_step(&rig, (Event){.kind = EVENT_DAY_CLOSED, .input = -1, .body = &mark}, mark.day);
    memory.debtor.visit_on = memory.day;
    band(BAND_B, 1);
    close_until("2024-01-12");
    assert_int_equal(memory.debtor.dunnings[0].state, DUNNING_PERSON);
}

/* ---- a mail is looked at once more */

static void issue(void) {
    contact("aa", "zoe@example.test");
    invoice("INV-1", money(10000, "EUR"), "2024-01-10");
    close_until("2024-01-11");
    assert_int_equal(rig.intent_count, 1);
}

static StoredMail look(Arena *arena) {
    Intent intent = {.id = S("R-1-1"), .account = ZOE, .attempt = 1};
    StoredMail mail;
    Err err = {0};
    must(store_mail(rig.app, RIG_TASK, &intent, arena, &mail, &err), &err);
    return mail;
}

static void assert_withdrawn(WithdrawnWhy why) {
    Arena arena = arena_open("look", 1 << 20);
    StoredMail mail = look(&arena);
    assert_true(mail.withdrawn);
    assert_int_equal(mail.why, why);
    arena_close(&arena);
}

static void a_mail_leaves_as_it_was_written(void **state) {
    (void)state;
    issue();
    Arena arena = arena_open("look", 1 << 20);
    StoredMail mail = look(&arena);
    const Reminder *written = &memory.debtor.reminders[0];
    assert_false(mail.withdrawn);
    assert_text(written->from_name, mail.from_name);
    assert_text(written->from, mail.from);
    assert_text(written->reply_to, mail.reply_to);
    assert_text(S("Zoë Ex"), mail.to_name);
    assert_text(S("zoe@example.test"), mail.to);
    assert_text(written->subject, mail.subject);
    assert_text(written->body, mail.body);
    arena_close(&arena);
}

static void held_it_does_not_leave(void **state) {
    (void)state;
    issue();
    hold_here(17);
    assert_withdrawn(WITHDRAWN_ON_HOLD);
    contact("bb", "zoe@elsewhere.test");
    assert_withdrawn(WITHDRAWN_ON_HOLD); /* incomplete facts come before everything */
}

static void another_contact_takes_it_back(void **state) {
    (void)state;
    issue();
    contact("bb", "zoe@elsewhere.test");
    assert_withdrawn(WITHDRAWN_CONTACT_CHANGED);
    contact("aa", "zoe@example.test"); /* the same record again */
    Arena arena = arena_open("look", 1 << 20);
    assert_false(look(&arena).withdrawn);
    arena_close(&arena);
    contact("", "");
    assert_withdrawn(WITHDRAWN_CONTACT_CHANGED);
}

static void a_payment_takes_it_back(void **state) {
    (void)state;
    issue();
    pay("INV-1", money(4000, "EUR"), money(6000, "EUR"));
    assert_withdrawn(WITHDRAWN_FACTS_CHANGED);
    pay("INV-1", money(6000, "EUR"), money(0, "EUR"));
    assert_withdrawn(WITHDRAWN_FACTS_CHANGED);
}

static void a_pause_takes_it_back(void **state) {
    (void)state;
    issue();
    pause_clock("Z-1", "2024-01-01", "2024-01-12"); /* over */
    Arena arena = arena_open("look", 1 << 20);
    assert_false(look(&arena).withdrawn);
    arena_close(&arena);
    pause_clock("Z-2", "2024-01-12", NULL);
    assert_withdrawn(WITHDRAWN_FACTS_CHANGED);
}

static void another_due_day_takes_it_back(void **state) {
    (void)state;
    issue();
    give(
        (DunningInput){.kind = DUNNING_DUE_CHANGED,
                       .invoice = {.key = {.number = S("INV-1")}, .due_on = day_of("2024-03-01")}});
    assert_withdrawn(WITHDRAWN_FACTS_CHANGED);
}

static void a_request_takes_it_back(void **state) {
    (void)state;
    issue();
    propose("INV-1");
    assert_withdrawn(WITHDRAWN_FACTS_CHANGED);
}

static void money_that_covers_it_takes_it_back(void **state) {
    (void)state;
    issue();
    give((DunningInput){.kind = DUNNING_CREDITED, .invoice = {.amount = money(9999, "EUR")}});
    Arena arena = arena_open("look", 1 << 20);
    assert_false(look(&arena).withdrawn);
    arena_close(&arena);
    give((DunningInput){.kind = DUNNING_CREDITED, .invoice = {.amount = money(1, "EUR")}});
    assert_withdrawn(WITHDRAWN_FACTS_CHANGED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_loaded_is_what_memory_holds),
        TEST(a_batch_leaves_what_its_events_one_by_one_leave),
        TEST(parts_are_kept_by_themselves),
        TEST(a_credit_state_loads_and_saves_the_row_alone),
        TEST(an_invoice_that_moves_no_visit_loads_no_items),
        TEST(other_rules_bring_everybody_back),
        TEST(a_mail_leaves_as_it_was_written),
        TEST(held_it_does_not_leave),
        TEST(another_contact_takes_it_back),
        TEST(a_payment_takes_it_back),
        TEST(a_pause_takes_it_back),
        TEST(another_due_day_takes_it_back),
        TEST(a_request_takes_it_back),
        TEST(money_that_covers_it_takes_it_back),
    };
    rig_open(&rig);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += dispatch_tests(&rig);
    rig_close(&rig);
    return failed;
}
