#include "ledger/core/late.h"

#include <stdlib.h>

#include "base/check.h"
#include "ledger/core/allocate.h"
#include "ledger/core/charge.h"
#include "ledger/core/overcharge.h"
#include "ledger/core/period.h"
#include "ledger/core/standstill.h"

/* ---- what happens to a debt */

void late_begin(Desk *desk, Item *item, Str clause, Money invoiced) {
    Str regime = str_is_empty(clause) ? desk->keeping->interest : clause;
    InterestTerms terms;
    if (item->key.charge != CHARGE_PRINCIPAL || str_is_empty(regime) ||
        !rules_interest(desk->rules, regime, item->issued_on, &terms)) {
        return;
    }
    Accrued *accrued =
        book_add_accrued(desk->book, accrued_of(item->key, terms.regime->id, invoiced));
    accrued->place = (int)(item - desk->book->items);
    item->accrued = desk->book->accrued_count;
    accrued_move(accrued, item->issued_on, item->amount.minor, desk->book->arena);
}

static void touch(Accrued *accrued, Date from) {
    accrued->touched_from = sooner_of(accrued->touched_from, from);
    accrued->changed = true;
}

void late_move(Desk *desk, const Item *item, Date on, int64_t minor) {
    Accrued *accrued = book_accrued_of(desk->book, item);
    accrued_move(accrued, date_add(on, 1), minor, desk->book->arena);
    touch(accrued, date_add(on, 1));
    if (money_is_zero(item->open)) {
        accrued->closed_on = on;
    }
}

void late_reopened(Desk *desk, const Item *item, Date on, int64_t minor) {
    Accrued *accrued = book_accrued_of(desk->book, item);
    if (accrued != NULL) {
        accrued_move(accrued, date_add(on, 1), minor, desk->book->arena);
        touch(accrued, date_add(on, 1));
        accrued->paid = false;
    } else if (item->key.charge != CHARGE_PRINCIPAL) {
        late_touch(desk, item->key.number, item->issued_on); /* it may not be owed any more */
    }
}

void late_touch(Desk *desk, Str invoice, Date from) {
    for (int i = 0; i < desk->book->accrued_count; i++) {
        if (str_equals(desk->book->accrued[i].key.number, invoice)) {
            touch(&desk->book->accrued[i], from);
        }
    }
}

void late_after_payment(Desk *desk, const Credit *payment, const Item *item) {
    Accrued *accrued = book_accrued_of(desk->book, item);
    if (accrued != NULL && payment->kind == CREDIT_PAYMENT && item->state == ITEM_SETTLED) {
        accrued->paid = true;
        accrued->changed = true;
    }
}

/* The row in which an invoice keeps what was paid of its charges; NULL: there is none. */
static Accrued *first_row_of(const Book *book, Str invoice) {
    Accrued *first = NULL;
    for (int i = 0; i < book->accrued_count; i++) {
        Accrued *accrued = &book->accrued[i];
        if (str_equals(accrued->key.number, invoice) &&
            (first == NULL || accrued->key.instalment < first->key.instalment)) {
            first = accrued;
        }
    }
    return first;
}

/* Where such a charge is counted; NULL: somebody else made it, or it is none. */
static Money *paid_of(Accrued *first, ItemKey charge) {
    if (first == NULL || charge.charge == CHARGE_PRINCIPAL) {
        return NULL;
    }
    if (charge.charge == CHARGE_INTEREST) {
        return &first->interest_paid;
    }
    return charge_is_fixed_sum(charge) ? &first->fixed_paid : NULL;
}

void late_charge_paid(Desk *desk, const Item *item, int64_t minor) {
    if (item->key.charge == CHARGE_PRINCIPAL || !desk->book->bears_interest) {
        return;
    }
    Accrued *first = first_row_of(desk->book, item->key.number);
    Money *paid = paid_of(first, item->key);
    if (paid != NULL) {
        paid->minor += minor; /* a part of what was once open together: it fits */
        first->changed = true;
    }
}

