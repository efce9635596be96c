#include "dunning/core/decide.h"

#include "base/check.h"
#include "dunning/core/pursuit.h"
#include "dunning/core/remind.h"
#include "dunning/core/write_off.h"

/* ---- what is open */

/* How many instalments the invoice has, as its other open items know. */
static int32_t instalments_known(const Debtor *debtor, Str invoice) {
    int32_t most = 0;
    for (int i = 0; i < debtor->item_count; i++) {
        const Item *item = &debtor->items[i];
        bool of_invoice = !money_is_zero(item->open) && str_equals(item->key.number, invoice);
        most = of_invoice && item->instalments > most ? item->instalments : most;
    }
    return most;
}

static void post(Desk *desk, const InvoiceNews *news) {
    (void)debtor_dunning(desk->debtor, news->open.currency, desk->day);
    Item item = {.key = news->key, .open = news->open, .due_on = news->due_on, .changed = true};
    if (news->instalment_count == 0) {
        (void)debtor_add_item(desk->debtor, item);
        return;
    }
    item.instalments = news->instalment_count;
    for (int32_t i = 0; i < news->instalment_count; i++) {
        item.key.instalment = i + 1;
        item.open = news->instalments[i].amount;
        item.due_on = news->instalments[i].due_on;
        (void)debtor_add_item(desk->debtor, item);
    }
}

/* Whatever is past due, paused or not; what stands in a request is others' business. */
static bool is_overdue_in(const Desk *desk, Currency currency) {
    for (int i = 0; i < desk->debtor->item_count; i++) {
        const Item *item = &desk->debtor->items[i];
        if (!money_is_zero(item->open) && str_is_empty(item->request) &&
            currency_equals(item->open.currency, currency) &&
            date_compare(item->due_on, desk->day) < 0) {
            return true;
        }
    }
    return false;
}

/* With nothing overdue any more the dunning has reached its end, and the next debt begins anew. */
static void rest_if_paid(Desk *desk, Currency currency) {
    Dunning *dunning = debtor_dunning(desk->debtor, currency, desk->day);
    if (is_overdue_in(desk, currency)) {
        return;
    }
    dunning->since = dunning->state == DUNNING_RESTING ? dunning->since : desk->day;
    dunning->state = DUNNING_RESTING;
    dunning->person = PERSON_NOT_NEEDED;
    dunning->reminded_on = DATE_NONE;
    dunning->changed = true;
}

static void item_reduce(Desk *desk, Item *item, Money open) {
    item->open = open;
    item->changed = true;
    if (money_is_zero(open)) {
        rest_if_paid(desk, open.currency);
    }
}

static void reduce(Desk *desk, const InvoiceNews *news) {
    Item *item = debtor_find_item(desk->debtor, news->key);
    if (item != NULL) { /* else closed before: a write-off and its recovery */
        item_reduce(desk, item, news->open);
    }
}

static void cancel(Desk *desk, const InvoiceNews *news) {
    for (int i = 0; i < desk->debtor->item_count; i++) {
        Item *item = &desk->debtor->items[i];
        if (!money_is_zero(item->open) && str_equals(item->key.number, news->key.number)) {
            item_reduce(desk, item, money_of(0, item->open.currency));
        }
    }
}

/* In the place of one that was closed in this batch: it is kept or forgotten, never both. */
static Item *item_anew(Debtor *debtor, ItemKey key) {
    for (int i = 0; i < debtor->item_count; i++) {
        if (item_key_equals(debtor->items[i].key, key)) {
            return &debtor->items[i];
        }
    }
    return debtor_add_item(debtor, (Item){0});
}

/* What was paid and is owed again was not reminded of: its ladder begins anew. */
static void reopen(Desk *desk, const InvoiceNews *news) {
    Debtor *debtor = desk->debtor;
    (void)debtor_dunning(debtor, news->open.currency, desk->day);
    Item *item = debtor_find_item(debtor, news->key);
    if (item == NULL) {
        int32_t instalments = instalments_known(debtor, news->key.number);
        item = item_anew(debtor, news->key);
        *item = (Item){.key = news->key, .instalments = instalments};
    }
    item->open = news->open;
    item->due_on = news->due_on;
    item->changed = true;
}

