#include "tests/property/ledger_inputs.h"

#include "base/check.h"

enum {
    INVOICES = 12,
    CREDITS = 16,
    OTHERS = 8,
    HOLDS = 3,
    NAMED_MAX = 3,
    PARTS_MAX = 4,
    SHARES_MAX = 3
};

typedef struct Maker {
    Chance *chance;
    Arena *arena;
    const Book *book;
    Date day;
} Maker;

static bool one_in(const Maker *maker, int64_t n) {
    return chance_between(maker->chance, 1, n) == 1;
}

static Str any_number(const Maker *maker, const char *prefix, int64_t count) {
    return str_format(maker->arena, "%s-%d", prefix, (int)chance_between(maker->chance, 1, count));
}

static Date any_day(const Maker *maker) {
    return date_add(maker->day, (int32_t)chance_between(maker->chance, -40, 10));
}

static Money any_money(const Maker *maker) {
    static const Str codes[] = {S("USD"), S("USD"), S("USD"), S("JPY")};
    Currency currency = {0};
    CHECK(currency_find(codes[chance_between(maker->chance, 0, 3)], &currency));
    int64_t minor = chance_between(maker->chance, 1, 50);
    if (one_in(maker, 40)) {
        minor = INT64_MAX - chance_between(maker->chance, 0, 3);
    }
    return money_of(minor, currency);
}

/* The same number has one of two contents, so that repetitions and conflicts both come. */
static Document any_document(const Maker *maker, DocumentKind kind, Str number) {
    char *hash = arena_get(maker->arena, 1, 32);
    hash[0] = one_in(maker, 4) ? 'b' : 'a';
    return (Document){.kind = kind, .number = number, .hash = str_from(hash, 32)};
}

static void name_invoices(const Maker *maker, LedgerInput *input, int count) {
    Str *names = ARENA_ARRAY(maker->arena, Str, count);
    for (int i = 0; i < count; i++) {
        names[i] = any_number(maker, "INV", INVOICES);
    }
    input->invoices = names;
    input->invoice_count = count;
}

/* Two or more parts, a month apart. */
static void make_instalments(const Maker *maker, IssuedInvoice *issued) {
    static const int64_t weights[PARTS_MAX] = {1, 1, 1, 1};
    int count = (int)chance_between(maker->chance, 2, PARTS_MAX);
    Money amounts[PARTS_MAX];
    money_split(issued->amount, weights, count, amounts);
    Instalment *parts = ARENA_ARRAY(maker->arena, Instalment, count);
    for (int i = 0; i < count; i++) {
        parts[i] = (Instalment){amounts[i], date_add(issued->due_on, 30 * i)};
    }
    issued->instalments = parts;
    issued->instalment_count = count;
    issued->due_on = parts[count - 1].due_on;
}

/* Less than the whole, and often nothing. */
static Money any_share(const Maker *maker, Money whole) {
    int64_t part = one_in(maker, 2) || whole.minor == 1
                       ? 0
                       : chance_between(maker->chance, 1, whole.minor < 10 ? whole.minor - 1 : 9);
    return money_of(part, whole.currency);
}

static void make_invoice(const Maker *maker, LedgerInput *input) {
    bool note = one_in(maker, 6);
    input->kind = note ? LEDGER_DEBIT_NOTE : LEDGER_INVOICE;
    input->document = any_document(maker, note ? DOCUMENT_DEBIT_NOTE : DOCUMENT_INVOICE,
                                   any_number(maker, "INV", INVOICES));
    Date issued_on = any_day(maker);
    input->issued = (IssuedInvoice){
        .amount = any_money(maker),
        .issued_on = issued_on,
        .due_on = date_add(issued_on, (int32_t)chance_between(maker->chance, -5, 40))};
    input->issued.tax = any_share(maker, input->issued.amount);
    input->issued.discount = any_share(maker, input->issued.amount);
    input->issued.discount_until = any_day(maker);
    if (one_in(maker, 4) && input->issued.amount.minor >= PARTS_MAX) {
        make_instalments(maker, &input->issued);
    }
}

