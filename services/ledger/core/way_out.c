#include "ledger/core/way_out.h"

#include "base/check.h"
#include "ledger/core/allocate.h"
#include "ledger/core/assignment.h"
#include "ledger/core/debt.h"
#include "ledger/core/part.h"
#include "ledger/core/reduce.h"

/* ---- what may be reduced */

/* To be sold on a day to come; true after a refusal. */
static bool is_sold_already(Desk *desk, const LedgerInput *input) {
    for (int i = 0; i < input->reduction.part_count; i++) {
        const Assignment *sold = assignment_pending(desk->book, input->reduction.parts[i].item);
        if (sold != NULL) {
            Str name = item_key_print(desk->arena, sold->key);
            Str on = date_print(desk->arena, sold->settles_on);
            desk_refuse(desk, REFUSED_DOCUMENT_IN_USE, &input->document,
                        "Invoice %.*s is to be sold by %.*s on %.*s; take that sale back first.",
                        STR_ARGS(name), STR_ARGS(sold->sale), STR_ARGS(on));
            return true;
        }
    }
    return false;
}

/* False after a refusal. */
static bool reduction_check(Desk *desk, const LedgerInput *input) {
    const DebtReduction *reduction = &input->reduction;
    bool sale = reduction->kind == REDUCTION_SALE;
    const PartUse use = {.event = ITEM_IS_AGREED,
                         .done = "reduced",
                         .advice = "send no more than that, and no amount for all of it: a sale is "
                                   "always of all",
                         .whole = sale};
    return parts_check(desk, input, &use, reduction->parts, reduction->part_count) &&
           !(sale && is_sold_already(desk, input));
}

/* ---- concession, return, collateral, sale */

static EntryKind entry_of_reduction(ReductionKind kind) {
    switch (kind) {
    case REDUCTION_CONCESSION:
        return ENTRY_CONCESSION;
    case REDUCTION_RETURN:
        return ENTRY_RETURN;
    case REDUCTION_COLLATERAL:
        return ENTRY_COLLATERAL;
    case REDUCTION_SALE:
        return ENTRY_SALE;
    case REDUCTION_RESTRUCTURED:
        return ENTRY_RESTRUCTURED_OUT;
    case REDUCTION_CORRECTED: /* overcharge.h */
    case REDUCTION_WAIVED:    /* waive.h */
    case REDUCTION_NONE:
    case REDUCTION_KIND_COUNT:
        break;
    }
    CHECK(!"a kind of reduction");
}

static ItemEvent event_of_reduction(ReductionKind kind) {
    return kind == REDUCTION_SALE           ? ITEM_IS_SOLD
           : kind == REDUCTION_RESTRUCTURED ? ITEM_IS_RESTRUCTURED
                                            : ITEM_IS_AGREED;
}

/* One item, by one or two entries: what it was reduced for, and the loss beside it. */
typedef struct Reducing {
    Desk *desk;
    Str number; /* of the agreement */
    ReductionKind kind;
    Date on;
} Reducing;

static Entry entry_on(const Reducing *reducing, EntryKind kind, const Item *item, Money amount) {
    return entry_about(kind, item, amount, later_of(reducing->on, item->open_from),
                       reducing->number);
}

static void post_one(const Reducing *reducing, Item *item, EntryKind kind, Money amount) {
    if (!money_is_zero(amount)) {
        item_take(reducing->desk, item, entry_on(reducing, kind, item, amount));
    }
}

/* Goods that come back take their tax back with them. */
static void post_tax(const Reducing *reducing, const Item *item, Money amount) {
    Money tax = tax_within(item, amount);
    if (reducing->kind == REDUCTION_RETURN && !money_is_zero(tax)) {
        desk_post(reducing->desk, entry_on(reducing, ENTRY_RETURN_TAX, item, tax));
    }
}

static void reduce_item(const Reducing *reducing, Item *item, Money amount, Money price) {
    bool sale = reducing->kind == REDUCTION_SALE;
    post_one(reducing, item, entry_of_reduction(reducing->kind), sale ? price : amount);
    if (sale) {
        post_one(reducing, item, ENTRY_SALE_LOSS, rest_of(amount, price));
    }
    post_tax(reducing, item, amount);
    item->state = item_step(item, event_of_reduction(reducing->kind), (Money){0}).to;
    desk_say(reducing->desk,
             (Fact){.kind = FACT_DEBT_REDUCED,
                    .reduced = {.item = item->key,
                                .kind = reducing->kind,
                                .number = reducing->number,
                                .amount = amount,
                                .effective_on = later_of(reducing->on, item->open_from),
                                .open = item->open}});
}

void sell_item(Desk *desk, Item *item, const Sale *sale) {
    Reducing reducing = {desk, sale->number, REDUCTION_SALE, sale->on};
    reduce_item(&reducing, item, item->open, sale->price);
}

/* What the buyer pays for each part: in proportion, and summing to the price. */
static Money *prices_of(const Desk *desk, const DebtReduction *reduction, Money whole) {
    Money *prices = ARENA_ARRAY(desk->arena, Money, reduction->part_count);
    int64_t *weights = ARENA_ARRAY(desk->arena, int64_t, reduction->part_count);
    for (int i = 0; i < reduction->part_count; i++) {
        const Item *item = book_find_item(desk->book, reduction->parts[i].item);
        weights[i] = part_amount(&reduction->parts[i], item).minor;
    }
    Money price = money_of(reduction->price.minor, whole.currency);
    money_split(price, weights, reduction->part_count, prices);
    return prices;
}

