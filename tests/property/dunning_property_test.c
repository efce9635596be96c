/* What must hold for dunning whatever comes in. Random lives of one debtor: invoices, money,
 * instalments, charges, reversals, extensions, pauses, contacts, holds, answers of the mail server,
 * words of persons, decisions.
 *
 * The day of the next visit, found once for one input or for many, is compared with looking every
 * day; a life visited on those days alone says the same as one visited every day; every reminder
 * and every request is looked at against what is open. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "dunning/core/decide.h"
#include "dunning/core/pursuit.h"
#include "tests/harness/chance.h"
#include "tests/harness/file.h"

enum {
    LIVES = 150,
    LIFE_DAYS = 150,
    HORIZON_DAYS = 260, /* past every age and distance that a ladder here has */
    FIRST_DAY = 19723,
    PENDING_MAX = 64,
    PAUSES_MAX = 64,
    LOG_BYTES = 1 << 20,
};

static Arena rules_arena;
static Ladder shipped;
static Creditor creditor;

typedef struct Life {
    Chance chance;
    Arena *arena;
    Debtor debtor;
    LadderRule ladder;
    Guidance guidance;
    TaskNumbers numbers;
    Date day;
    int64_t invoices;
    PauseNews pauses[PAUSES_MAX]; /* all that were said: the debtor forgets what is over */
    int pause_count;
    int64_t version;
    bool every_day;        /* visited, due or not */
    DunningInputKind last; /* of the batch, credit states left aside */
    DebtorExtent needed;   /* by the batch */
    Sending pending[PENDING_MAX];
    int pending_count;
    StrBuilder log; /* what is said */
    int issued;
    int requested;
    int called;
    int kept; /* batches that moved no visit */
} Life;

static int start(void **state) {
    (void)state;
    Err err = {0};
    rules_arena = arena_open("rules", 4 << 20);
    Str ladder = file_read(&rules_arena, "policies/ladder/standard.yaml");
    Str acme = file_read(&rules_arena, "policies/creditor/acme.yaml");
    assert_true(ladder_parse(ladder, &rules_arena, &shipped, &err));
    assert_true(creditor_parse(acme, &rules_arena, &creditor, &err));
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_close(&rules_arena);
    return 0;
}

static bool happens(Life *life, int one_of) {
    return chance_between(&life->chance, 1, one_of) == 1;
}

/* The shipped words on other days. */
static LadderRule any_ladder(Chance *chance) {
    LadderRule rule = {.ladder = shipped, .hash = S("hash")};
    Ladder *ladder = &rule.ladder;
    int32_t days = 0;
    ladder->level_count = (int)chance_between(chance, 1, shipped.level_count);
    ladder->days_between = (int32_t)chance_between(chance, 7, 12);
    for (int i = 0; i < ladder->level_count; i++) {
        days += (int32_t)chance_between(chance, 1, 15);
        ladder->levels[i].days_past_due = days;
    }
    ladder->write_off_days = days + (int32_t)chance_between(chance, 1, 40);
    return rule;
}

static Life life_new(Chance chance, Arena *arena, bool every_day) {
    Life life = {.chance = chance,
                 .arena = arena,
                 .day = {FIRST_DAY},
                 .every_day = every_day,
                 .log = str_builder(arena, LOG_BYTES)};
    life.ladder = any_ladder(&life.chance);
    life.guidance.creditor = happens(&life, 8) ? NULL : &creditor;
    life.debtor = (Debtor){.arena = arena,
                           .task = 3,
                           .account = {S("acme"), S("C-1")},
                           .extent = DEBTOR_WHOLE,
                           .visit_on = DATE_NONE,
                           .credit = {.day = DATE_NONE},
                           .credit_before = {.day = DATE_NONE}};
    return life;
}

/* ---- looking every day */

static bool acts_in(Life *life, const Dunning *dunning, Date day) {
    Pursuit pursuit = pursuit_of(&life->debtor, dunning, life->guidance, day);
    DunningFacts facts = pursuit_facts(&pursuit, day);
    DunningStep step = dunning_step(dunning->state, &facts);
    bool called = dunning->state == DUNNING_PERSON && !facts.held;
    bool calls = step.action == DUNNING_CALLS_PERSON;
    if (called && (step.to != DUNNING_PERSON || (calls && facts.person != dunning->person))) {
        return true; /* another reason, or none any more */
    }
    return step.action != DUNNING_WAITS && !(called && step.action == DUNNING_CALLS_PERSON);
}