/* It was reminded of an age that it does not have any more: what counts is what it has now. */
static void change_due(Desk *desk, const InvoiceNews *news) {
    Item *item = debtor_find_item(desk->debtor, news->key);
    if (item == NULL) {
        return;
    }
    const LadderRule *ladder = desk->guidance.ladder;
    int32_t days = date_days_between(news->due_on, desk->day);
    int32_t own = ladder != NULL ? ladder_warranted(&ladder->ladder, days) : item->level;
    own = days > 0 ? own : 0;
    item->due_on = news->due_on;
    item->level = own < item->level ? own : item->level;
    item->changed = true;
    rest_if_paid(desk, item->open.currency);
}

/* Both are amounts of the ledger's, which let no total overflow. */
static void unapplied_change(Desk *desk, Money amount, bool more) {
    Dunning *dunning = debtor_dunning(desk->debtor, amount.currency, desk->day);
    Money changed;
    bool fits = more ? money_add(dunning->unapplied, amount, &changed)
                     : money_subtract(dunning->unapplied, amount, &changed);
    CHECK(fits);
    dunning->unapplied = changed;
    dunning->changed = true;
}

static void allocate(Desk *desk, const InvoiceNews *news) {
    unapplied_change(desk, news->amount, false);
    reduce(desk, news);
}

/* Of the rest nobody was told yet: its ladder begins anew. */
static void write_off(Desk *desk, const InvoiceNews *news) {
    Item *item = debtor_find_item(desk->debtor, news->key);
    if (item != NULL && !money_is_zero(news->open)) {
        item->request = S("");
        item->rejected = false;
        item->level = 0;
    }
    reduce(desk, news);
    if (!str_is_empty(news->request)) { /* else under a standing approval */
        debtor_add_news(desk->debtor,
                        (RequestNews){.request = news->request, .state = REQUEST_POSTED});
    }
}

/* ---- pauses */

static bool pause_is_over(const Pause *pause, Date day) {
    return !date_is_none(pause->ends_on) && date_compare(pause->ends_on, day) <= 0;
}

/* The ledger lets no two have one number, or overlap. */
static void pause_begin(Desk *desk, const PauseNews *news) {
    (void)debtor_add_pause(desk->debtor, (Pause){.number = news->number,
                                                 .invoice = news->invoice,
                                                 .starts_on = news->starts_on,
                                                 .ends_on = news->ends_on,
                                                 .changed = true});
}

static void pause_end(Desk *desk, const PauseNews *news) {
    Pause *pause = debtor_find_pause(desk->debtor, news->number);
    CHECK(pause != NULL);
    pause->ends_on = news->ends_on;
    pause->changed = true;
}

/* Days that are over hold nobody back. */
static void pauses_forget(Desk *desk) {
    for (int i = 0; i < desk->debtor->pause_count; i++) {
        Pause *pause = &desk->debtor->pauses[i];
        if (!pause->over && pause_is_over(pause, desk->day)) {
            pause->over = true;
            pause->changed = true;
        }
    }
}

/* ---- what else is known */

/* Scoring's records carry no number: the highest epoch and version counts. */
static bool is_later(const CreditState *a, const CreditState *b) {
    return a->epoch != b->epoch ? a->epoch > b->epoch : a->version > b->version;
}

static void learn_credit(Desk *desk, const CreditState *credit) {
    Debtor *debtor = desk->debtor;
    if (!is_later(credit, &debtor->credit)) {
        return;
    }
    if (debtor->credit.version > 0 && date_compare(debtor->credit.day, credit->day) < 0) {
        debtor->credit_before = debtor->credit;
    }
    debtor->credit = *credit;
    debtor->changed = true;
}

static void learn_contact(Desk *desk, const Contact *contact) {
    Debtor *debtor = desk->debtor;
    /* Said again word by word it is nothing new; anything else is a contact to be tried. */
    bool refused = debtor->contact.refused && str_equals(debtor->contact.hash, contact->hash);
    debtor->erased = str_is_empty(contact->hash);
    debtor->contact = *contact;
    debtor->contact.refused = refused;
    debtor->changed = true;
}

/* ---- holds */