static Money whole_of(const Desk *desk, const DebtReduction *reduction) {
    const Item *first = book_find_item(desk->book, reduction->parts[0].item);
    Money whole = money_of(0, first->open.currency);
    for (int i = 0; i < reduction->part_count; i++) {
        const Item *item = book_find_item(desk->book, reduction->parts[i].item);
        CHECK(money_add(whole, part_amount(&reduction->parts[i], item), &whole));
    }
    return whole;
}

/* False after a refusal: nobody pays more than what is owed, or in another currency. */
static bool price_check(Desk *desk, const LedgerInput *input, Money whole) {
    Money price = input->reduction.price;
    bool none = money_is_zero(price);
    if (none ||
        (currency_equals(price.currency, whole.currency) && money_compare(price, whole) <= 0)) {
        return true;
    }
    Str sold = money_print(desk->arena, whole);
    desk_refuse(desk, REFUSED_AMOUNT, &input->document,
                "%.*s is sold; a price is in its currency and no higher.", STR_ARGS(sold));
    return false;
}

void reduce_debt(Desk *desk, const LedgerInput *input) {
    const DebtReduction *reduction = &input->reduction;
    if (!reduction_check(desk, input)) {
        return;
    }
    Money whole = whole_of(desk, reduction);
    if (!price_check(desk, input, whole)) {
        return;
    }
    desk_accept(desk, &input->document);
    Money *prices = prices_of(desk, reduction, whole);
    bool later = date_compare(reduction->effective_on, desk->day) > 0;
    if (reduction->kind == REDUCTION_SALE && later) {
        assignment_agree(desk, input, prices);
        return;
    }
    Reducing reducing = {desk, input->document.number, reduction->kind, reduction->effective_on};
    for (int i = 0; i < reduction->part_count; i++) {
        Item *item = book_find_item(desk->book, reduction->parts[i].item);
        reduce_item(&reducing, item, part_amount(&reduction->parts[i], item), prices[i]);
    }
}

/* ---- restructuring */

/* What is open of the named invoices; false after a refusal. */
static bool open_of_all(Desk *desk, const LedgerInput *input, Money *open) {
    for (int i = 0; i < input->invoice_count; i++) {
        bool any = false;
        for (Item *item = NULL;
             (item = book_next_of(desk->book, input->invoices[i], item)) != NULL;) {
            bool fits = currency_equals(item->open.currency, open->currency);
            any = any || (item->state == ITEM_OPEN && fits);
            if (item->state == ITEM_OPEN && fits && !money_add(*open, item->open, open)) {
                break;
            }
        }
        if (!any) {
            desk_refuse(desk, REFUSED_CLOSED_DOCUMENT, &input->document,
                        "Nothing is open of invoice %.*s in the currency of the plan.",
                        STR_ARGS(input->invoices[i]));
            return false;
        }
    }
    return true;
}

static void close_invoice(const Reducing *reducing, Str invoice, Currency currency) {
    for (Item *item = NULL; (item = book_next_of(reducing->desk->book, invoice, item)) != NULL;) {
        if (item->state == ITEM_OPEN && currency_equals(item->open.currency, currency)) {
            reduce_item(reducing, item, item->open, money_of(0, currency));
        }
    }
}

static void open_plan(Desk *desk, const LedgerInput *input) {
    const Restructuring *plan = &input->restructuring;
    const Instalment *parts = desk_due_days(desk, plan->instalments, plan->instalment_count);
    Money none = money_of(0, parts[0].amount.currency);
    for (int i = 0; i < plan->instalment_count; i++) {
        Debt debt = {.entry = ENTRY_RESTRUCTURED_IN,
                     .key = {.number = input->document.number, .instalment = i + 1},
                     .amount = parts[i].amount,
                     .whole = plan->whole,
                     .tax = none,
                     .discount = none,
                     .discount_until = DATE_NONE,
                     .issued_on = plan->effective_on,
                     .due_on = parts[i].due_on,
                     .hash = input->document.hash,
                     .document = input->document.number};
        debt_post(desk, &debt);
    }
    desk_say(desk, (Fact){.kind = FACT_INVOICE_POSTED,
                          .posted = {.number = input->document.number,
                                     .amount = plan->whole,
                                     .issued_on = plan->effective_on,
                                     .due_on = parts[plan->instalment_count - 1].due_on,
                                     .instalments = parts,
                                     .instalment_count = plan->instalment_count,
                                     .tax = none,
                                     .debit_note = true}});
}

void restructure_debt(Desk *desk, const LedgerInput *input) {
    const Restructuring *plan = &input->restructuring;
    Money open = money_of(0, plan->whole.currency);
    if (!open_of_all(desk, input, &open)) {
        return;
    }
    if (money_compare(open, plan->whole) != 0) {
        Str owed = money_print(desk->arena, open);
        Str planned = money_print(desk->arena, plan->whole);
        desk_refuse(desk, REFUSED_PLAN_SUM, &input->document,
                    "%.*s is open of these invoices and the plan sums to %.*s; send a plan over "
                    "what is open, after a concession if less is to be paid.",
                    STR_ARGS(owed), STR_ARGS(planned));
        return;
    }
    desk_accept(desk, &input->document);
    Reducing reducing = {desk, input->document.number, REDUCTION_RESTRUCTURED, plan->effective_on};
    for (int i = 0; i < input->invoice_count; i++) {
        close_invoice(&reducing, input->invoices[i], open.currency);
    }
    open_plan(desk, input);
    allocate_invoice(desk, input->document.number);
}