static bool acts_on(Life *life, Date day) {
    for (int i = 0; i < life->debtor.dunning_count; i++) {
        if (acts_in(life, &life->debtor.dunnings[i], day)) {
            return true;
        }
    }
    return false;
}

/* DATE_NONE: not before the horizon. */
static Date first_day_that_acts(Life *life, Date earliest) {
    for (int i = 0; i < HORIZON_DAYS; i++) {
        Date day = date_add(earliest, i);
        if (acts_on(life, day)) {
            return day;
        }
    }
    return DATE_NONE;
}

static void assert_visit_is_right(Life *life, Date earliest) {
    Date found = life->debtor.visit_on;
    Date looked = first_day_that_acts(life, earliest);
    if (date_compare(found, looked) != 0) {
        Str a = date_print(life->arena, found);
        Str b = date_print(life->arena, looked);
        Str today = date_print(life->arena, life->day);
        fail_msg("%.*s: next visit %.*s, by looking every day %.*s", STR_ARGS(today), STR_ARGS(a),
                 STR_ARGS(b));
    }
}

/* ---- what is said */

static void check_reminder(Life *life, const Reminder *reminder, Date reminded_before) {
    const Ladder *ladder = &life->ladder.ladder;
    int64_t sum = 0;
    assert_false(debtor_is_held(&life->debtor));
    assert_non_null(life->guidance.creditor);
    assert_true(reminder->to.len > 0 && !life->debtor.contact.refused);
    assert_int_equal(reminder->items_left_out, 0);
    assert_int_equal(reminder->level, reminder->items[0].level_before + 1);
    assert_true(date_is_none(reminded_before) ||
                date_days_between(reminded_before, life->day) >= ladder->days_between);
    for (int i = 0; i < reminder->item_count; i++) {
        const ReminderItem *listed = &reminder->items[i];
        const Item *item = debtor_find_item(&life->debtor, listed->key);
        int32_t days = date_days_between(listed->due_on, life->day);
        assert_non_null(item); /* open, as much as it says, and in no request */
        assert_true(money_compare(item->open, listed->open) == 0 && str_is_empty(item->request));
        assert_true(days > 0);
        assert_null(debtor_paused(&life->debtor, listed->key.number, life->day));
        int32_t warranted = ladder_warranted(ladder, days);
        assert_true(listed->level_after == listed->level_before ||
                    (listed->level_after > listed->level_before &&
                     listed->level_after <= warranted && listed->level_after <= reminder->level));
        assert_int_equal(item->level, listed->level_after);
        sum += listed->open.minor;
    }
    assert_int_equal(sum, reminder->total.minor);
    Dunning *dunning = debtor_dunning(&life->debtor, reminder->total.currency, life->day);
    assert_true(dunning->unapplied.minor < sum); /* money that waits would not pay it */
}

/* Dunning's own: old enough, and whatever letters there were to send are sent. */
static void check_request(Life *life, const Request *request) {
    const Ladder *ladder = &life->ladder.ladder;
    bool own = str_is_empty(request->proposal);
    PersonReason person = debtor_unreachable(&life->debtor, life->guidance);
    int64_t sum = 0;
    assert_false(debtor_is_held(&life->debtor));
    for (int i = 0; i < request->item_count; i++) {
        const Item *item = debtor_find_item(&life->debtor, request->items[i].key);
        assert_non_null(item);
        assert_true(str_equals(item->request, request->id) && !item->rejected);
        assert_true(money_compare(item->open, request->items[i].open) == 0);
        assert_null(debtor_paused(&life->debtor, item->key.number, life->day));
        int32_t days = date_days_between(item->due_on, life->day);
        assert_true(!own || days >= ladder->write_off_days);
        bool all_sent = item->level >= ladder->level_count;
        bool small = ladder_minimum(ladder, item->open.currency) != NULL;
        assert_true(!own || all_sent || small || person != PERSON_NOT_NEEDED);
        sum += item->open.minor;
    }
    assert_int_equal(sum, request->amount.minor);
}