bool late_is_paid(const Book *book, ItemKey charge) {
    const Money *paid = paid_of(first_row_of(book, charge.number), charge);
    return paid == NULL || paid->minor > 0;
}

void late_forget(Desk *desk, Str invoice, int64_t interest) {
    for (int i = 0; i < desk->book->accrued_count; i++) {
        Accrued *accrued = &desk->book->accrued[i];
        Money none = money_of(0, accrued->amount.currency);
        if (str_equals(accrued->key.number, invoice)) {
            int64_t part = accrued->posted.minor < interest ? accrued->posted.minor : interest;
            interest -= part;
            accrued->posted.minor -= part;
            accrued->amount = accrued->fixed = none;
            accrued->late_on = DATE_NONE;
            accrued->move_count = 0;
            accrued->touched_from = DATE_NONE;
            accrued->closed_on = DATE_NONE;
            accrued->changed = true;
        }
    }
}

/* ---- the computation */

/* A row, the item it is about, and the rule it was issued under. */
typedef struct Bearing {
    Accrued *accrued;
    const Item *item; /* moves when charges are posted */
    InterestTerms terms;
} Bearing;

/* False where nothing can be counted: the item is not at hand, its regime is in no rule set any
 * more, or too much has happened to it. */
static bool bearing_find(const Desk *desk, Accrued *accrued, Bearing *bearing) {
    *bearing = (Bearing){.accrued = accrued};
    if (accrued->place < 0 || accrued->overlong) {
        return false;
    }
    bearing->item = &desk->book->items[accrued->place];
    return rules_interest(desk->rules, accrued->regime, bearing->item->issued_on, &bearing->terms);
}

/* From the first late day up to the last one asked for, or as far as rates are known: `last` is
 * then that day. False where nothing is known, or it fits no amount. */
static bool compute(const Desk *desk, const Bearing *bearing, Date *last, InterestResult *result) {
    const Item *item = bearing->item;
    Standstills still = standstills_of(desk->book, item, desk->arena);
    if (still.count > INTEREST_STEPS_MAX) {
        return false;
    }
    InterestCase late = {.invoiced = bearing->accrued->invoiced,
                         .invoiced_on = item->issued_on,
                         .due_on = still.due_on,
                         .steps = accrued_steps(bearing->accrued, desk->arena),
                         .step_count = bearing->accrued->move_count,
                         .pauses = still.rows,
                         .pause_count = still.count,
                         .first = item->issued_on,
                         .last = *last};
    *result = interest_accrue(&bearing->terms, &late, desk->arena);
    if (result->answer == INTEREST_RATE_UNKNOWN) {
        *last = date_add(result->unknown_from, -1);
    }
    return result->answer == INTEREST_ACCRUED || result->answer == INTEREST_RATE_UNKNOWN;
}

/* The mark is moved to a day, and never back: what is known of the days before it stays. */
static bool accrue(const Desk *desk, const Bearing *bearing, Date last) {
    InterestResult result;
    Accrued *accrued = bearing->accrued;
    if (!compute(desk, bearing, &last, &result) ||
        (!date_is_none(accrued->until) && date_compare(last, accrued->until) < 0)) {
        return false;
    }
    accrued->until = last;
    accrued->amount = result.accrued;
    accrued->late_on = result.late_on;
    accrued->changed = true;
    return true;
}

/* ---- posting */

static bool is_posted(const Bearing *bearing, InterestPosting posting) {
    return bearing->terms.regime->posting == posting;
}

/* The fixed sum that the rows of an invoice have posted, and whether one of them was late. */
typedef struct FixedState {
    bool is_posted;
    bool is_owed;
} FixedState;

static FixedState fixed_state(const Book *book, Str invoice) {
    FixedState state = {0};
    for (int i = 0; i < book->accrued_count; i++) {
        const Accrued *accrued = &book->accrued[i];
        if (str_equals(accrued->key.number, invoice)) {
            state.is_posted = state.is_posted || !money_is_zero(accrued->fixed);
            state.is_owed = state.is_owed || !date_is_none(accrued->late_on);
        }
    }
    return state;
}