/* ---- money of others; few customers, so that it comes back */

static Str other_customer(const Maker *maker) {
    Str own = maker->book->account.customer;
    Str other = own;
    while (str_equals(other, own)) {
        other = any_number(maker, "C", SHARES_MAX);
    }
    return other;
}

/* What no document could be moves no money to others either. */
static Money movable(Money whole) {
    enum { MOST = 100 };
    return whole.minor < MOST ? whole : money_of(MOST, whole.currency);
}

/* Their sum is no more than the whole; how many. */
static int any_shares(const Maker *maker, Money whole, Share *shares) {
    int count = 0;
    Money left = movable(whole);
    while (count < SHARES_MAX && !money_is_zero(left) && !one_in(maker, 3)) {
        Money amount = money_of(chance_between(maker->chance, 1, left.minor), left.currency);
        shares[count++] = (Share){other_customer(maker), amount,
                                  one_in(maker, 2) ? any_number(maker, "INV", INVOICES) : (Str){0}};
        CHECK(money_subtract(left, amount, &left));
    }
    return count;
}

static void add_shares(const Maker *maker, IncomingCredit *credit) {
    Share *shares = ARENA_ARRAY(maker->arena, Share, SHARES_MAX);
    credit->share_count = any_shares(maker, credit->amount, shares);
    credit->shares = shares;
}

static void make_credit(const Maker *maker, LedgerInput *input) {
    bool note = one_in(maker, 3);
    Str number = any_number(maker, note ? "CN" : "PAY", CREDITS);
    input->kind = LEDGER_CREDIT;
    input->document = any_document(maker, note ? DOCUMENT_CREDIT_NOTE : DOCUMENT_PAYMENT, number);
    input->credit = (IncomingCredit){.kind = note ? CREDIT_NOTE : CREDIT_PAYMENT,
                                     .amount = any_money(maker),
                                     .effective_on = any_day(maker)};
    input->credit.tax =
        note ? any_share(maker, input->credit.amount) : money_of(0, input->credit.amount.currency);
    if (!one_in(maker, 2)) {
        name_invoices(maker, input, 1);
    }
    if (!note && one_in(maker, 5)) {
        add_shares(maker, &input->credit);
    }
}

static void name_own(const Maker *maker, LedgerInput *input) {
    Str *name = ARENA_NEW(maker->arena, Str);
    *name = input->document.number;
    input->invoices = name;
    input->invoice_count = 1;
}

static void make_fee(const Maker *maker, LedgerInput *input) {
    input->kind = LEDGER_FEE;
    input->document = any_document(maker, DOCUMENT_FEE, any_number(maker, "F", OTHERS));
    input->fee = (ChargedFee){.amount = any_money(maker), .charged_on = any_day(maker)};
    name_invoices(maker, input, 1);
}

static void make_reversal(const Maker *maker, LedgerInput *input) {
    input->kind = LEDGER_REVERSAL;
    input->document = any_document(maker, DOCUMENT_REVERSAL,
                                   one_in(maker, 9) ? any_number(maker, "INV", INVOICES)
                                                    : any_number(maker, "RV", OTHERS));
    input->reversal = (PaymentReversal){
        .payment = any_number(maker, "PAY", CREDITS),
        .kind = (ReversalKind)chance_between(maker->chance, 1, REVERSAL_KIND_COUNT - 1),
        .amount = one_in(maker, 2) ? any_money(maker) : (Money){0},
        .reversed_on = any_day(maker)};
    name_own(maker, input);
}

/* All of a payment that has paid something, mostly. */
static void make_return(const Maker *maker, LedgerInput *input) {
    make_reversal(maker, input);
    input->document.number = any_number(maker, "RV", CREDITS);
    name_own(maker, input);
    for (int i = 0; i < maker->book->credit_count && !one_in(maker, 5); i++) {
        const Credit *credit = &maker->book->credits[i];
        if (credit->kind == CREDIT_PAYMENT && money_is_zero(credit->unapplied)) {
            input->reversal.payment = credit->number;
            input->reversal.amount = (Money){0};
        }
    }
}