static void log_fact(Life *life, const Fact *fact) {
    Str day = date_print(life->arena, life->day);
    str_addf(&life->log, "%.*s %d", STR_ARGS(day), (int)fact->kind);
    if (fact->kind == FACT_ISSUED) {
        str_addf(&life->log, " %.*s %" PRId32 " %" PRId64 " %.*s", STR_ARGS(fact->issued->id),
                 fact->issued->level, fact->issued->total.minor, STR_ARGS(fact->issued->body));
    } else if (fact->kind == FACT_REQUESTED) {
        str_addf(&life->log, " %.*s %" PRId64 " %.*s", STR_ARGS(fact->requested->id),
                 fact->requested->amount.minor, STR_ARGS(fact->requested->reason));
    } else if (fact->kind == FACT_PERSON_NEEDED) {
        str_addf(&life->log, " %s %" PRId64, person_reason_name(fact->person.reason),
                 fact->person.overdue.minor);
    }
    str_add(&life->log, S("\n"));
}

/* ---- deciding, as the store would keep it */

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
    debtor->request_count = 0;
    debtor->news_count = 0;
}

static void hear(Life *life, const Desk *desk) {
    for (int i = 0; i < desk->fact_count; i++) {
        const Fact *fact = &desk->facts[i];
        log_fact(life, fact);
        if (fact->kind == FACT_ISSUED) {
            check_reminder(life, fact->issued, fact->issued->reminded_before);
            for (int k = 0; k < i; k++) {
                assert_true(desk->facts[k].kind != FACT_ISSUED ||
                            !currency_equals(desk->facts[k].issued->total.currency,
                                             fact->issued->total.currency));
            }
        } else if (fact->kind == FACT_REQUESTED) {
            check_request(life, fact->requested);
        }
        life->issued += fact->kind == FACT_ISSUED;
        life->requested += fact->kind == FACT_REQUESTED;
        life->called += fact->kind == FACT_PERSON_NEEDED;
    }
    for (int i = 0; i < desk->sending_count && life->pending_count < PENDING_MAX; i++) {
        life->pending[life->pending_count++] = desk->sendings[i];
    }
}

static void check_states(const Debtor *debtor) {
    for (int i = 0; i < debtor->dunning_count; i++) {
        const Dunning *dunning = &debtor->dunnings[i]; /* what the table demands */
        assert_true((dunning->state == DUNNING_PERSON) == (dunning->person != PERSON_NOT_NEEDED));
    }
}

static Desk desk_of(Life *life) {
    life->guidance.ladder = &life->ladder;
    return (Desk){.arena = life->arena,
                  .debtor = &life->debtor,
                  .day = life->day,
                  .guidance = life->guidance,
                  .numbers = &life->numbers};
}

static void give(Life *life, const DunningInput *input) {
    Desk desk = desk_of(life);
    DebtorExtent extent = input_extent(input, life->debtor.visit_on);
    life->needed = extent > life->needed ? extent : life->needed;
    decide(&desk, input);
    hear(life, &desk);
    forget(&life->debtor);
    check_states(&life->debtor);
    life->last = input->kind == DUNNING_CREDIT ? life->last : input->kind;
}

/* The batch ends here. Who needed less than a whole debtor moves no visit. */
static void end_batch(Life *life) {
    Desk desk = desk_of(life);
    if (life->needed == DEBTOR_WHOLE) {
        decide_visit(&desk, &(DunningInput){.kind = life->last});
    }
    bool visited = life->last == DUNNING_DAY_END;
    assert_visit_is_right(life, visited ? date_add(life->day, 1) : life->day);
    life->kept += life->needed == DEBTOR_DUNNINGS;
    life->needed = DEBTOR_ROW;
    life->last = DUNNING_NOTHING;
}

/* ---- what may happen on a day */

static Currency any_currency(Life *life) {
    static const char *const codes[] = {"EUR", "EUR", "JPY"};
    Currency currency = {0};
    assert_true(currency_find(str_of(codes[chance_between(&life->chance, 0, 2)]), &currency));
    return currency;
}

static Money any_money(Life *life) {
    Currency currency = any_currency(life);
    return money_of(chance_between(&life->chance, 1, happens(life, 2) ? 300 : 3000), currency);
}

