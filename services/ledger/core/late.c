#include "ledger/core/late.h"

#include <stdlib.h>

#include "base/check.h"
#include "ledger/core/allocate.h"
#include "ledger/core/charge.h"
#include "ledger/core/overcharge.h"
#include "ledger/core/period.h"

/* A row, the item it is about, and the rule it was issued under. */
typedef struct Bearing {
    Accrued *accrued;
    const Item *item; /* moves when charges are posted */
    InterestTerms terms;
} Bearing;

/* False where nothing can be computed: the item is not at hand, its regime is in no rule set any
 * more, or too much has happened to it. */
static bool bearing_find(const Desk *desk, Accrued *accrued, Bearing *bearing) {
    *bearing = (Bearing){.accrued = accrued, .item = book_find_item(desk->book, accrued->key)};
    return bearing->item != NULL && !accrued->overlong &&
           rules_interest(desk->rules, accrued->regime, bearing->item->issued_on, &bearing->terms);
}

/* ---- what happens to a debt */

void late_begin(Desk *desk, const Item *item, Str clause, Money invoiced) {
    Str regime = str_is_empty(clause) ? desk->keeping->interest : clause;
    InterestTerms terms;
    if (item->key.charge != CHARGE_PRINCIPAL || str_is_empty(regime) ||
        !rules_interest(desk->rules, regime, item->issued_on, &terms)) {
        return;
    }
    Accrued *accrued =
        book_add_accrued(desk->book, accrued_of(item->key, terms.regime->id, invoiced));
    accrued_move(accrued, item->issued_on, item->amount.minor, desk->arena);
}

static void touch(Accrued *accrued, Date from) {
    accrued->touched_from = sooner_of(accrued->touched_from, from);
}

void late_move(Desk *desk, ItemKey key, Date on, int64_t minor) {
    Accrued *accrued = book_find_accrued(desk->book, key);
    if (accrued != NULL) {
        accrued_move(accrued, date_add(on, 1), minor, desk->book->arena);
        touch(accrued, date_add(on, 1));
    }
}

void late_touch(Desk *desk, Str invoice, Date from) {
    for (int i = 0; i < desk->book->accrued_count; i++) {
        Accrued *accrued = &desk->book->accrued[i];
        if (str_equals(accrued->key.number, invoice)) {
            touch(accrued, from);
        }
    }
}

void late_after_payment(Desk *desk, const Credit *payment, const Item *item) {
    Accrued *accrued = book_find_accrued(desk->book, item->key);
    if (accrued != NULL && payment->kind == CREDIT_PAYMENT && item->state == ITEM_SETTLED) {
        accrued->paid = true;
        touch(accrued, item->applied_on);
    }
}

void late_forget(Desk *desk, Str invoice) {
    for (int i = 0; i < desk->book->accrued_count; i++) {
        Accrued *accrued = &desk->book->accrued[i];
        Money none = money_of(0, accrued->amount.currency);
        if (str_equals(accrued->key.number, invoice)) {
            accrued->amount = accrued->posted = accrued->fixed = none;
            accrued->move_count = 0;
            accrued->touched_from = DATE_NONE;
            accrued->changed = true;
        }
    }
}

/* ---- the computation */

/* Days that bear nothing: pauses of the invoice, and those from an extension to its new due day. */
typedef struct Standstills {
    InterestPause *rows;
    int count;
    Date due_on; /* after which the debt is late */
} Standstills;

static void add_extensions(const Desk *desk, const Item *item, Standstills *still) {
    const Book *book = desk->book;
    const DueChange *last = NULL;
    for (;;) {
        const DueChange *next = NULL;
        for (int i = 0; i < book->due_count; i++) {
            const DueChange *due = &book->dues[i];
            bool later = last == NULL || date_compare(due->due_on, last->due_on) > 0;
            if (item_key_equals(due->key, item->key) && later &&
                (next == NULL || date_compare(due->due_on, next->due_on) < 0)) {
                next = due;
            }
        }
        if (next == NULL) {
            return;
        }
        if (date_compare(next->effective_on, still->due_on) <= 0) {
            still->due_on = next->due_on;
        } else {
            still->rows[still->count++] =
                (InterestPause){next->effective_on, date_add(next->due_on, 1)};
        }
        last = next;
    }
}

static Standstills standstills_of(const Desk *desk, const Item *item) {
    const Book *book = desk->book;
    Standstills still = {
        .rows = ARENA_ARRAY(desk->arena, InterestPause, book->pause_count + book->due_count + 1),
        .due_on = item->first_due_on};
    for (int i = 0; i < book->pause_count; i++) {
        const Pause *pause = &book->pauses[i];
        if (str_equals(pause->invoice, item->key.number)) {
            still.rows[still.count++] = (InterestPause){pause->starts_on, pause->ends_on};
        }
    }
    add_extensions(desk, item, &still);
    return still;
}

/* From the first late day up to the last one asked for. False where it fits no amount. */
static bool compute(const Desk *desk, const Bearing *bearing, Date last, InterestResult *result) {
    const Item *item = bearing->item;
    Standstills still = standstills_of(desk, item);
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
                         .last = last};
    *result = interest_accrue(&bearing->terms, &late, desk->arena);
    return result->answer == INTEREST_ACCRUED || result->answer == INTEREST_RATE_UNKNOWN;
}

/* The mark is moved to a day, or as far as rates are known. */
static bool accrue(const Desk *desk, const Bearing *bearing, Date last, InterestResult *result) {
    if (!compute(desk, bearing, last, result)) {
        return false;
    }
    bool known = result->answer == INTEREST_ACCRUED;
    Accrued *accrued = bearing->accrued;
    accrued->until = known ? last : date_add(result->unknown_from, -1);
    accrued->amount = result->accrued;
    accrued->changed = true;
    return true;
}