static void make_refund(const Maker *maker, LedgerInput *input) {
    input->kind = LEDGER_REFUND;
    input->document = any_document(maker, DOCUMENT_REFUND, any_number(maker, "RF", OTHERS));
    input->refund = (Refund){.amount = any_money(maker), .paid_on = any_day(maker)};
    name_own(maker, input);
}

/* Of a payment that is there, mostly, and mostly no more than waits. */
static void make_move(const Maker *maker, LedgerInput *input) {
    const Book *book = maker->book;
    Share *shares = ARENA_ARRAY(maker->arena, Share, SHARES_MAX);
    const Credit *credit =
        book->credit_count > 0 && !one_in(maker, 6)
            ? &book->credits[chance_between(maker->chance, 0, book->credit_count - 1)]
            : NULL;
    Money whole = credit == NULL || one_in(maker, 6) ? any_money(maker) : credit->unapplied;
    input->kind = LEDGER_MOVE;
    input->document = any_document(maker, DOCUMENT_MOVE, any_number(maker, "MV", OTHERS));
    PaymentMove *move = &input->move;
    move->payment = credit == NULL ? any_number(maker, "PAY", CREDITS) : credit->number;
    move->actor = S("alice");
    move->shares = shares;
    move->whole = money_of(0, whole.currency);
    move->share_count = any_shares(maker, whole, shares);
    for (int i = 0; i < move->share_count; i++) {
        CHECK(money_add(move->whole, shares[i].amount, &move->whole));
    }
    if (move->share_count == 0) {
        shares[0] = (Share){.customer = other_customer(maker)};
        if (credit == NULL || credit->unapplied.minor > movable(credit->unapplied).minor) {
            shares[0].amount = movable(whole);
            move->whole = shares[0].amount;
        }
        move->share_count = 1;
    }
}

static void make_extension(const Maker *maker, LedgerInput *input) {
    input->kind = LEDGER_EXTENSION;
    input->document = any_document(maker, DOCUMENT_EXTENSION, any_number(maker, "E", OTHERS));
    input->extension = (Extension){.instalment = (int32_t)chance_between(maker->chance, 0, 2),
                                   .due_on = date_add(any_day(maker), 20),
                                   .extended_on = any_day(maker),
                                   .reason = S("asked"),
                                   .actor = S("alice")};
    name_invoices(maker, input, 1);
}

static void make_pause(const Maker *maker, LedgerInput *input) {
    Date from = any_day(maker);
    Date to = date_add(from, (int32_t)chance_between(maker->chance, 1, 20));
    if (one_in(maker, 3)) {
        input->kind = LEDGER_PAUSE_END;
        input->document = any_document(maker, DOCUMENT_PAUSE_END, any_number(maker, "ZE", OTHERS));
        input->pause_end = (PauseEnd){any_number(maker, "Z", OTHERS), to, S("over"), S("alice")};
        return;
    }
    input->kind = LEDGER_PAUSE;
    input->document = any_document(maker, DOCUMENT_PAUSE, any_number(maker, "Z", OTHERS));
    input->pause =
        (Pause){.kind = (PauseKind)chance_between(maker->chance, 1, PAUSE_KIND_COUNT - 1),
                .starts_on = from,
                .ends_on = one_in(maker, 2) ? to : DATE_NONE,
                .reason = S("asked"),
                .actor = S("alice")};
    name_invoices(maker, input, 1);
}

static void make_milestone(const Maker *maker, LedgerInput *input) {
    input->kind = LEDGER_MILESTONE;
    input->document = any_document(maker, DOCUMENT_MILESTONE, any_number(maker, "M", OTHERS));
    input->milestone = (MilestoneReached){
        (Milestone)chance_between(maker->chance, 0, MILESTONE_COUNT - 1), any_day(maker)};
    name_invoices(maker, input, 1);
}

