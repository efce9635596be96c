#include "ledger/core/part.h"

Money part_amount(const DebtPart *part, const Item *item) {
    return money_is_zero(part->amount) ? item->open : part->amount;
}

/* False after a refusal. */
static bool part_is_open(Desk *desk, const LedgerInput *input, const PartUse *use,
                         const DebtPart *part) {
    const Item *item = book_find_item(desk->book, part->item);
    Str name = item_key_print(desk->arena, part->item);
    ItemStep step = item_step(item, use->event, (Money){0});
    if (step.answer != ANSWER_DONE) {
        bool unknown = step.answer == ANSWER_UNKNOWN;
        desk_refuse(desk, unknown ? REFUSED_UNKNOWN_DOCUMENT : REFUSED_CLOSED_DOCUMENT,
                    &input->document, "Invoice %.*s cannot be %s: %s.", STR_ARGS(name), use->done,
                    step.reason);
        return false;
    }
    Money amount = part_amount(part, item);
    if (!currency_equals(amount.currency, item->open.currency)) {
        desk_refuse(desk, REFUSED_CURRENCY_DIFFERS, &input->document,
                    "Invoice %.*s is in %s; send the amount in its currency.", STR_ARGS(name),
                    item->open.currency.code);
        return false;
    }
    int against = money_compare(amount, item->open);
    if (against > 0 || (use->whole && against != 0)) {
        Str open = money_print(desk->arena, item->open);
        desk_refuse(desk, REFUSED_AMOUNT, &input->document, "Of invoice %.*s %.*s is open; %s.",
                    STR_ARGS(name), STR_ARGS(open), use->advice);
        return false;
    }
    return true;
}

bool parts_check(Desk *desk, const LedgerInput *input, const PartUse *use, const DebtPart *parts,
                 int count) {
    const Item *first = book_find_item(desk->book, parts[0].item);
    for (int i = 0; i < count; i++) {
        if (!part_is_open(desk, input, use, &parts[i])) {
            return false;
        }
        const Item *item = book_find_item(desk->book, parts[i].item);
        if (!currency_equals(item->open.currency, first->open.currency)) {
            Str name = item_key_print(desk->arena, item->key);
            desk_refuse(desk, REFUSED_CURRENCY_DIFFERS, &input->document,
                        "Invoice %.*s is in another currency than the first; list one currency in "
                        "a document.",
                        STR_ARGS(name));
            return false;
        }
    }
    return true;
}