static Item *any_item(Life *life) {
    int64_t count = life->debtor.item_count;
    return count == 0 ? NULL : &life->debtor.items[chance_between(&life->chance, 0, count - 1)];
}

static void send_invoice(Life *life) {
    int32_t due_in = (int32_t)chance_between(&life->chance, happens(life, 6) ? -120 : -3, 40);
    InstalmentNews parts[3];
    InvoiceNews news = {.key.number = str_format(life->arena, "I-%" PRId64, ++life->invoices),
                        .open = any_money(life),
                        .due_on = date_add(life->day, due_in),
                        .instalments = parts};
    news.instalment_count = happens(life, 4) ? (int32_t)chance_between(&life->chance, 2, 3) : 0;
    for (int32_t i = 0; i < news.instalment_count; i++) {
        parts[i] = (InstalmentNews){news.open, date_add(news.due_on, 20 * i)};
    }
    give(life, &(DunningInput){.kind = DUNNING_POSTED, .invoice = news});
}

static void send_charge(Life *life) {
    const Item *item = any_item(life);
    if (item != NULL) {
        ItemKey key = {item->key.number, CHARGE_COSTS, (int32_t)++life->invoices};
        give(life, &(DunningInput){.kind = DUNNING_POSTED,
                                   .invoice = {.key = key,
                                               .open = money_of(40, item->open.currency),
                                               .due_on = life->day}});
    }
}

/* More of it is open, or all of one that was paid. */
static void send_reversal(Life *life) {
    const Item *item = any_item(life);
    if (item != NULL) {
        InvoiceNews news = {.key = item->key, .due_on = item->due_on};
        news.open = money_of(item->open.minor + 10, item->open.currency);
        if (happens(life, 2)) {
            InvoiceNews closed = {.key = item->key, .open = money_of(0, item->open.currency)};
            give(life, &(DunningInput){.kind = DUNNING_REDUCED, .invoice = closed});
        }
        give(life, &(DunningInput){.kind = DUNNING_REOPENED, .invoice = news});
    }
}

static void send_extension(Life *life) {
    const Item *item = any_item(life);
    if (item != NULL) {
        int32_t days = (int32_t)chance_between(&life->chance, 1, 60);
        give(life, &(DunningInput){
                       .kind = DUNNING_DUE_CHANGED,
                       .invoice = {.key = item->key, .due_on = date_add(item->due_on, days)}});
    }
}

static bool was_paused(const Life *life, Str invoice) {
    for (int i = 0; i < life->pause_count; i++) {
        if (str_equals(life->pauses[i].invoice, invoice)) {
            return true;
        }
    }
    return false;
}

/* Of one that is known, or of the next one; in the past, now or later; with an end or without. */
static void send_pause(Life *life) {
    const Item *item = any_item(life);
    bool known = item != NULL && !happens(life, 4);
    Str next = str_format(life->arena, "I-%" PRId64, life->invoices + 1);
    Str invoice = known ? item->key.number : next;
    if (was_paused(life, invoice) || life->pause_count == PAUSES_MAX) {
        return; /* pauses of one invoice do not overlap */
    }
    PauseNews *news = &life->pauses[life->pause_count++];
    *news = (PauseNews){.number = str_format(life->arena, "Z-%d", life->pause_count),
                        .invoice = invoice,
                        .ends_on = DATE_NONE};
    news->starts_on = date_add(life->day, (int32_t)chance_between(&life->chance, -20, 20));
    int32_t days = (int32_t)chance_between(&life->chance, 1, 40);
    news->ends_on = happens(life, 3) ? DATE_NONE : date_add(news->starts_on, days);
    give(life, &(DunningInput){.kind = DUNNING_PAUSED, .pause = *news});
}

static void send_pause_end(Life *life) {
    for (int i = 0; i < life->pause_count; i++) {
        PauseNews *news = &life->pauses[i];
        if (date_is_none(news->ends_on)) {
            int32_t days = (int32_t)chance_between(&life->chance, 1, 40);
            news->ends_on = date_add(news->starts_on, days);
            give(life, &(DunningInput){.kind = DUNNING_PAUSE_ENDED, .pause = *news});
            return;
        }
    }
}