/* Of items that are there, mostly. */
static DebtPart *any_parts(const Maker *maker, LedgerInput *input) {
    enum { PARTS = 2 };
    const Book *book = maker->book;
    DebtPart *parts = ARENA_ARRAY(maker->arena, DebtPart, PARTS);
    Str *names = ARENA_ARRAY(maker->arena, Str, PARTS);
    int found = 0;
    for (int i = 0; i < PARTS; i++) {
        ItemKey key = {.number = any_number(maker, "INV", INVOICES)};
        if (book->item_count > 0 && !one_in(maker, 6)) {
            key = book->items[chance_between(maker->chance, 0, book->item_count - 1)].key;
        }
        if (found > 0 && (one_in(maker, 2) || item_key_equals(parts[0].item, key))) {
            continue;
        }
        parts[found].item = key;
        parts[found].amount = one_in(maker, 3) ? any_money(maker) : (Money){0};
        names[found++] = key.number;
    }
    input->invoices = names;
    input->invoice_count = found;
    return parts;
}

static void make_reduction(const Maker *maker, LedgerInput *input) {
    bool again = one_in(maker, 4);
    input->kind = again ? LEDGER_REINSTATEMENT : LEDGER_REDUCTION;
    input->document = any_document(maker, again ? DOCUMENT_REINSTATEMENT : DOCUMENT_REDUCTION,
                                   any_number(maker, "A", OTHERS));
    input->reduction.parts = any_parts(maker, input);
    input->reduction.part_count = input->invoice_count;
    input->reduction.kind = (ReductionKind)chance_between(maker->chance, 1, REDUCTION_SALE);
    input->reduction.effective_on = any_day(maker);
    if (input->reduction.kind == REDUCTION_SALE && one_in(maker, 2)) {
        input->reduction.price = any_money(maker);
    }
}

/* Of an item that is open, mostly, and at once. */
static void make_sale(const Maker *maker, LedgerInput *input) {
    DebtPart *part = ARENA_NEW(maker->arena, DebtPart);
    part->item.number = any_number(maker, "INV", INVOICES);
    for (int i = 0; i < maker->book->item_count && !one_in(maker, 5); i++) {
        const Item *item = &maker->book->items[i];
        part->item = item->state == ITEM_OPEN ? item->key : part->item;
    }
    input->kind = LEDGER_REDUCTION;
    input->document = any_document(maker, DOCUMENT_REDUCTION, any_number(maker, "A", CREDITS));
    input->invoices = &part->item.number;
    input->invoice_count = 1;
    input->reduction = (DebtReduction){
        .kind = REDUCTION_SALE, .parts = part, .part_count = 1, .effective_on = maker->day};
}

/* Of one that was made, mostly. */
static Str any_sale(const Maker *maker) {
    int count = book_known_count(maker->book);
    bool any = count == 0 || one_in(maker, 9);
    for (int i = any ? count : (int)chance_between(maker->chance, 0, count - 1); i < count; i++) {
        const Entry *entry = book_known(maker->book, i);
        if (entry->kind == ENTRY_SALE || entry->kind == ENTRY_SALE_LOSS) {
            return entry->document;
        }
    }
    return any_number(maker, "A", OTHERS);
}

static void make_buy_back(const Maker *maker, LedgerInput *input) {
    input->kind = LEDGER_BUY_BACK;
    input->document = any_document(maker, DOCUMENT_BUY_BACK, any_number(maker, "BB", CREDITS));
    input->buy_back = (BuyBack){any_sale(maker), any_day(maker)};
}

/* What is open of an invoice, mostly. */
static Money any_plan_sum(const Maker *maker, Str invoice) {
    Money sum = {0};
    for (const Item *item = NULL; (item = book_next_of(maker->book, invoice, item)) != NULL;) {
        sum = sum.currency.code[0] == '\0' ? money_of(0, item->open.currency) : sum;
        if (item->state == ITEM_OPEN && currency_equals(sum.currency, item->open.currency)) {
            (void)!money_add(sum, item->open, &sum);
        }
    }
    return money_is_zero(sum) || one_in(maker, 9) ? any_money(maker) : sum;
}