static bool charge_fixed(Desk *desk, const Bearing *bearing, Date on) {
    Accrued *accrued = bearing->accrued;
    Money sum = interest_fixed_sum(bearing->terms.regime, accrued->invoiced);
    bool owed = !money_is_zero(sum) && !date_is_none(accrued->late_on) &&
                !fixed_state(desk->book, accrued->key.number).is_posted;
    return owed && charge_fixed_sum(desk, accrued, sum, on);
}

/* What was counted up to a day beyond what is posted, where it is worth it. True: something was
 * charged. */
static bool charge_rest(Desk *desk, const Bearing *bearing, Money counted, Charged when) {
    Accrued *accrued = bearing->accrued;
    Money least = interest_minimum(bearing->terms.regime, counted.currency);
    Money rest = counted;
    CHECK(money_subtract(counted, accrued->posted, &rest));
    bool charged = charge_fixed(desk, bearing, when.on);
    if (rest.minor > 0 && rest.minor >= least.minor) {
        charged = charge_interest(desk, accrued, rest, when) || charged;
    }
    return charged;
}

static void say_accrued(Desk *desk, const Accrued *accrued) {
    desk_say(desk, (Fact){.kind = FACT_INTEREST_ACCRUED,
                          .accrued = {.item = accrued->key,
                                      .regime = accrued->regime,
                                      .amount = accrued->amount,
                                      .posted = accrued->posted,
                                      .until = accrued->until}});
}

static void charge_before(Desk *desk, const Bearing *bearing, const Credit *payment) {
    InterestResult result;
    Accrued *accrued = bearing->accrued;
    Date last = payment->received_on;
    if (!compute(desk, bearing, &last, &result)) {
        return;
    }
    if (date_is_none(accrued->until) || date_compare(accrued->until, last) < 0) {
        (void)accrue(desk, bearing, last);
    }
    (void)charge_rest(desk, bearing, result.accrued, (Charged){payment->effective_on, last});
}

void late_before_payment(Desk *desk, const Credit *payment, Str invoice) {
    for (int i = 0; payment->kind == CREDIT_PAYMENT && i < desk->book->accrued_count; i++) {
        Bearing bearing;
        Accrued *accrued = &desk->book->accrued[i];
        if (str_equals(accrued->key.number, invoice) && bearing_find(desk, accrued, &bearing) &&
            bearing.item->state == ITEM_OPEN && is_posted(&bearing, INTEREST_POSTING_AT_PAYMENT)) {
            charge_before(desk, &bearing, payment);
        }
    }
}

/* ---- after a decision */

static void return_rest(Desk *desk, Accrued *accrued, Date from) {
    Money over = accrued->posted;
    CHECK(money_subtract(accrued->posted, accrued->amount, &over));
    if (over.minor > 0) {
        overcharge_return(desk, accrued, CHARGE_INTEREST, over, from);
    }
    for (int i = 0; i < desk->book->accrued_count; i++) {
        Accrued *row = &desk->book->accrued[i];
        if (str_equals(row->key.number, accrued->key.number) && !money_is_zero(row->fixed) &&
            !fixed_state(desk->book, row->key.number).is_owed) {
            overcharge_return(desk, row, CHARGE_COSTS, row->fixed, from);
        }
    }
}

/* More is posted where it would have been by now; less, always. */
static bool posts_more(const Bearing *bearing) {
    bool open = bearing->item->state == ITEM_OPEN;
    return (open && is_posted(bearing, INTEREST_POSTING_MONTHLY)) ||
           (!open && bearing->accrued->paid && !is_posted(bearing, INTEREST_POSTING_NEVER));
}

