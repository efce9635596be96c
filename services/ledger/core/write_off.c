#include "ledger/core/write_off.h"

#include "base/check.h"
#include "ledger/core/asked.h"
#include "ledger/core/late.h"
#include "ledger/core/part.h"
#include "ledger/core/period.h"
#include "ledger/core/reduce.h"
#include "ledger/core/waive.h"

/* ---- proposals */

static const char *done_by(Act act) {
    return act == ACT_WAIVER ? "waived" : "written off";
}

/* What the table says of an invoice: of the first item that may be proposed, else of the last. */
static ItemStep proposal_step(const Desk *desk, Act act, Str number, const Item **found) {
    *found = book_next_of(desk->book, number, NULL);
    ItemStep step = item_step(*found, ITEM_IS_PROPOSED, (Money){0});
    ItemStep none = {ITEM_OPEN, ANSWER_CLOSED, "no interest or costs are open on it"};
    step = act == ACT_WAIVER && *found != NULL ? none : step;
    for (const Item *item = *found;
         step.answer != ANSWER_DONE && (item = book_next_of(desk->book, number, item)) != NULL;) {
        step = item_step(item, ITEM_IS_PROPOSED, (Money){0});
        *found = item;
    }
    return step;
}

/* False after a refusal. */
static bool proposal_check(Desk *desk, const LedgerInput *input, int i) {
    Str number = input->invoices[i];
    const Item *first = book_next_of(desk->book, input->invoices[0], NULL);
    const Item *item = NULL;
    Act act = input->proposal.act;
    ItemStep step = proposal_step(desk, act, number, &item);
    if (step.answer != ANSWER_DONE) {
        bool unknown = step.answer == ANSWER_UNKNOWN;
        desk_refuse(desk, unknown ? REFUSED_UNKNOWN_DOCUMENT : REFUSED_CLOSED_DOCUMENT,
                    &input->document, "Invoice %.*s cannot be %s: %s.", STR_ARGS(number),
                    done_by(act), step.reason);
        return false;
    }
    if (!currency_equals(item->open.currency, first->open.currency)) {
        desk_refuse(desk, REFUSED_CURRENCY_DIFFERS, &input->document,
                    "Invoice %.*s is in %s, others of the proposal in %s; send one proposal for "
                    "each currency.",
                    STR_ARGS(number), item->open.currency.code, first->open.currency.code);
        return false;
    }
    return true;
}

/* False after a refusal. */
static bool named_check(Desk *desk, const LedgerInput *input) {
    for (int i = 0; i < input->invoice_count; i++) {
        if (!proposal_check(desk, input, i)) {
            return false;
        }
    }
    return true;
}

void note_proposal(Desk *desk, const LedgerInput *input) {
    const ActProposal *proposal = &input->proposal;
    const PartUse use = {.event = ITEM_IS_PROPOSED,
                         .done = done_by(proposal->act),
                         .advice = "propose no more than that, and no amount for all of it"};
    bool good = proposal->part_count > 0
                    ? parts_check(desk, input, &use, proposal->parts, proposal->part_count)
                    : named_check(desk, input);
    if (good) {
        desk_accept(desk, &input->document);
        desk_say(desk, (Fact){.kind = FACT_PROPOSAL_NOTED, .noted = input});
    }
}

/* ---- giving up */

void ground_keep(Desk *desk, const GivingUp *by) {
    (void)book_add_ground(desk->book, (Ground){.document = by->document,
                                               .code = by->code,
                                               .reason = by->reason,
                                               .standing = by->standing,
                                               .recorded_on = desk->day});
}

void write_off_item(Desk *desk, Item *item, Money amount, const GivingUp *by) {
    Date on = later_of(desk->day, item->open_from);
    Money tax = money_min(tax_within(item, amount), rest_of(item->tax, item->written_off_tax));
    item_take(desk, item, entry_about(ENTRY_WRITE_OFF, item, amount, on, by->document));
    if (desk->keeping->write_off_splits_tax && !money_is_zero(tax)) {
        desk_post(desk, entry_about(ENTRY_WRITE_OFF_TAX, item, tax, on, by->document));
        CHECK(money_add(item->written_off_tax, tax, &item->written_off_tax));
    }
    CHECK(money_add(item->written_off, amount, &item->written_off));
    item->written_off_on = on;
    item->state = money_is_zero(item->open)
                      ? ITEM_WRITTEN_OFF
                      : item_step(item, ITEM_IS_WRITTEN_OFF_IN_PART, amount).to;
    desk_say(desk, (Fact){.kind = FACT_WRITTEN_OFF,
                          .written_off = {.item = item->key,
                                          .amount = amount,
                                          .request = by->document,
                                          .effective_on = on,
                                          .open = item->open,
                                          .code = by->code,
                                          .reason = by->reason,
                                          .standing = by->standing}});
}

/* ---- approved requests */

static void refuse(Desk *desk, const LedgerInput *input, RefusedFor reason, Str sentence) {
    desk_say(desk, (Fact){.kind = FACT_WRITE_OFF_REFUSED,
                          .write_off_refused = {.request = input->approval.request,
                                                .reason = reason,
                                                .sentence = sentence}});
}

static bool is_listed_before(const ActApproval *approval, int i) {
    for (int before = 0; before < i; before++) {
        if (item_key_equals(approval->items[before], approval->items[i])) {
            return true;
        }
    }
    return false;
}