static void send_money(Life *life) {
    give(life, &(DunningInput){.kind = DUNNING_CREDITED, .invoice = {.amount = any_money(life)}});
}

/* All of an item, or as much as there is. */
static void send_payment(Life *life) {
    const Item *item = any_item(life);
    if (item == NULL) {
        return;
    }
    Money amount =
        money_of(chance_between(&life->chance, 1, item->open.minor), item->open.currency);
    amount.minor = happens(life, 3) ? amount.minor : item->open.minor;
    Money open = money_of(item->open.minor - amount.minor, amount.currency);
    InvoiceNews news = {.key = item->key, .amount = amount, .open = open};
    const Dunning *dunning = debtor_dunning(&life->debtor, amount.currency, life->day);
    if (dunning->unapplied.minor < amount.minor) {
        give(life, &(DunningInput){.kind = DUNNING_CREDITED, .invoice = news});
    }
    give(life, &(DunningInput){.kind = DUNNING_ALLOCATED, .invoice = news});
}

static void send_contact(Life *life) {
    static const char *const mails[] = {"a@example.test", "b@example.test", "",
                                        "c@example.test", "d@example.test", "e@example.test"};
    Str mail = str_of(mails[chance_between(&life->chance, 0, COUNT_OF(mails) - 1)]);
    bool erased = happens(life, 8);
    give(life, &(DunningInput){.kind = DUNNING_CONTACT,
                               .contact = {.hash = erased ? S("")
                                                          : str_format(life->arena, "hash %.*s",
                                                                       STR_ARGS(mail)),
                                           .name = S("Zoe"),
                                           .mail = erased ? S("") : mail}});
}

static void send_credit(Life *life) {
    Band band = (Band)chance_between(&life->chance, BAND_A, BAND_E);
    give(life, &(DunningInput){.kind = DUNNING_CREDIT,
                               .credit = {.band = band,
                                          .score = 500,
                                          .epoch = 1,
                                          .version = ++life->version,
                                          .day = life->day}});
}

static void send_hold(Life *life) {
    Held held = {.topic = S("t"), .offset = 17};
    bool is_held = debtor_is_held(&life->debtor);
    if (!is_held && !happens(life, 4)) {
        return;
    }
    DunningInputKind kind = is_held ? DUNNING_HOLD_CLEARED : DUNNING_HELD_HERE;
    give(life, &(DunningInput){.kind = kind, .held = held});
}

static void send_word(Life *life) {
    if (life->debtor.reminder_count == 0) {
        return;
    }
    int64_t last = life->debtor.reminder_count - 1;
    int64_t first = happens(life, 3) || last < 2 ? 0 : last - 2;
    const Reminder *reminder = &life->debtor.reminders[chance_between(&life->chance, first, last)];
    give(life, &(DunningInput){.kind = happens(life, 2) ? DUNNING_RESEND : DUNNING_SETTLED,
                               .word = {.number = S("S-1"),
                                        .reminder = reminder->id,
                                        .went_out = happens(life, 2),
                                        .reason = S("why"),
                                        .actor = S("alice")}});
}

static void send_proposal(Life *life) {
    Str invoices[2];
    const Item *one = any_item(life);
    const Item *two = any_item(life);
    if (one == NULL) {
        return;
    }
    invoices[0] = one->key.number;
    invoices[1] = two->key.number;
    give(life,
         &(DunningInput){.kind = DUNNING_PROPOSED,
                         .proposal = {.number = S("P-1"),
                                      .invoices = invoices,
                                      .invoice_count = str_equals(invoices[0], invoices[1]) ? 1 : 2,
                                      .reason = S("why"),
                                      .actor = S("alice")}});
}

static void write_off(Life *life, Str request) {
    for (int i = life->debtor.item_count - 1; i >= 0; i--) {
        const Item *item = &life->debtor.items[i];
        if (str_equals(item->request, request)) {
            give(life, &(DunningInput){.kind = DUNNING_WRITTEN_OFF,
                                       .invoice = {.key = item->key,
                                                   .open = money_of(0, item->open.currency),
                                                   .request = request}});
        }
    }
}

