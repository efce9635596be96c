#include "dunning/core/write_off.h"

#include "base/check.h"

static const char *const STATES[REQUEST_STATE_COUNT] = {
    [REQUEST_WAITING] = "waiting", [REQUEST_APPROVED] = "approved", [REQUEST_REJECTED] = "rejected",
    [REQUEST_REFUSED] = "refused", [REQUEST_POSTED] = "posted",
};

const char *request_state_name(RequestState state) {
    CHECK(state < REQUEST_STATE_COUNT);
    return STATES[state];
}

/* ---- evidence */

static bool lists_one_of(const Reminder *reminder, Item *const *items, int count) {
    for (int i = 0; i < reminder->item_count; i++) {
        for (int k = 0; k < count; k++) {
            if (item_key_equals(reminder->items[i].key, items[k]->key)) {
                return true;
            }
        }
    }
    return false;
}

static void reminders_fill(const Desk *desk, Item *const *items, int count, Request *request) {
    const Debtor *debtor = desk->debtor;
    RequestReminder *reminders = ARENA_ARRAY(desk->arena, RequestReminder, REQUEST_REMINDERS_MAX);
    for (int i = 0; i < debtor->reminder_count; i++) {
        const Reminder *reminder = &debtor->reminders[i];
        const char *outcome = reminder_as_evidence(reminder->state);
        if (outcome != NULL && request->reminder_count < REQUEST_REMINDERS_MAX &&
            lists_one_of(reminder, items, count)) {
            reminders[request->reminder_count++] =
                (RequestReminder){reminder->level, reminder->issued_on, str_of(outcome)};
        }
    }
    request->reminders = reminders;
}

/* Of items of one currency, the oldest first. False: the sum does not fit. */
static bool items_fill(const Desk *desk, Item *const *items, int count, Request *request) {
    RequestItem *listed = ARENA_ARRAY(desk->arena, RequestItem, count);
    request->amount = money_of(0, items[0]->open.currency);
    for (int i = 0; i < count; i++) {
        const Item *item = items[i];
        listed[i] = (RequestItem){item->key, item->open, item->due_on};
        if (!money_add(request->amount, item->open, &request->amount)) {
            return false;
        }
    }
    request->items = listed;
    request->item_count = count;
    int32_t days = date_days_between(items[0]->due_on, desk->day);
    request->days_past_due = days > 0 ? days : 0;
    return true;
}

static void evidence_fill(const Desk *desk, Item *const *items, int count, Request *request) {
    const CreditState *credit = debtor_credit(desk->debtor, desk->day);
    request->band = credit->band;
    request->score = credit->score;
    request->requested_on = desk->day;
    reminders_fill(desk, items, count, request);
}

/* ---- raising */

/* From now on the ladder passes over these items. */
static void raise(Desk *desk, Request request, Item *const *items, int count) {
    for (int i = 0; i < count; i++) {
        items[i]->request = request.id;
        items[i]->rejected = false;
        items[i]->changed = true;
    }
    Request *raised = ARENA_NEW(desk->arena, Request);
    *raised = request;
    debtor_add_request(desk->debtor, request);
    desk_say(desk, (Fact){.kind = FACT_REQUESTED, .requested = raised});
}

/* An item with levels before it, found late, is reminded of first: once it is the oldest. Where no
 * letters are sent, none is missing. */
static int old_enough(const Desk *desk, const Pursuit *pursuit) {
    const Ladder *ladder = &desk->guidance.ladder->ladder;
    bool letters = pursuit_facts(pursuit, desk->day).worth_a_letter &&
                   debtor_unreachable(desk->debtor, desk->guidance) == PERSON_NOT_NEEDED;
    int count = 0;
    while (count < pursuit->count && count < REQUEST_ITEMS_MAX) {
        const Item *item = pursuit->items[count];
        bool old = date_days_between(item->due_on, desk->day) >= ladder->write_off_days;
        if (!old || (letters && item->level < ladder->level_count)) {
            break;
        }
        count++;
    }
    return count;
}

static const char *plural(int count) {
    return count == 1 ? "" : "s";
}

static int reminders_that_left(const Request *request) {
    int count = 0;
    for (int i = 0; i < request->reminder_count; i++) {
        count += !str_equals(request->reminders[i].outcome,
                             str_of(reminder_as_evidence(REMINDER_FAILED)));
    }
    return count;
}

static Str reason_of(const Desk *desk, const Request *request) {
    int reminders = reminders_that_left(request);
    PersonReason person = debtor_unreachable(desk->debtor, desk->guidance);
    const char *reach = person == PERSON_NOT_NEEDED ? "" : "; no mail reaches the customer";
    return str_format(desk->arena, "%d item%s, the oldest %d days past due, after %d reminder%s%s",
                      request->item_count, plural(request->item_count), (int)request->days_past_due,
                      reminders, plural(reminders), reach);
}

void ask_write_off(Desk *desk, const Pursuit *pursuit) {
    int count = old_enough(desk, pursuit);
    CHECK(count > 0);
    Request request = {.requester = S("system")};
    while (!items_fill(desk, pursuit->items, count, &request)) {
        count--; /* the rest is asked for another day; one item always fits */
    }
    request.id = desk_next_request(desk);
    evidence_fill(desk, pursuit->items, count, &request);
    request.reason = reason_of(desk, &request);
    raise(desk, request, pursuit->items, count);
}

/* ---- a person's proposal */

static const char PROPOSAL[] = "write_off_proposal";

/* What is proposed: every open item of the invoices that a person names. */
typedef struct Proposed {
    Item *items[REQUEST_ITEMS_MAX];
    int count;
} Proposed;