/* False after a refusal. */
static bool approval_check(Desk *desk, const LedgerInput *input, int i) {
    const ActApproval *approval = &input->approval;
    const Item *item = book_find_item(desk->book, approval->items[i]);
    ItemStep step = item_step(item, ITEM_IS_WRITTEN_OFF, approval->open[i]);
    const char *why = is_listed_before(approval, i) ? "it is listed twice" : step.reason;
    if (step.answer == ANSWER_DONE && !is_listed_before(approval, i)) {
        return true;
    }
    Str name = item_key_print(desk->arena, approval->items[i]);
    Str amount = money_print(desk->arena, approval->open[i]);
    Str sentence = str_format(
        desk->arena,
        "Invoice %.*s was approved with %.*s open, but %s. Nothing was %s; ask again with what is "
        "open now.",
        STR_ARGS(name), STR_ARGS(amount), why, done_by(approval->act));
    refuse(desk, input, REFUSED_FACTS_CHANGED, sentence);
    return false;
}

static Money approved_amount(const ActApproval *approval, int i) {
    bool part = approval->amounts != NULL && !money_is_zero(approval->amounts[i]);
    return part ? approval->amounts[i] : approval->open[i];
}

/* What would be open of all charges like this one, once everything on the list is waived. */
static Money left_open(const Desk *desk, const ActApproval *approval, const Item *charge) {
    Money left = money_of(0, charge->open.currency);
    for (const Item *item = NULL;
         (item = book_next_of(desk->book, charge->key.number, item)) != NULL;) {
        left.minor += late_is_like(item->key, charge->key) ? item->open.minor : 0;
    }
    for (int i = 0; i < approval->count; i++) {
        bool like = late_is_like(approval->items[i], charge->key);
        left.minor -= like ? approved_amount(approval, i).minor : 0;
    }
    return left;
}

/* What is owed for a credit is no charge, and cannot be waived as one. False after a refusal. */
static bool waiver_check(Desk *desk, const LedgerInput *input, int i) {
    const Item *item = book_find_item(desk->book, input->approval.items[i]);
    Money given_back = late_given_back(desk->book, item);
    Money left = left_open(desk, &input->approval, item);
    if (money_compare(left, given_back) >= 0) {
        return true;
    }
    Str name = item_key_print(desk->arena, item->key);
    Str amount = money_print(desk->arena, given_back);
    Str sentence = str_format(
        desk->arena,
        "Of %.*s %.*s was given back as credit, as it had been paid, and the payment is gone: so "
        "much of it is owed for the credit. Nothing was waived; propose to waive all but that.",
        STR_ARGS(name), STR_ARGS(amount));
    refuse(desk, input, REFUSED_FACTS_CHANGED, sentence);
    return false;
}

static void write_off_all(Desk *desk, const ActApproval *approval) {
    const GivingUp by = {
        .document = approval->request, .code = approval->code, .reason = approval->reason};
    for (int i = 0; i < approval->count; i++) {
        Item *item = book_find_item(desk->book, approval->items[i]);
        write_off_item(desk, item, approved_amount(approval, i), &by);
    }
    ground_keep(desk, &by);
}

static void waive_all(Desk *desk, const ActApproval *approval) {
    for (int i = 0; i < approval->count; i++) {
        Item *item = book_find_item(desk->book, approval->items[i]);
        waive_item(desk, item, approved_amount(approval, i), approval->request);
    }
}

void act_as_approved(Desk *desk, const LedgerInput *input) {
    request_end(desk, input->approval.request);
    if (book_is_held(desk->book)) {
        refuse(desk, input, REFUSED_ON_HOLD,
               S("The account is on hold: a record of it could not be read, so its facts may be "
                 "incomplete. Clear the hold, then ask again."));
        return;
    }
    const ActApproval *approval = &input->approval;
    for (int i = 0; i < approval->count; i++) {
        if (!approval_check(desk, input, i) ||
            (approval->act == ACT_WAIVER && !waiver_check(desk, input, i))) {
            return;
        }
    }
    if (approval->act == ACT_WAIVER) {
        waive_all(desk, approval);
    } else {
        write_off_all(desk, approval);
    }
}

/* ---- recovery */

Money written_off_tax_take(Item *item, Money part) {
    Money tax =
        money_share(item->written_off_tax, part.minor, item->written_off.minor, ROUNDING_HALF_EVEN);
    item->written_off_tax = rest_of(item->written_off_tax, tax);
    return tax;
}

static Entry recovery_entry(const Desk *desk, EntryKind kind, const Credit *credit,
                            const Item *item, Money amount) {
    Entry entry = entry_of(kind, amount);
    entry.effective_on = period_day(desk, later_of(credit->effective_on, item->written_off_on));
    entry.item = item->key;
    entry.credit_kind = credit->kind;
    entry.credit_number = credit->number;
    return entry;
}

void recover(Desk *desk, Credit *credit, Item *item) {
    bool may = credit->kind == CREDIT_PAYMENT && !money_is_zero(credit->unapplied) &&
               currency_equals(credit->unapplied.currency, item->written_off.currency) &&
               !money_is_zero(item->written_off);
    if (!may) {
        return;
    }
    Money amount = money_min(credit->unapplied, item->written_off);
    Entry entry = recovery_entry(desk, ENTRY_RECOVERY, credit, item, amount);
    desk_post(desk, entry);
    Money tax = written_off_tax_take(item, amount);
    if (!money_is_zero(tax)) {
        desk_post(desk, recovery_entry(desk, ENTRY_RECOVERY_TAX, credit, item, tax));
    }
    credit->unapplied = rest_of(credit->unapplied, amount);
    credit->changed = true;
    item->written_off = rest_of(item->written_off, amount);
    item->state = item_step(item, ITEM_IS_RECOVERED, amount).to;
    late_charge_paid(desk, item, amount.minor);
    item->changed = true;
    desk_say(desk, (Fact){.kind = FACT_RECOVERED,
                          .recovered = {.payment = credit->number,
                                        .item = item->key,
                                        .amount = amount,
                                        .effective_on = entry.effective_on,
                                        .written_off = item->written_off}});
}