static void send_decision(Life *life) {
    const Item *item = any_item(life);
    if (item == NULL || str_is_empty(item->request)) {
        return;
    }
    Str request = item->request;
    if (happens(life, 3)) {
        give(life,
             &(DunningInput){.kind = DUNNING_REQUEST_NEWS, .request = {request, REQUEST_REJECTED}});
        return;
    }
    give(life,
         &(DunningInput){.kind = DUNNING_REQUEST_NEWS, .request = {request, REQUEST_APPROVED}});
    if (happens(life, 2)) {
        write_off(life, request);
    } else {
        give(life,
             &(DunningInput){.kind = DUNNING_REQUEST_NEWS, .request = {request, REQUEST_REFUSED}});
    }
}

/* Answers of the mail server, in any order, sooner or later. */
static void send_outcome(Life *life) {
    if (life->pending_count == 0) {
        return;
    }
    int64_t at = chance_between(&life->chance, 0, life->pending_count - 1);
    Sending sending = life->pending[at];
    life->pending[at] = life->pending[--life->pending_count];
    static const ReminderEvent events[] = {REMINDER_WAS_DONE,      REMINDER_WAS_DONE,
                                           REMINDER_WAS_DONE,      REMINDER_WAS_REFUSED,
                                           REMINDER_WAS_WITHDRAWN, REMINDER_IS_UNCERTAIN};
    ReminderEvent event = events[chance_between(&life->chance, 0, COUNT_OF(events) - 1)];
    give(life, &(DunningInput){.kind = DUNNING_OUTCOME,
                               .attempted = {.reminder = sending.reminder,
                                             .attempt = sending.attempt,
                                             .event = event,
                                             .code = WITHDRAWN_FACTS_CHANGED}});
}

static void (*const HAPPENINGS[])(Life *life) = {
    send_invoice,  send_invoice,  send_invoice,   send_money,   send_payment,   send_payment,
    send_contact,  send_credit,   send_hold,      send_word,    send_word,      send_proposal,
    send_decision, send_hold,     send_hold,      send_outcome, send_outcome,   send_outcome,
    send_charge,   send_reversal, send_extension, send_pause,   send_pause_end, send_pause_end,
};

/* ---- lives */

static void close_day(Life *life) {
    Date visit_on = life->debtor.visit_on;
    bool due = !date_is_none(visit_on) && date_compare(visit_on, life->day) <= 0;
    if (due || life->every_day) {
        give(life, &(DunningInput){.kind = DUNNING_DAY_END});
        end_batch(life);
    }
    visit_on = life->debtor.visit_on;
    assert_true(date_is_none(visit_on) || date_compare(visit_on, life->day) > 0);
    life->day = date_add(life->day, 1);
}

static void live(Life *life) {
    send_contact(life);
    for (int i = 0; i < LIFE_DAYS; i++) {
        while (happens(life, 3)) {
            HAPPENINGS[chance_between(&life->chance, 0, COUNT_OF(HAPPENINGS) - 1)](life);
            if (happens(life, 2)) {
                end_batch(life);
            }
        }
        end_batch(life);
        close_day(life);
    }
    assert_false(life->log.full);
}

static void visits_on_the_right_days_say_what_daily_visits_say(void **state) {
    (void)state;
    int issued = 0;
    int requested = 0;
    int called = 0;
    int kept = 0;
    Chance chance = chance_start();
    Arena arena = arena_open("life", 512 << 20);
    for (int i = 0; i < LIVES; i++) {
        Chance seed = {chance_next(&chance)};
        Life due = life_new(seed, &arena, false);
        Life daily = life_new(seed, &arena, true);
        live(&due);
        live(&daily);
        assert_true(str_equals(str_built(&due.log), str_built(&daily.log)));
        issued += due.issued;
        requested += due.requested;
        called += due.called;
        kept += due.kept;
        arena_reset(&arena);
    }
    printf("%d reminders, %d requests, %d calls, %d kept visits\n", issued, requested, called,
           kept);
    assert_true(issued > LIVES && requested > LIVES / 2 && called > LIVES / 2); /* all were met */
    assert_true(kept > LIVES);
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visits_on_the_right_days_say_what_daily_visits_say),
    };
    return cmocka_run_group_tests(tests, start, end);
}
