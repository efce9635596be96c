#include "ledger/core/move.h"

#include "base/check.h"
#include "ledger/core/period.h"

/* ---- sending */

/* By whom and under which number it was said; empty where the payment itself said it. */
typedef struct Word {
    Str number;
    Str actor;
} Word;

static void say_sent(Desk *desk, const Credit *payment, const Share *share, const Entry *entry,
                     const Word *word) {
    const Book *book = desk->book;
    desk_say(desk, (Fact){.kind = FACT_MONEY_SENT,
                          .sent = {.transfer = transfer_id(desk->arena, book->account.customer,
                                                           book->last_entry),
                                   .payment = payment->number,
                                   .from = book->account.customer,
                                   .to = share->customer,
                                   .amount = entry->amount,
                                   .unapplied = payment->unapplied,
                                   .effective_on = entry->effective_on,
                                   .received_on = payment->received_on,
                                   .invoice = share->invoice,
                                   .way = payment->way,
                                   .payer = payment->payer,
                                   .moves = payment->moves + 1,
                                   .number = word->number,
                                   .actor = word->actor}});
}

static void send(Desk *desk, Credit *payment, const Share *share, const Word *word) {
    bool all = money_is_zero(share->amount);
    Entry entry = entry_of(ENTRY_TRANSFER_OUT, all ? payment->unapplied : share->amount);
    entry.effective_on = period_day(desk, payment->effective_on);
    entry.credit_kind = payment->kind;
    entry.credit_number = payment->number;
    entry.document = word->number;
    desk_post(desk, entry);
    payment->unapplied = rest_of(payment->unapplied, entry.amount);
    payment->changed = true;
    (void)book_add_move(desk->book, (Move){.entry = desk->book->last_entry,
                                           .payment = payment->number,
                                           .customer = share->customer,
                                           .amount = entry.amount,
                                           .recalled = money_of(0, entry.amount.currency),
                                           .is_new = true});
    say_sent(desk, payment, share, &entry, word);
}

void move_shares(Desk *desk, Credit *payment, const IncomingCredit *incoming) {
    for (int i = 0; i < incoming->share_count; i++) {
        send(desk, payment, &incoming->shares[i], &(Word){0});
    }
}

/* False after a refusal. */
static bool is_there(Desk *desk, const LedgerInput *input, const Credit *payment) {
    const PaymentMove *move = &input->move;
    if (payment == NULL) {
        desk_refuse(desk, REFUSED_UNKNOWN_DOCUMENT, &input->document,
                    "Payment %.*s is not known for this customer; name the account that it is on.",
                    STR_ARGS(move->payment));
        return false;
    }
    bool all = money_is_zero(move->whole);
    if (!all && !currency_equals(move->whole.currency, payment->unapplied.currency)) {
        desk_refuse(desk, REFUSED_CURRENCY_DIFFERS, &input->document,
                    "Payment %.*s is in %s; move it in its currency.", STR_ARGS(payment->number),
                    payment->unapplied.currency.code);
        return false;
    }
    if (money_is_zero(payment->unapplied) ||
        (!all && money_compare(move->whole, payment->unapplied) > 0)) {
        Str left = money_print(desk->arena, payment->unapplied);
        desk_refuse(desk, REFUSED_AMOUNT, &input->document,
                    "Of payment %.*s %.*s is unapplied, and no more than that can be moved; what "
                    "it paid is taken back by reversing the payment.",
                    STR_ARGS(payment->number), STR_ARGS(left));
        return false;
    }
    return true;
}

void move_payment(Desk *desk, const LedgerInput *input) {
    const PaymentMove *move = &input->move;
    Credit *payment = book_find_credit(desk->book, CREDIT_PAYMENT, move->payment);
    if (!is_there(desk, input, payment)) {
        return;
    }
    if (payment->moves >= TRANSFER_MOVES_MAX) {
        desk_refuse(desk, REFUSED_MOVED, &input->document,
                    "The money of payment %.*s was moved %d times already; reverse the payment it "
                    "first came as, and send that one again for the right customer.",
                    STR_ARGS(payment->number), TRANSFER_MOVES_MAX);
        return;
    }
    Word word = {.number = input->document.number, .actor = move->actor};
    desk_accept(desk, &input->document);
    for (int i = 0; i < move->share_count; i++) {
        send(desk, payment, &move->shares[i], &word);
    }
}

/* ---- calling back */

/* With something left to call back; NULL: there is none. */
static Move *latest_move(const Book *book, Str payment) {
    Move *latest = NULL;
    for (int i = 0; i < book->move_count; i++) {
        Move *move = &book->moves[i];
        if (str_equals(move->payment, payment) && money_compare(move->recalled, move->amount) < 0 &&
            (latest == NULL || move->entry > latest->entry)) {
            latest = move;
        }
    }
    return latest;
}

static void say_recalled(Desk *desk, const Move *move, const LedgerInput *reversal,
                         const Entry *entry) {
    const Book *book = desk->book;
    Str here = book->account.customer;
    desk_say(desk, (Fact){.kind = FACT_MONEY_RECALLED,
                          .recalled = {.recall = transfer_id(desk->arena, here, book->last_entry),
                                       .transfer = transfer_id(desk->arena, here, move->entry),
                                       .payment = move->payment,
                                       .from = move->customer,
                                       .to = here,
                                       .kind = reversal->reversal.kind,
                                       .amount = entry->amount,
                                       .effective_on = entry->effective_on,
                                       .number = reversal->document.number}});
}

static void recall(Desk *desk, Credit *payment, Move *move, const LedgerInput *reversal,
                   Entry entry) {
    entry.credit_kind = payment->kind;
    entry.credit_number = payment->number;
    entry.document = reversal->document.number;
    desk_post(desk, entry);
    CHECK(money_add(move->recalled, entry.amount, &move->recalled));
    move->changed = true;
    CHECK(money_add(payment->unapplied, entry.amount, &payment->unapplied));
    payment->changed = true;
    say_recalled(desk, move, reversal, &entry);
}

void move_recall(Desk *desk, Credit *payment, const LedgerInput *reversal, Date on, Money *left) {
    for (Move *move;
         !money_is_zero(*left) && (move = latest_move(desk->book, payment->number)) != NULL;) {
        Money amount = money_min(*left, rest_of(move->amount, move->recalled));
        Entry entry = entry_of(ENTRY_TRANSFER_RECALL, amount);
        entry.effective_on = on;
        recall(desk, payment, move, reversal, entry);
        *left = rest_of(*left, amount);
    }
}