static void make_plan(const Maker *maker, LedgerInput *input) {
    name_invoices(maker, input, 1);
    Instalment *part = ARENA_NEW(maker->arena, Instalment);
    *part = (Instalment){any_plan_sum(maker, input->invoices[0]), date_add(maker->day, 30)};
    input->kind = LEDGER_RESTRUCTURING;
    input->document = any_document(maker, DOCUMENT_RESTRUCTURING, any_number(maker, "PL", OTHERS));
    input->restructuring = (Restructuring){part->amount, part, 1, any_day(maker)};
}

static void make_cancellation(const Maker *maker, LedgerInput *input) {
    input->kind = LEDGER_CANCELLATION;
    input->document = any_document(maker, DOCUMENT_CANCELLATION, any_number(maker, "CAN", OTHERS));
    input->cancellation.effective_on = any_day(maker);
    if (one_in(maker, 2)) {
        name_invoices(maker, input, 1);
        return;
    }
    (void)any_parts(maker, input); /* of plans and returned money, too */
    input->invoice_count = 1;
}

static void make_proposal(const Maker *maker, LedgerInput *input) {
    input->kind = LEDGER_PROPOSAL;
    bool waiver = one_in(maker, 3);
    input->document = any_document(maker, waiver ? DOCUMENT_WAIVER : DOCUMENT_PROPOSAL,
                                   any_number(maker, "P", OTHERS));
    input->proposal = (ActProposal){
        .act = waiver ? ACT_WAIVER : ACT_WRITE_OFF, .reason = S("gone"), .actor = S("alice")};
    if (one_in(maker, 2)) {
        name_invoices(maker, input, (int)chance_between(maker->chance, 1, NAMED_MAX));
        return;
    }
    input->proposal.parts = any_parts(maker, input);
    input->proposal.part_count = input->invoice_count;
}

static void make_reminder_word(const Maker *maker, LedgerInput *input) {
    bool settled = one_in(maker, 2);
    DocumentKind kind = settled ? DOCUMENT_SETTLEMENT : DOCUMENT_RESEND;
    input->kind = settled ? LEDGER_SETTLEMENT : LEDGER_RESEND;
    input->document = any_document(maker, kind, any_number(maker, "W", OTHERS));
    input->reminder = (ReminderWord){.reminder = S("R-3-17"),
                                     .outcome = settled ? REMINDER_SENT : REMINDER_OUTCOME_NONE,
                                     .reason = S("the log says so"),
                                     .actor = S("alice")};
}

/* Mostly of the same few, so that each meets all that can become of it. */
static void make_reminder(const Maker *maker, LedgerInput *input) {
    ReminderNews news =
        (ReminderNews)chance_between(maker->chance, REMINDER_NEWS_ISSUED, REMINDER_NEWS_COUNT - 1);
    input->kind = LEDGER_REMINDER;
    input->step = (ReminderStep){.reminder = any_number(maker, "R", OTHERS),
                                 .news = news,
                                 .attempt = (int32_t)chance_between(maker->chance, 1, 3)};
    if (news == REMINDER_NEWS_ISSUED) {
        name_invoices(maker, input, 1);
        input->step.level = S("notice");
        input->step.total = any_money(maker);
        input->step.attempt = 0;
    }
}

