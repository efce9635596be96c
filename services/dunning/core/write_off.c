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

/* What a proposal names of an item; NULL: nobody proposes it in part. */
static const ProposedPart *part_of(const Proposal *proposal, ItemKey key) {
    for (int i = 0; proposal != NULL && i < proposal->part_count; i++) {
        if (item_key_equals(proposal->parts[i].item, key)) {
            return &proposal->parts[i];
        }
    }
    return NULL;
}

static Money proposed_amount(const Proposal *proposal, const Item *item) {
    const ProposedPart *part = part_of(proposal, item->key);
    return part == NULL || money_is_zero(part->amount) ? item->open : part->amount;
}

/* Of items of one currency, the oldest first, as somebody proposes it. False: the sum does not fit.
 */
static bool items_fill(const Desk *desk, Item *const *items, int count, const Proposal *proposal,
                       Request *request) {
    RequestItem *listed = ARENA_ARRAY(desk->arena, RequestItem, count);
    request->amount = money_of(0, items[0]->open.currency);
    for (int i = 0; i < count; i++) {
        const Item *item = items[i];
        Money amount = proposed_amount(proposal, item);
        listed[i] = (RequestItem){item->key, item->open, amount, item->due_on};
        if (!money_add(request->amount, amount, &request->amount)) {
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
    Request request = {
        .act = ACT_WRITE_OFF, .code = WRITE_OFF_UNCOLLECTIBLE, .requester = S("system")};
    while (!items_fill(desk, pursuit->items, count, NULL, &request)) {
        count--; /* the rest is asked for another day; one item always fits */
    }
    request.id = desk_next_request(desk);
    evidence_fill(desk, pursuit->items, count, &request);
    request.reason = reason_of(desk, &request);
    raise(desk, request, pursuit->items, count);
}

/* ---- a person's proposal */

/* What is proposed: every open item of the invoices that a person names, or the items of which he
 * names parts. */
typedef struct Proposing {
    Desk *desk;
    const Proposal *proposal;
    Item *items[REQUEST_ITEMS_MAX];
    int count;
} Proposing;

static const char *document_of(const Proposal *proposal) {
    return proposal->act == ACT_WAIVER ? "waiver_proposal" : "write_off_proposal";
}

#define REFUSE(proposing, why, ...)                                                                \
    desk_refuse((proposing)->desk, why, document_of((proposing)->proposal),                        \
                (proposing)->proposal->number, __VA_ARGS__)

/* False: it may not be proposed beside the first one, and the proposal is refused. */
static bool may_be_proposed(const Proposing *proposing, const Item *item, const Item *first) {
    Desk *desk = proposing->desk;
    Str name = item_key_print(desk->arena, item->key);
    const Pause *pause = debtor_paused(desk->debtor, item->key.number, desk->day);
    if (pause != NULL) {
        REFUSE(proposing, REFUSED_ON_HOLD, "Invoice %.*s is paused by %.*s; end the pause first.",
               STR_ARGS(item->key.number), STR_ARGS(pause->number));
    } else if (!str_is_empty(item->request) && !item->rejected) {
        REFUSE(proposing, REFUSED_IN_USE,
               "Invoice %.*s stands in request %.*s, which is not decided yet.", STR_ARGS(name),
               STR_ARGS(item->request));
    } else if (!currency_equals(first->open.currency, item->open.currency)) {
        REFUSE(proposing, REFUSED_CURRENCY,
               "Invoice %.*s is in %s, others are in %s; propose each currency on its own.",
               STR_ARGS(name), item->open.currency.code, first->open.currency.code);
    } else {
        return true;
    }
    return false;
}

/* False after a refusal. */
static bool propose_item(Proposing *proposing, Item *item) {
    if (proposing->count == REQUEST_ITEMS_MAX) {
        REFUSE(proposing, REFUSED_OVERFLOW,
               "These invoices have more than %d open items; propose fewer.", REQUEST_ITEMS_MAX);
        return false;
    }
    const Item *first = proposing->count > 0 ? proposing->items[0] : item;
    if (!may_be_proposed(proposing, item, first)) {
        return false;
    }
    proposing->items[proposing->count++] = item;
    return true;
}

static bool is_meant(const Proposing *proposing, const Item *item, Str invoice) {
    return !money_is_zero(item->open) && str_equals(item->key.number, invoice) &&
           (proposing->proposal->act != ACT_WAIVER || item->key.charge != CHARGE_PRINCIPAL);
}

static bool propose_invoice(Proposing *proposing, Str invoice) {
    const Debtor *debtor = proposing->desk->debtor;
    int before = proposing->count;
    for (int i = 0; i < debtor->item_count; i++) {
        Item *item = &debtor->items[i];
        if (is_meant(proposing, item, invoice) && !propose_item(proposing, item)) {
            return false;
        }
    }
    if (proposing->count == before) {
        REFUSE(proposing, REFUSED_CLOSED,
               "Nothing is open on invoice %.*s; see `arrears account show`.", STR_ARGS(invoice));
    }
    return proposing->count > before;
}

static bool propose_part(Proposing *proposing, const ProposedPart *part) {
    Item *item = debtor_find_item(proposing->desk->debtor, part->item);
    bool fits = item != NULL && is_meant(proposing, item, part->item.number) &&
                (money_is_zero(part->amount) ||
                 (currency_equals(part->amount.currency, item->open.currency) &&
                  money_compare(part->amount, item->open) <= 0));
    if (!fits) {
        Str name = item_key_print(proposing->desk->arena, part->item);
        REFUSE(proposing, REFUSED_CLOSED,
               "Not so much is open of invoice %.*s; see `arrears account show`.", STR_ARGS(name));
        return false;
    }
    return propose_item(proposing, item);
}

/* False after a refusal. */
static bool propose_all(Proposing *proposing) {
    const Proposal *proposal = proposing->proposal;
    bool good = true;
    for (int i = 0; good && i < proposal->invoice_count; i++) {
        good = propose_invoice(proposing, proposal->invoices[i]);
    }
    for (int i = 0; good && i < proposal->part_count; i++) {
        good = propose_part(proposing, &proposal->parts[i]);
    }
    return good;
}

void propose_act(Desk *desk, const Proposal *proposal) {
    Proposing proposing = {.desk = desk, .proposal = proposal};
    int named = proposal->invoice_count + proposal->part_count;
    CHECK(named >= 1 && named <= REQUEST_ITEMS_MAX);
    if (debtor_is_held(desk->debtor)) {
        REFUSE(&proposing, REFUSED_ON_HOLD,
               "The account is on hold: a record of it could not be read. Clear the hold first: "
               "`arrears hold list`.");
        return;
    }
    if (!propose_all(&proposing)) {
        return;
    }
    items_sort(proposing.items, proposing.count);
    Request request = {.act = proposal->act,
                       .requester = proposal->actor,
                       .reason = proposal->reason,
                       .code = proposal->code,
                       .proposal = proposal->number};
    if (!items_fill(desk, proposing.items, proposing.count, proposal, &request)) {
        REFUSE(&proposing, REFUSED_OVERFLOW,
               "The sum of these invoices does not fit; propose fewer.");
        return;
    }
    request.id = desk_next_request(desk);
    evidence_fill(desk, proposing.items, proposing.count, &request);
    raise(desk, request, proposing.items, proposing.count);
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
        if (news->act == ACT_WAIVER) { /* the charges stay owed, as if nobody had asked */
            hear_refused(desk, news->request);
        } else {
            hear_rejected(desk, news->request);
        }
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