static void hold(Desk *desk, const Held *held, bool own) {
    (void)debtor_add_hold(desk->debtor, (Hold){.topic = held->topic,
                                               .partition = held->partition,
                                               .offset = held->offset,
                                               .here = own,
                                               .reason = held->reason,
                                               .sentence = held->sentence,
                                               .held_on = desk->day,
                                               .changed = true});
    if (own) {
        desk_say(desk, (Fact){.kind = FACT_HELD, .held = *held});
    }
}

static void clear_hold(Desk *desk, const Held *which) {
    Hold *found = debtor_find_hold(desk->debtor, which->topic, which->partition, which->offset);
    if (found == NULL || found->cleared) {
        Str place = str_format(desk->arena, "%.*s/%d/%lld", STR_ARGS(which->topic),
                               (int)which->partition, (long long)which->offset);
        desk_refuse(desk, REFUSED_UNKNOWN_HOLD, "hold_cleared", place,
                    "No hold of %.*s is in force on this account; see `arrears hold list`.",
                    STR_ARGS(place));
        return;
    }
    found->cleared = true;
    found->changed = true;
}

/* ---- the end of a day */

static void call_person(Desk *desk, const Dunning *dunning, const Pursuit *pursuit,
                        PersonReason reason) {
    if (dunning->state == DUNNING_PERSON && dunning->person == reason) {
        return; /* said before */
    }
    Overdue overdue = pursuit_overdue(pursuit, desk->day);
    desk_say(desk, (Fact){.kind = FACT_PERSON_NEEDED,
                          .person = {.reason = reason,
                                     .overdue = overdue.total,
                                     .days_past_due = overdue.days}});
}

static void act(Desk *desk, Dunning *dunning, const Pursuit *pursuit, DunningAction action) {
    switch (action) {
    case DUNNING_WAITS:
        return;
    case DUNNING_REMINDS:
        remind(desk, dunning, pursuit);
        return;
    case DUNNING_ASKS_WRITE_OFF:
        ask_write_off(desk, pursuit);
        return;
    case DUNNING_CALLS_PERSON:
        call_person(desk, dunning, pursuit, debtor_unreachable(desk->debtor, desk->guidance));
        return;
    }
    CHECK(!"an action");
}

static void end_day_in(Desk *desk, Dunning *dunning) {
    if (desk->guidance.ladder == NULL) {
        return;
    }
    Pursuit pursuit = pursuit_of(desk->debtor, dunning, desk->guidance, desk->day);
    DunningFacts facts = pursuit_facts(&pursuit, desk->day);
    DunningStep step = dunning_step(dunning->state, &facts);
    act(desk, dunning, &pursuit, step.action);
    /* Who waits changes nothing: the reason for which a person was called stands. */
    PersonReason called = step.action == DUNNING_CALLS_PERSON ? facts.person : dunning->person;
    PersonReason person = step.to == DUNNING_PERSON ? called : PERSON_NOT_NEEDED;
    if (step.to != dunning->state || person != dunning->person) {
        dunning->state = step.to;
        dunning->person = person;
        dunning->since = desk->day;
        dunning->changed = true;
    }
}

static void end_day(Desk *desk) {
    pauses_forget(desk);
    for (int i = 0; i < desk->debtor->dunning_count; i++) {
        end_day_in(desk, &desk->debtor->dunnings[i]);
    }
}

/* ---- the decision */

DebtorExtent input_extent(const DunningInput *input, Date visit_on) {
    if (input->kind == DUNNING_NOTHING || input->kind == DUNNING_CREDIT) {
        return DEBTOR_ROW;
    }
    bool keeps_visit = input->kind == DUNNING_POSTED && !date_is_none(visit_on) &&
                       date_compare(visit_on, input->invoice.due_on) <= 0;
    return keeps_visit ? DEBTOR_DUNNINGS : DEBTOR_WHOLE;
}