static void settle(Desk *desk, const Bearing *bearing, Date last, Date from) {
    Accrued *accrued = bearing->accrued;
    Money before = accrued->amount;
    if (!accrue(desk, bearing, last)) {
        return;
    }
    Date on = later_of(last, desk->day);
    bool charged = posts_more(bearing) &&
                   charge_rest(desk, bearing, accrued->amount, (Charged){on, accrued->until});
    return_rest(desk, accrued, from);
    if (!charged && money_compare(before, accrued->amount) != 0) {
        say_accrued(desk, accrued);
    }
}

static Accrued *first_touched(const Book *book) {
    Accrued *first = NULL;
    for (int i = 0; i < book->accrued_count; i++) {
        Accrued *accrued = &book->accrued[i];
        if (!date_is_none(accrued->touched_from) &&
            (first == NULL || item_key_compare(accrued->key, first->key) < 0)) {
            first = accrued;
        }
    }
    return first;
}

void late_settle(Desk *desk) {
    for (Accrued *accrued; (accrued = first_touched(desk->book)) != NULL;) {
        Bearing bearing;
        Date from = accrued->touched_from;
        Date closed_on = accrued->closed_on;
        accrued->touched_from = DATE_NONE;
        accrued->closed_on = DATE_NONE;
        bool counted = !date_is_none(accrued->until) && date_compare(from, accrued->until) <= 0;
        if (bearing_find(desk, accrued, &bearing) && (counted || !date_is_none(closed_on))) {
            settle(desk, &bearing, later_of(accrued->until, closed_on), from);
            allocate_invoice(desk, bearing.accrued->key.number);
        }
    }
}

/* ---- the end of a month */

static int by_key(const void *a, const void *b) {
    return item_key_compare((*(Accrued *const *)a)->key, (*(Accrued *const *)b)->key);
}

/* Those that are open, late, and not counted up to today yet, in the order of their keys. */
static int late_ones(const Desk *desk, Accrued **rows) {
    int count = 0;
    for (int i = 0; i < desk->book->accrued_count; i++) {
        Accrued *accrued = &desk->book->accrued[i];
        const Item *item = accrued->place < 0 ? NULL : &desk->book->items[accrued->place];
        bool due = date_is_none(accrued->until) || date_compare(accrued->until, desk->day) < 0;
        if (item != NULL && item->state == ITEM_OPEN && due &&
            date_compare(item->first_due_on, desk->day) < 0) {
            rows[count++] = accrued;
        }
    }
    qsort(rows, (size_t)count, sizeof(Accrued *), by_key);
    return count;
}

static void end_month(Desk *desk, const Bearing *bearing) {
    Accrued *accrued = bearing->accrued;
    Money before = accrued->amount;
    if (!accrue(desk, bearing, desk->day)) {
        return;
    }
    bool charged =
        is_posted(bearing, INTEREST_POSTING_MONTHLY) &&
        charge_rest(desk, bearing, accrued->amount, (Charged){desk->day, accrued->until});
    if (charged) {
        allocate_invoice(desk, accrued->key.number);
    } else if (money_compare(before, accrued->amount) != 0) {
        say_accrued(desk, accrued);
    }
}

void late_end_month(Desk *desk) {
    if (date_compare(date_month_end(desk->day), desk->day) != 0) {
        return;
    }
    Accrued **rows = ARENA_ARRAY(desk->arena, Accrued *, desk->book->accrued_count + 1);
    int count = late_ones(desk, rows);
    for (int i = 0; i < count; i++) {
        Bearing bearing;
        if (bearing_find(desk, rows[i], &bearing)) {
            end_month(desk, &bearing);
        }
    }
}

Date late_next_due(const Book *book, int from, Date day) {
    Date next = DATE_NONE;
    for (int i = from; i < book->accrued_count; i++) {
        int place = book->accrued[i].place;
        if (place >= 0 && book->items[place].state == ITEM_OPEN) {
            Date late_on = later_of(day, date_add(book->items[place].first_due_on, 1));
            next = sooner_of(next, date_month_end(late_on));
        }
    }
    return next;
}
