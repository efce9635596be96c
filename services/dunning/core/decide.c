#include "dunning/core/decide.h"

#include "base/check.h"
#include "dunning/core/pursuit.h"
#include "dunning/core/remind.h"
#include "dunning/core/write_off.h"

/* ---- what is open */

static void post(Desk *desk, const InvoiceNews *news) {
    (void)debtor_dunning(desk->debtor, news->open.currency, desk->day);
    (void)debtor_add_item(desk->debtor, (Item){.invoice = news->invoice,
                                               .open = news->open,
                                               .due_on = news->due_on,
                                               .changed = true});
}

/* With nothing overdue any more the dunning has reached its end, and the next debt begins anew. */
static void rest_if_paid(Desk *desk, Currency currency) {
    Dunning *dunning = debtor_dunning(desk->debtor, currency, desk->day);
    Pursuit pursuit = pursuit_of(desk->debtor, dunning, desk->guidance, desk->arena);
    if (pursuit_overdue(&pursuit, desk->day).count > 0 || dunning->state == DUNNING_RESTING) {
        return;
    }
    dunning->state = DUNNING_RESTING;
    dunning->person = PERSON_NOT_NEEDED;
    dunning->since = desk->day;
    dunning->reminded_on = DATE_NONE;
    dunning->changed = true;
}

static void reduce(Desk *desk, Str invoice, Money open) {
    Item *item = debtor_find_item(desk->debtor, invoice);
    if (item == NULL) {
        return; /* closed before: a write-off and its recovery */
    }
    item->open = open;
    item->changed = true;
    if (money_is_zero(open)) {
        rest_if_paid(desk, open.currency);
    }
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

static void close_item(Desk *desk, const InvoiceNews *news) {
    reduce(desk, news->invoice, news->open);
    if (!str_is_empty(news->request)) {
        debtor_add_news(desk->debtor, (RequestNews){news->request, REQUEST_POSTED});
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
    Pursuit pursuit = pursuit_of(desk->debtor, dunning, desk->guidance, desk->arena);
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
        unapplied_change(desk, input->invoice.amount, false);
        reduce(desk, input->invoice.invoice, input->invoice.open);
        return;
    case DUNNING_CLOSED:
        close_item(desk, &input->invoice);
        return;
    case DUNNING_CREDITED:
        unapplied_change(desk, input->invoice.amount, true);
        return;
    case DUNNING_RECOVERED:
        unapplied_change(desk, input->invoice.amount, false);
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
        propose_write_off(desk, &input->proposal);
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

static Date next_visit(Desk *desk, Date earliest) {
    Date next = DATE_NONE;
    for (int i = 0; i < desk->debtor->dunning_count; i++) {
        Pursuit pursuit =
            pursuit_of(desk->debtor, &desk->debtor->dunnings[i], desk->guidance, desk->arena);
        Date one = pursuit_next(&pursuit, earliest);
        bool sooner = date_is_none(next) || date_compare(one, next) < 0;
        next = !date_is_none(one) && sooner ? one : next;
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
