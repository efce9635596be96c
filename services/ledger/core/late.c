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

/* What became of such a charge; NULL: somebody else made it, or it is none. */
typedef struct ChargeSums {
    Money *paid;
    Money *waived;
} ChargeSums;

static ChargeSums sums_of(Accrued *first, ItemKey charge) {
    ChargeSums sums = {0};
    if (first != NULL && charge.charge == CHARGE_INTEREST) {
        sums = (ChargeSums){&first->interest_paid, &first->waived};
    } else if (first != NULL && charge_is_fixed_sum(charge)) {
        sums = (ChargeSums){&first->fixed_paid, &first->fixed_waived};
    }
    return sums;
}

/* A part of what was once open together: it fits. */
static void sum_move(Accrued *first, Money *sum, int64_t minor) {
    if (sum != NULL) {
        sum->minor += minor;
        first->changed = true;
    }
}

/* NULL: nothing is counted for it. */
static Accrued *row_of_charge(const Desk *desk, const Item *item) {
    bool counted = item->key.charge != CHARGE_PRINCIPAL && desk->book->bears_interest;
    return counted ? first_row_of(desk->book, item->key.number) : NULL;
}

void late_charge_paid(Desk *desk, const Item *item, int64_t minor) {
    Accrued *first = row_of_charge(desk, item);
    sum_move(first, sums_of(first, item->key).paid, minor);
}

void late_charge_waived(Desk *desk, const Item *item, int64_t minor) {
    Accrued *first = row_of_charge(desk, item);
    sum_move(first, sums_of(first, item->key).waived, minor);
}

bool late_is_paid(const Book *book, ItemKey charge) {
    const Money *paid = sums_of(first_row_of(book, charge.number), charge).paid;
    return paid == NULL || paid->minor > 0;
}

static bool is_own(ItemKey key) {
    return key.charge == CHARGE_INTEREST || charge_is_fixed_sum(key);
}

bool late_is_like(ItemKey a, ItemKey b) {
    return is_own(a) && is_own(b) && a.charge == b.charge && str_equals(a.number, b.number);
}

Money late_given_back(const Book *book, const Item *charge) {
    const Money *paid = sums_of(first_row_of(book, charge->key.number), charge->key).paid;
    bool given = paid != NULL && paid->minor < 0;
    return money_of(given ? -paid->minor : 0, charge->open.currency);
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

/* The fixed sum that the rows of an invoice have posted and nobody waived, what of it was waived,
 * and whether one of them was late. */
typedef struct FixedState {
    int64_t posted;
    int64_t waived;
    bool is_owed;
} FixedState;

static FixedState fixed_state(const Book *book, Str invoice) {
    FixedState state = {0};
    for (int i = 0; i < book->accrued_count; i++) {
        const Accrued *accrued = &book->accrued[i];
        if (str_equals(accrued->key.number, invoice)) {
            state.posted += accrued->fixed.minor - accrued->fixed_waived.minor;
            state.waived += accrued->fixed_waived.minor;
            state.is_owed = state.is_owed || !date_is_none(accrued->late_on);
        }
    }
    return state;
}

static bool charge_fixed(Desk *desk, const Bearing *bearing, Date on) {
    Accrued *accrued = bearing->accrued;
    FixedState state = fixed_state(desk->book, accrued->key.number);
    Money sum = interest_fixed_sum(bearing->terms.regime, accrued->invoiced);
    sum.minor -= state.waived;
    bool owed = sum.minor > 0 && !date_is_none(accrued->late_on) && state.posted == 0;
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

/* Posted beyond what is owed, over the rows of an invoice; what was waived of it was given up
 * already, and is not given back once more. Of this row zero or more. */
static Money beyond_owed(const Book *book, const Accrued *accrued) {
    int64_t own = accrued->posted.minor - accrued->amount.minor;
    int64_t left = -first_row_of(book, accrued->key.number)->waived.minor;
    for (int i = 0; i < book->accrued_count; i++) {
        const Accrued *row = &book->accrued[i];
        int64_t over = row->posted.minor - row->amount.minor;
        left += str_equals(row->key.number, accrued->key.number) && over > 0 ? over : 0;
    }
    int64_t least = own < left ? own : left;
    return money_of(least > 0 ? least : 0, accrued->posted.currency);
}

static void return_rest(Desk *desk, Accrued *accrued, Date from) {
    Money over = beyond_owed(desk->book, accrued);
    if (!money_is_zero(over)) {
        overcharge_return(desk, accrued, CHARGE_INTEREST, over, from);
    }
    for (int i = 0; i < desk->book->accrued_count; i++) {
        Accrued *row = &desk->book->accrued[i];
        FixedState state = fixed_state(desk->book, accrued->key.number);
        Money fixed = money_min(row->fixed, money_of(state.posted, row->fixed.currency));
        if (str_equals(row->key.number, accrued->key.number) && fixed.minor > 0 && !state.is_owed) {
            overcharge_return(desk, row, CHARGE_COSTS, fixed, from);
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