/* False: it may not be proposed beside the first one, and the proposal is refused. */
static bool may_be_proposed(Desk *desk, const Proposal *proposal, const Item *item,
                            const Item *first) {
    Str name = item_key_print(desk->arena, item->key);
    const Pause *pause = debtor_paused(desk->debtor, item->key.number, desk->day);
    if (pause != NULL) {
        desk_refuse(desk, REFUSED_ON_HOLD, PROPOSAL, proposal->number,
                    "Invoice %.*s is paused by %.*s; end the pause first.",
                    STR_ARGS(item->key.number), STR_ARGS(pause->number));
    } else if (!str_is_empty(item->request) && !item->rejected) {
        desk_refuse(desk, REFUSED_IN_USE, PROPOSAL, proposal->number,
                    "Invoice %.*s stands in request %.*s, which is not decided yet.",
                    STR_ARGS(name), STR_ARGS(item->request));
    } else if (!currency_equals(first->open.currency, item->open.currency)) {
        desk_refuse(desk, REFUSED_CURRENCY, PROPOSAL, proposal->number,
                    "Invoice %.*s is in %s, others are in %s; propose each currency on its own.",
                    STR_ARGS(name), item->open.currency.code, first->open.currency.code);
    } else {
        return true;
    }
    return false;
}

static bool propose_invoice(Desk *desk, const Proposal *proposal, Str invoice, Proposed *proposed) {
    int before = proposed->count;
    for (int i = 0; i < desk->debtor->item_count; i++) {
        Item *item = &desk->debtor->items[i];
        if (money_is_zero(item->open) || !str_equals(item->key.number, invoice)) {
            continue;
        }
        if (proposed->count == REQUEST_ITEMS_MAX) {
            desk_refuse(desk, REFUSED_OVERFLOW, PROPOSAL, proposal->number,
                        "These invoices have more than %d open items; propose fewer.",
                        REQUEST_ITEMS_MAX);
            return false;
        }
        const Item *first = proposed->count > 0 ? proposed->items[0] : item;
        if (!may_be_proposed(desk, proposal, item, first)) {
            return false;
        }
        proposed->items[proposed->count++] = item;
    }
    if (proposed->count == before) {
        desk_refuse(desk, REFUSED_CLOSED, PROPOSAL, proposal->number,
                    "Nothing is open on invoice %.*s; see `arrears account show`.",
                    STR_ARGS(invoice));
    }
    return proposed->count > before;
}

void propose_write_off(Desk *desk, const Proposal *proposal) {
    Proposed proposed = {.count = 0};
    CHECK(proposal->invoice_count >= 1 && proposal->invoice_count <= REQUEST_ITEMS_MAX);
    if (debtor_is_held(desk->debtor)) {
        desk_refuse(desk, REFUSED_ON_HOLD, PROPOSAL, proposal->number,
                    "The account is on hold: a record of it could not be read. Clear the hold "
                    "first: `arrears hold list`.");
        return;
    }
    for (int i = 0; i < proposal->invoice_count; i++) {
        if (!propose_invoice(desk, proposal, proposal->invoices[i], &proposed)) {
            return;
        }
    }
    items_sort(proposed.items, proposed.count);
    Request request = {
        .requester = proposal->actor, .reason = proposal->reason, .proposal = proposal->number};
    if (!items_fill(desk, proposed.items, proposed.count, &request)) {
        desk_refuse(desk, REFUSED_OVERFLOW, PROPOSAL, proposal->number,
                    "The sum of these invoices does not fit; propose fewer.");
        return;
    }
    request.id = desk_next_request(desk);
    evidence_fill(desk, proposed.items, proposed.count, &request);
    raise(desk, request, proposed.items, proposed.count);
}

/* ---- what comes of a request */

static void say_rejected(Desk *desk, Money amount, Date oldest) {
    int32_t days = date_days_between(oldest, desk->day);
    desk_say(desk, (Fact){.kind = FACT_PERSON_NEEDED,
                          .person = {.reason = PERSON_WRITE_OFF_REJECTED,
                                     .overdue = amount,
                                     .days_past_due = days > 0 ? days : 0}});
}

static void hear_rejected(Desk *desk, Str request) {
    Money amount = {0};
    Date oldest = DATE_NONE;
    for (int i = 0; i < desk->debtor->item_count; i++) {
        Item *item = &desk->debtor->items[i];
        if (money_is_zero(item->open) || !str_equals(item->request, request)) {
            continue;
        }
        item->rejected = true;
        item->changed = true;
        bool older = date_is_none(oldest) || date_compare(item->due_on, oldest) < 0;
        amount = date_is_none(oldest) ? money_of(0, item->open.currency) : amount;
        oldest = older ? item->due_on : oldest;
        if (!money_add(amount, item->open, &amount)) {
            amount.minor = INT64_MAX;
        }
    }
    if (!date_is_none(oldest)) {
        say_rejected(desk, amount, oldest);
    }
}

/* The facts had changed: the ladder looks at the items again. */
static void hear_refused(Desk *desk, Str request) {
    for (int i = 0; i < desk->debtor->item_count; i++) {
        Item *item = &desk->debtor->items[i];
        if (str_equals(item->request, request)) {
            item->request = S("");
            item->changed = true;
        }
    }
}

void hear_of_request(Desk *desk, const RequestNews *news) {
    debtor_add_news(desk->debtor, *news);
    switch (news->state) {
    case REQUEST_REJECTED:
        hear_rejected(desk, news->request);
        return;
    case REQUEST_REFUSED:
        hear_refused(desk, news->request);
        return;
    case REQUEST_WAITING:
    case REQUEST_APPROVED:
    case REQUEST_POSTED:
    case REQUEST_STATE_COUNT:
        return;
    }
}