void decide(Desk *desk, const DunningInput *input) {
    CHECK(desk->debtor->extent >= input_extent(input, desk->debtor->visit_on));
    switch (input->kind) {
    case DUNNING_NOTHING:
        return;
    case DUNNING_POSTED:
        post(desk, &input->invoice);
        return;
    case DUNNING_ALLOCATED:
        allocate(desk, &input->invoice);
        return;
    case DUNNING_REDUCED:
        reduce(desk, &input->invoice);
        return;
    case DUNNING_REOPENED:
        reopen(desk, &input->invoice);
        return;
    case DUNNING_CANCELLED:
        cancel(desk, &input->invoice);
        return;
    case DUNNING_WRITTEN_OFF:
        write_off(desk, &input->invoice);
        return;
    case DUNNING_DUE_CHANGED:
        change_due(desk, &input->invoice);
        return;
    case DUNNING_PAUSED:
        pause_begin(desk, &input->pause);
        return;
    case DUNNING_PAUSE_ENDED:
        pause_end(desk, &input->pause);
        return;
    case DUNNING_CREDITED:
    case DUNNING_SPENT:
        unapplied_change(desk, input->invoice.amount, input->kind == DUNNING_CREDITED);
        return;
    case DUNNING_REQUEST_NEWS:
        hear_of_request(desk, &input->request);
        return;
    case DUNNING_HELD:
    case DUNNING_HELD_HERE:
        hold(desk, &input->held, input->kind == DUNNING_HELD_HERE);
        return;
    case DUNNING_HOLD_CLEARED:
        clear_hold(desk, &input->held);
        return;
    case DUNNING_PROPOSED:
        propose_act(desk, &input->proposal);
        return;
    case DUNNING_SETTLED:
        settle_reminder(desk, &input->word);
        return;
    case DUNNING_RESEND:
        resend_reminder(desk, &input->word);
        return;
    case DUNNING_CONTACT:
        learn_contact(desk, &input->contact);
        return;
    case DUNNING_CREDIT:
        learn_credit(desk, &input->credit);
        return;
    case DUNNING_OUTCOME:
        end_attempt(desk, &input->attempted);
        return;
    case DUNNING_DAY_END:
        end_day(desk);
        return;
    }
    CHECK(!"a kind of input");
}

/* ---- when to look again */

static Date sooner(Date a, Date b) {
    bool b_counts = !date_is_none(b) && (date_is_none(a) || date_compare(b, a) < 0);
    return b_counts ? b : a;
}

static bool has_open_item(const Debtor *debtor, Str invoice) {
    for (int i = 0; i < debtor->item_count; i++) {
        const Item *item = &debtor->items[i];
        if (!money_is_zero(item->open) && str_equals(item->key.number, invoice)) {
            return true;
        }
    }
    return false;
}

/* The first day after `earliest` on which a pause begins or ends: there the ladder may have another
 * oldest item. */
static Date next_turn(const Debtor *debtor, Date earliest) {
    Date next = DATE_NONE;
    for (int i = 0; i < debtor->pause_count; i++) {
        const Pause *pause = &debtor->pauses[i];
        if (pause->over || !has_open_item(debtor, pause->invoice)) {
            continue;
        }
        bool begins = date_compare(pause->starts_on, earliest) > 0;
        bool ends = !date_is_none(pause->ends_on) && date_compare(pause->ends_on, earliest) > 0;
        next = begins ? sooner(next, pause->starts_on) : next;
        next = ends ? sooner(next, pause->ends_on) : next;
    }
    return next;
}

/* From turn to turn, since in between the ladder looks at the same items. */
static Date next_visit_in(const Desk *desk, const Dunning *dunning, Date earliest) {
    for (Date from = earliest;;) {
        Date turn = next_turn(desk->debtor, from);
        Pursuit pursuit = pursuit_of(desk->debtor, dunning, desk->guidance, from);
        Date next = pursuit_next(&pursuit, from);
        bool before = !date_is_none(next) && date_compare(next, turn) < 0;
        if (date_is_none(turn) || before) {
            return next;
        }
        from = turn;
    }
}

static Date next_visit(const Desk *desk, Date earliest) {
    Date next = DATE_NONE;
    for (int i = 0; i < desk->debtor->dunning_count; i++) {
        const Dunning *dunning = &desk->debtor->dunnings[i];
        next = sooner(next, next_visit_in(desk, dunning, earliest));
    }
    return next;
}

void decide_visit(Desk *desk, const DunningInput *last) {
    CHECK(desk->debtor->extent == DEBTOR_WHOLE);
    bool visited = last->kind == DUNNING_DAY_END;
    Date next = next_visit(desk, visited ? date_add(desk->day, 1) : desk->day);
    desk->debtor->changed |= date_compare(next, desk->debtor->visit_on) != 0;
    desk->debtor->visit_on = next;
}