static void make_approval(const Maker *maker, LedgerInput *input) {
    const Book *book = maker->book;
    input->kind = LEDGER_APPROVAL;
    input->approval.request = any_number(maker, "R", OTHERS);
    input->approval.code =
        (WriteOffReason)chance_between(maker->chance, 0, WRITE_OFF_REASON_COUNT - 1);
    name_invoices(maker, input, (int)chance_between(maker->chance, 1, NAMED_MAX));
    Money *open = ARENA_ARRAY(maker->arena, Money, input->invoice_count);
    Money *amounts = ARENA_ARRAY(maker->arena, Money, input->invoice_count);
    ItemKey *items = ARENA_ARRAY(maker->arena, ItemKey, input->invoice_count);
    Str *names = ARENA_ARRAY(maker->arena, Str, input->invoice_count);
    for (int i = 0; i < input->invoice_count; i++) {
        const Item *any = book->item_count > 0
                              ? &book->items[chance_between(maker->chance, 0, book->item_count - 1)]
                              : NULL;
        items[i] =
            any != NULL && !one_in(maker, 8) ? any->key : (ItemKey){input->invoices[i], 0, 0};
        const Item *item = book_find_item(book, items[i]);
        bool fitting = item != NULL && !money_is_zero(item->open) && !one_in(maker, 8);
        open[i] = fitting ? item->open : any_money(maker);
        amounts[i] = any_share(maker, open[i]);
        names[i] = items[i].number;
    }
    bool charges = true; /* wire/ lets no principal be waived */
    for (int i = 0; i < input->invoice_count; i++) {
        charges = charges && items[i].charge != CHARGE_PRINCIPAL;
    }
    input->approval.act = charges ? ACT_WAIVER : ACT_WRITE_OFF;
    input->invoices = names;
    input->approval.items = items;
    input->approval.open = open;
    input->approval.amounts = amounts;
    input->approval.count = input->invoice_count;
}

static void make_request(const Maker *maker, LedgerInput *input) {
    input->kind = LEDGER_REQUEST;
    input->request.request = any_number(maker, "R", OTHERS);
    input->request.over = one_in(maker, 3);
    if (!input->request.over) {
        name_invoices(maker, input, (int)chance_between(maker->chance, 1, NAMED_MAX));
    }
}

static void make_hold(const Maker *maker, LedgerInput *input) {
    int64_t offset = chance_between(maker->chance, 1, HOLDS);
    if (one_in(maker, 2)) {
        input->kind = LEDGER_HELD;
        input->held = (Held){.topic = S("arrears.billing.v1"),
                             .offset = offset,
                             .reason = S("DATE_UNREAL"),
                             .sentence = S("The date is in no calendar.")};
        return;
    }
    bool elsewhere = one_in(maker, 4);
    input->kind = LEDGER_HOLD_CLEARED;
    input->cleared =
        (ClearedHold){.elsewhere = elsewhere,
                      .topic = elsewhere ? S("arrears.contacts.v1") : S("arrears.billing.v1"),
                      .offset = offset,
                      .reason = S("sent again"),
                      .actor = S("alice")};
}

/* ---- answers to statements: of one that was said, mostly, and mostly what it says */

static Money less_any(const Maker *maker, Money money) {
    int64_t most = money.minor < 9 ? money.minor : 9;
    return money_of(money.minor - chance_between(maker->chance, 0, most), money.currency);
}

/* Up to two of its lines. */
static int dispute_lines(const Maker *maker, const Statement *statement, DisputedLine *lines) {
    enum { LINES = 2 };
    int count = 0;
    for (int i = 0; i < maker->book->statement_line_count && count < LINES; i++) {
        const StatementLine *line = &maker->book->statement_lines[i];
        if (str_equals(line->statement, statement->number) && one_in(maker, 2)) {
            lines[count++] =
                (DisputedLine){line->item, less_any(maker, line->open), S("short delivery")};
        }
    }
    if (count == 0) {
        lines[count++] = (DisputedLine){
            {.number = any_number(maker, "INV", INVOICES)}, any_money(maker), S("never ordered")};
    }
    return count;
}