/* ---- posting */

static bool is_posted(const Bearing *bearing, InterestPosting posting) {
    return bearing->terms.regime->posting == posting;
}

/* The fixed sum is owed once an invoice, whatever became of it. */
static bool has_fixed_sum(const Book *book, Str invoice) {
    for (int i = 0; i < book->accrued_count; i++) {
        const Accrued *accrued = &book->accrued[i];
        if (str_equals(accrued->key.number, invoice) &&
            (!money_is_zero(accrued->fixed) || !money_is_zero(accrued->fixed_back))) {
            return true;
        }
    }
    return false;
}

/* What was computed beyond what is posted, where it is worth it. True: something was charged. */
static bool charge_rest(Desk *desk, const Bearing *bearing, const InterestResult *result, Date on) {
    Accrued *accrued = bearing->accrued;
    Money least = interest_minimum(bearing->terms.regime, accrued->amount.currency);
    Money rest = accrued->amount;
    CHECK(money_subtract(result->accrued, accrued->posted, &rest));
    bool charged = false;
    if (!money_is_zero(result->fixed_sum) && !has_fixed_sum(desk->book, accrued->key.number)) {
        charged = charge_fixed_sum(desk, accrued, result->fixed_sum, on);
    }
    if (rest.minor > 0 && rest.minor >= least.minor) {
        charged = charge_interest(desk, accrued, rest, on) || charged;
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

void late_before_payment(Desk *desk, const Credit *payment, Str invoice) {
    for (int i = 0; payment->kind == CREDIT_PAYMENT && i < desk->book->accrued_count; i++) {
        Bearing bearing;
        InterestResult result;
        Accrued *accrued = &desk->book->accrued[i];
        Date last = payment->received_on;
        if (!str_equals(accrued->key.number, invoice) || !bearing_find(desk, accrued, &bearing) ||
            bearing.item->state != ITEM_OPEN || !is_posted(&bearing, INTEREST_POSTING_AT_PAYMENT) ||
            !compute(desk, &bearing, last, &result)) {
            continue;
        }
        if (date_is_none(accrued->until) || date_compare(accrued->until, last) < 0) {
            (void)accrue(desk, &bearing, last, &result);
        }
        (void)charge_rest(desk, &bearing, &result, payment->effective_on);
    }
}

/* ---- after a decision */

static void return_rest(Desk *desk, const Bearing *bearing, const InterestResult *result,
                        Date from) {
    Accrued *accrued = bearing->accrued;
    Money over = accrued->posted;
    bool never_late = date_is_none(result->late_on);
    CHECK(money_subtract(accrued->posted, accrued->amount, &over));
    if (over.minor > 0) {
        overcharge_return(desk, accrued, CHARGE_INTEREST, over, from);
    }
    if (never_late && !money_is_zero(accrued->fixed)) {
        overcharge_return(desk, accrued, CHARGE_COSTS, accrued->fixed, from);
    }
}

/* More is posted where it would have been by now; less, always. */
static void settle(Desk *desk, const Bearing *bearing, Date last, Date from, bool paid) {
    Accrued *accrued = bearing->accrued;
    InterestResult result;
    if (is_posted(bearing, INTEREST_POSTING_NEVER)) {
        paid = false;
    }
    Money before = accrued->amount;
    if (!accrue(desk, bearing, last, &result)) {
        return;
    }
    bool more =
        paid || (is_posted(bearing, INTEREST_POSTING_MONTHLY) && bearing->item->state == ITEM_OPEN);
    Date on = paid ? later_of(bearing->item->applied_on, desk->day) : desk->day;
    bool charged = more && charge_rest(desk, bearing, &result, on);
    return_rest(desk, bearing, &result, from);
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
        Date until = accrued->until;
        bool paid = accrued->paid;
        accrued->touched_from = DATE_NONE;
        accrued->paid = false;
        bool counted = !date_is_none(until) && date_compare(from, until) <= 0;
        if (!bearing_find(desk, accrued, &bearing) || (!paid && !counted)) {
            continue;
        }
        Date last = paid ? bearing.item->applied_on : until;
        settle(desk, &bearing, counted ? later_of(until, last) : last, from, paid);
        allocate_invoice(desk, bearing.accrued->key.number);
    }
}

/* ---- the end of a month */

static int by_key(const void *a, const void *b) {
    return item_key_compare((*(Accrued *const *)a)->key, (*(Accrued *const *)b)->key);
}

/* Those that are open and late, in the order of their keys. */
static int late_ones(const Desk *desk, Accrued **rows) {
    int count = 0;
    for (int i = 0; i < desk->book->accrued_count; i++) {
        Accrued *accrued = &desk->book->accrued[i];
        const Item *item = book_find_item(desk->book, accrued->key);
        if (item != NULL && item->state == ITEM_OPEN &&
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
    InterestResult result;
    if (!accrue(desk, bearing, desk->day, &result)) {
        return;
    }
    bool charged = is_posted(bearing, INTEREST_POSTING_MONTHLY) &&
                   charge_rest(desk, bearing, &result, desk->day);
    if (!charged && money_compare(before, accrued->amount) != 0) {
        say_accrued(desk, accrued);
    }
    if (charged) {
        allocate_invoice(desk, accrued->key.number);
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
        const Item *item = book_find_item(book, book->accrued[i].key);
        if (item != NULL && item->state == ITEM_OPEN) {
            Date late_on = later_of(day, date_add(item->first_due_on, 1));
            next = sooner_of(next, date_month_end(late_on));
        }
    }
    return next;
}