/* What the statement says in each currency, less what is disputed. */
static void answer_balances(const Maker *maker, BalanceAnswer *answer) {
    const Book *book = maker->book;
    Money *balances = ARENA_ARRAY(maker->arena, Money, LEDGER_INVOICES_MAX);
    for (int i = 0; i < book->statement_balance_count; i++) {
        const StatementBalance *balance = &book->statement_balances[i];
        if (!str_equals(balance->statement, answer->statement)) {
            continue;
        }
        Money rest = statement_balance(balance);
        for (int k = 0; k < answer->line_count; k++) {
            const StatementLine *line =
                book_find_statement_line(book, answer->statement, answer->lines[k].item);
            bool less = line != NULL && currency_equals(line->open.currency, rest.currency) &&
                        currency_equals(answer->lines[k].acknowledged.currency, rest.currency) &&
                        money_compare(answer->lines[k].acknowledged, line->open) < 0;
            if (less) {
                CHECK(money_subtract(rest, line->open, &rest) &&
                      money_add(rest, answer->lines[k].acknowledged, &rest));
            }
        }
        balances[answer->balance_count++] = rest;
    }
    if (answer->balance_count == 0 || one_in(maker, 9)) {
        balances[0] = any_money(maker);
        answer->balance_count = 1;
    }
    answer->balances = balances;
}

static void make_answer(const Maker *maker, LedgerInput *input) {
    const Book *book = maker->book;
    bool agreed = one_in(maker, 2);
    const Statement *statement =
        book->statement_count > 0 && !one_in(maker, 9)
            ? &book->statements[chance_between(maker->chance, 0, book->statement_count - 1)]
            : NULL;
    input->kind = agreed ? LEDGER_BALANCE_AGREED : LEDGER_BALANCE_DISPUTED;
    input->document =
        any_document(maker, agreed ? DOCUMENT_BALANCE_AGREED : DOCUMENT_BALANCE_DISPUTED,
                     any_number(maker, "BA", OTHERS));
    BalanceAnswer *answer = &input->answer;
    *answer =
        (BalanceAnswer){.statement = statement == NULL ? S("~S/2012-12-31") : statement->number,
                        .agreed_on = one_in(maker, 4) ? any_day(maker) : maker->day,
                        .evidence = S("a letter"),
                        .actor = S("alice")};
    if (!agreed) {
        DisputedLine *lines = ARENA_ARRAY(maker->arena, DisputedLine, LEDGER_INVOICES_MAX);
        answer->line_count = statement == NULL ? 0 : dispute_lines(maker, statement, lines);
        answer->lines = lines;
    }
    answer_balances(maker, answer);
}

/* ---- of all kinds, or of few */

typedef void (*Make)(const Maker *maker, LedgerInput *input);

static const LedgerInput *make_any(const Maker *maker, const Make *makers, ptrdiff_t count) {
    LedgerInput *input = ARENA_NEW(maker->arena, LedgerInput);
    makers[chance_between(maker->chance, 0, count - 1)](maker, input);
    return input;
}

const LedgerInput *any_input(Chance *chance, Arena *arena, const Book *book, Date day) {
    static const Make makers[] = {
        make_invoice,   make_invoice,       make_invoice,      make_credit,   make_credit,
        make_credit,    make_credit,        make_cancellation, make_proposal, make_approval,
        make_hold,      make_reminder_word, make_fee,          make_reversal, make_refund,
        make_extension, make_pause,         make_milestone,    make_reversal, make_credit,
        make_reduction, make_reduction,     make_buy_back,     make_plan,     make_move,
        make_move,      make_reminder,      make_reminder,     make_move,     make_answer,
        make_answer,    make_request,
    };
    Maker maker = {chance, arena, book, day};
    return make_any(&maker, makers, COUNT_OF(makers));
}

const LedgerInput *any_trade(Chance *chance, Arena *arena, const Book *book, Date day) {
    static const Make makers[] = {
        make_invoice, make_credit, make_credit,   make_return,   make_return,
        make_sale,    make_sale,   make_buy_back, make_buy_back, make_approval,
    };
    Maker maker = {chance, arena, book, day};
    return make_any(&maker, makers, COUNT_OF(makers));
}
