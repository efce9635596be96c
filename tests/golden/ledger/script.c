#include "tests/golden/ledger/script.h"

#include "base/check.h"
#include "base/id.h"
#include "contract/seal.h"
#include "tests/harness/item.h"

/* The words of a line, from left to right, with the first fault remembered. */
typedef struct Words {
    Arena *arena;
    Str rest;
    Date day;
    const char *fault;
} Words;

static Str word_peek(const Words *words) {
    return str_cut(words->rest, ' ').head;
}

static Str word_take(Words *words) {
    StrCut cut = str_cut(words->rest, ' ');
    words->rest = str_trim(cut.tail);
    if (str_is_empty(cut.head) && words->fault == NULL) {
        words->fault = "a word is missing";
    }
    return cut.head;
}

static bool word_is(Words *words, const char *keyword) {
    bool same = str_equals(word_peek(words), str_of(keyword));
    if (same) {
        (void)word_take(words);
    }
    return same;
}

static Date date_take(Words *words) {
    Date date = DATE_NONE;
    if (!date_parse(word_take(words), &date)) {
        words->fault = "a day YYYY-MM-DD is wanted";
    }
    return date;
}

/* The day after the keyword; the line's own where it is left out. */
static Date date_after(Words *words, const char *keyword) {
    return word_is(words, keyword) ? date_take(words) : words->day;
}

static Money money_take(Words *words) {
    Str amount = word_take(words);
    Currency currency = {0};
    Money money = {0};
    if (!currency_find(word_take(words), &currency) || !money_parse(amount, currency, &money)) {
        words->fault = "an amount and its currency are wanted";
    }
    return money;
}

/* An amount in the currency that is known already. */
static Money part_take(Words *words, Currency currency) {
    Money money = {0};
    if (!money_parse(word_take(words), currency, &money)) {
        words->fault = "an amount is wanted";
    }
    return money;
}

/* The share of a word that may be missing. */
static Money part_after(Words *words, const char *keyword, Currency currency) {
    return word_is(words, keyword) ? part_take(words, currency) : money_of(0, currency);
}

static void terms_take(Words *words, IssuedInvoice *invoice) {
    Currency currency = invoice->amount.currency;
    invoice->discount = part_after(words, "discount", currency);
    invoice->discount_until = DATE_NONE;
    if (word_is(words, "until")) {
        invoice->discount_until = date_take(words);
    }
    invoice->tax = part_after(words, "tax", currency);
    if (word_is(words, "seller")) {
        invoice->salesperson = word_take(words);
    }
    if (word_is(words, "disputable")) {
        int64_t days = 0;
        words->fault = str_parse_i64(word_take(words), &days) ? words->fault : "DAYS is wanted";
        invoice->terms.dispute_days = (int32_t)days;
    }
    if (word_is(words, "interest")) {
        invoice->interest = word_take(words);
    }
}

static Str *names_one(Words *words, Str name) {
    Str *names = ARENA_NEW(words->arena, Str);
    *names = name;
    return names;
}

/* ---- verbs */

static Document document_of(DocumentKind kind, Words *words) {
    Hash hash = hash_of(words->rest);
    Str bytes = str_copy(words->arena, str_from(hash.bytes, HASH_SIZE));
    return (Document){.kind = kind, .number = word_take(words), .hash = bytes};
}

static void parts_take(Words *words, IssuedInvoice *invoice) {
    Instalment *parts = ARENA_ARRAY(words->arena, Instalment, ITEM_INSTALMENTS_MAX);
    while (!str_is_empty(words->rest) && invoice->instalment_count < ITEM_INSTALMENTS_MAX) {
        Instalment *part = &parts[invoice->instalment_count++];
        part->amount = part_take(words, invoice->amount.currency);
        part->due_on = date_take(words);
        invoice->due_on = part->due_on;
    }
    invoice->instalments = parts;
}

static void read_invoice(Words *words, LedgerInput *input) {
    input->kind = LEDGER_INVOICE;
    input->document = document_of(DOCUMENT_INVOICE, words);
    input->issued.amount = money_take(words);
    input->issued.due_on = date_after(words, "due");
    input->issued.issued_on = date_after(words, "issued");
    terms_take(words, &input->issued);
    if (word_is(words, "parts")) {
        parts_take(words, &input->issued);
    }
}

static void read_debit_note(Words *words, LedgerInput *input) {
    read_invoice(words, input);
    input->kind = LEDGER_DEBIT_NOTE;
    input->document.kind = DOCUMENT_DEBIT_NOTE;
}

static void name_one(Words *words, LedgerInput *input) {
    if (!word_is(words, "of")) {
        words->fault = "\"of NUMBER\" is wanted";
    }
    input->invoices = names_one(words, word_take(words));
    input->invoice_count = 1;
}

static void read_fee(Words *words, LedgerInput *input) {
    input->kind = LEDGER_FEE;
    input->document = document_of(DOCUMENT_FEE, words);
    input->fee.amount = money_take(words);
    name_one(words, input);
    input->fee.charged_on = date_after(words, "charged");
}

static void read_credit(Words *words, LedgerInput *input, CreditKind kind) {
    bool note = kind == CREDIT_NOTE;
    input->kind = LEDGER_CREDIT;
    input->document = document_of(note ? DOCUMENT_CREDIT_NOTE : DOCUMENT_PAYMENT, words);
    input->credit.kind = kind;
    input->credit.amount = money_take(words);
    if (word_is(words, "for")) {
        input->invoices = names_one(words, word_take(words));
        input->invoice_count = 1;
    }
    input->credit.effective_on = date_after(words, note ? "issued" : "received");
    input->credit.tax = part_after(words, "tax", input->credit.amount.currency);
}

static Str invoice_after_for(Words *words) {
    return word_is(words, "for") ? word_take(words) : (Str){0};
}

static void read_payment(Words *words, LedgerInput *input) {
    read_credit(words, input, CREDIT_PAYMENT);
    IncomingCredit *credit = &input->credit;
    if (word_is(words, "way") && !way_parse(word_take(words), &credit->way)) {
        words->fault = "no such way";
    }
    credit->payer = word_is(words, "payer") ? word_take(words) : (Str){0};
    Share *shares = ARENA_ARRAY(words->arena, Share, LEDGER_INVOICES_MAX);
    while (credit->share_count < LEDGER_INVOICES_MAX && word_is(words, "share")) {
        Share *share = &shares[credit->share_count++];
        share->customer = word_take(words);
        share->amount = part_take(words, credit->amount.currency);
        share->invoice = invoice_after_for(words);
    }
    credit->shares = shares;
}

static void read_credit_note(Words *words, LedgerInput *input) {
    read_credit(words, input, CREDIT_NOTE);
}

static void read_cancellation(Words *words, LedgerInput *input) {
    input->kind = LEDGER_CANCELLATION;
    input->document = document_of(DOCUMENT_CANCELLATION, words);
    name_one(words, input);
    input->cancellation.effective_on = date_after(words, "on");
}

static Str actor_take(Words *words) {
    if (!word_is(words, "by")) {
        words->fault = "\"by PERSON\" is wanted";
    }
    return word_take(words);
}

static ItemKey key_take(Words *words) {
    ItemKey key = {0};
    if (!item_parse(word_take(words), &key)) {
        words->fault = "INVOICE, INVOICE/INSTALMENT or INVOICE+CHARGE/NUMBER is wanted";
    }
    return key;
}

static bool is_keyword(Words *words) {
    Str word = word_peek(words);
    return str_is_empty(word) || str_equals(word, S("price")) || str_equals(word, S("from"));
}

/* "INV-1 all", "INV-1/2 5.00 USD" */
static DebtPart *debt_parts_take(Words *words, LedgerInput *input) {
    DebtPart *parts = ARENA_ARRAY(words->arena, DebtPart, LEDGER_INVOICES_MAX);
    Str *names = ARENA_ARRAY(words->arena, Str, LEDGER_INVOICES_MAX);
    while (!is_keyword(words) && input->invoice_count < LEDGER_INVOICES_MAX) {
        DebtPart *part = &parts[input->invoice_count];
        part->item = key_take(words);
        names[input->invoice_count++] = part->item.number;
        if (!word_is(words, "all")) {
            part->amount = money_take(words);
        }
    }
    input->invoices = names;
    return parts;
}

/* Of invoices, to the end of the line. */
static void names_take(Words *words, LedgerInput *input) {
    Str *names = ARENA_ARRAY(words->arena, Str, LEDGER_INVOICES_MAX);
    while (!str_is_empty(words->rest) && input->invoice_count < LEDGER_INVOICES_MAX) {
        names[input->invoice_count++] = word_take(words);
    }
    input->invoices = names;
}

static void read_proposal(Words *words, LedgerInput *input) {
    input->kind = LEDGER_PROPOSAL;
    input->document = document_of(DOCUMENT_PROPOSAL, words);
    input->proposal.act = ACT_WRITE_OFF;
    input->proposal.actor = actor_take(words);
    if (word_is(words, "parts")) {
        input->proposal.parts = debt_parts_take(words, input);
        input->proposal.part_count = input->invoice_count;
        return;
    }
    names_take(words, input);
}

/* "because insolvent" */
static void reason_take(Words *words, ActApproval *approval) {
    if (word_is(words, "because") && !write_off_reason_parse(word_take(words), &approval->code)) {
        words->fault = "no such reason";
    }
}

static void read_approved(Words *words, LedgerInput *input) {
    input->kind = LEDGER_APPROVAL;
    input->approval.act = ACT_WRITE_OFF;
    input->approval.request = word_take(words);
    Str *names = ARENA_ARRAY(words->arena, Str, LEDGER_INVOICES_MAX);
    ItemKey *items = ARENA_ARRAY(words->arena, ItemKey, LEDGER_INVOICES_MAX);
    Money *open = ARENA_ARRAY(words->arena, Money, LEDGER_INVOICES_MAX);
    Money *amounts = ARENA_ARRAY(words->arena, Money, LEDGER_INVOICES_MAX);
    reason_take(words, &input->approval);
    while (!str_is_empty(words->rest) && input->invoice_count < LEDGER_INVOICES_MAX) {
        ItemKey item = key_take(words);
        items[input->invoice_count] = item;
        names[input->invoice_count] = item.number;
        open[input->invoice_count] = money_take(words);
        amounts[input->invoice_count] = (Money){0};
        if (word_is(words, "part")) {
            amounts[input->invoice_count] = money_take(words);
        }
        input->invoice_count++;
    }
    input->invoices = names;
    input->approval.items = items;
    input->approval.open = open;
    input->approval.amounts = amounts;
    input->approval.count = input->invoice_count;
}

static void read_waiver(Words *words, LedgerInput *input) {
    read_proposal(words, input);
    input->proposal.act = ACT_WAIVER;
    input->document.kind = DOCUMENT_WAIVER;
}

static void read_waived(Words *words, LedgerInput *input) {
    read_approved(words, input);
    input->approval.act = ACT_WAIVER;
}

/* "asked R-1 INV-1 INV-2", "rejected R-1" */
static void read_asked(Words *words, LedgerInput *input) {
    input->kind = LEDGER_REQUEST;
    input->request.request = word_take(words);
    Str *names = ARENA_ARRAY(words->arena, Str, LEDGER_INVOICES_MAX);
    while (!str_is_empty(words->rest) && input->invoice_count < LEDGER_INVOICES_MAX) {
        names[input->invoice_count++] = word_take(words);
    }
    input->invoices = names;
    input->request.over = input->invoice_count == 0;
}

/* "3/17" */
static void read_place(Words *words, int32_t *partition, int64_t *offset) {
    StrCut cut = str_cut(word_take(words), '/');
    int64_t number = 0;
    if (!str_parse_i64(cut.head, &number) || !str_parse_i64(cut.tail, offset)) {
        words->fault = "PARTITION/OFFSET is wanted";
    }
    *partition = (int32_t)number;
}

static void read_held(Words *words, LedgerInput *input) {
    input->kind = LEDGER_HELD;
    input->held.topic = S("arrears.billing.v1");
    input->held.reason = S("DATE_UNREAL");
    read_place(words, &input->held.partition, &input->held.offset);
}

static void read_cleared(Words *words, LedgerInput *input) {
    input->kind = LEDGER_HOLD_CLEARED;
    input->cleared.topic = S("arrears.billing.v1");
    if (word_is(words, "contact")) {
        input->cleared.topic = S("arrears.contacts.v1");
        input->cleared.elsewhere = true;
    }
    read_place(words, &input->cleared.partition, &input->cleared.offset);
    input->cleared.actor = actor_take(words);
}

static void read_settled(Words *words, LedgerInput *input) {
    input->kind = LEDGER_SETTLEMENT;
    input->document = document_of(DOCUMENT_SETTLEMENT, words);
    if (!word_is(words, "of")) {
        words->fault = "\"of REMINDER\" is wanted";
    }
    input->reminder.reminder = word_take(words);
    bool sent = word_is(words, "sent");
    if (!sent && !word_is(words, "not-sent")) {
        words->fault = "\"sent\" or \"not-sent\" is wanted";
    }
    input->reminder.outcome = sent ? REMINDER_SENT : REMINDER_NOT_SENT;
    input->reminder.actor = actor_take(words);
}

static void read_resend(Words *words, LedgerInput *input) {
    input->kind = LEDGER_RESEND;
    input->document = document_of(DOCUMENT_RESEND, words);
    if (!word_is(words, "of")) {
        words->fault = "\"of REMINDER\" is wanted";
    }
    input->reminder.reminder = word_take(words);
    input->reminder.actor = actor_take(words);
}

/* "reminder R-1 issued first-notice 100.00 USD INV-1 INV-2", "reminder R-1 sent 2" */
static void read_reminder(Words *words, LedgerInput *input) {
    ReminderStep *step = &input->step;
    input->kind = LEDGER_REMINDER;
    step->reminder = word_take(words);
    if (!reminder_news_parse(word_take(words), &step->news)) {
        words->fault = "no such news of a reminder";
    }
    if (step->news != REMINDER_NEWS_ISSUED) {
        int64_t attempt = 0;
        words->fault =
            str_parse_i64(word_take(words), &attempt) ? words->fault : "ATTEMPT is wanted";
        step->attempt = (int32_t)attempt;
        return;
    }
    step->level = word_take(words);
    step->total = money_take(words);
    names_take(words, input);
}

/* ---- money that is gone again, and what is agreed on */

/* The place of a word in a list; 0 is no word. */
static int word_of(Words *words, const char *const *list, int count) {
    Str word = word_take(words);
    for (int i = 1; i < count; i++) {
        if (str_equals(word, str_of(list[i]))) {
            return i;
        }
    }
    words->fault = "no such word";
    return 0;
}

static void read_reversal(Words *words, LedgerInput *input) {
    static const char *const kinds[] = {"", "error", "chargeback", "returned"};
    input->kind = LEDGER_REVERSAL;
    input->document = document_of(DOCUMENT_REVERSAL, words);
    name_one(words, input);
    input->reversal.payment = input->invoices[0];
    input->invoices = names_one(words, input->document.number);
    input->reversal.kind = (ReversalKind)word_of(words, kinds, COUNT_OF(kinds));
    if (word_is(words, "part")) {
        input->reversal.amount = money_take(words);
    }
    input->reversal.reversed_on = date_after(words, "on");
}

static void read_refund(Words *words, LedgerInput *input) {
    input->kind = LEDGER_REFUND;
    input->document = document_of(DOCUMENT_REFUND, words);
    input->invoices = names_one(words, input->document.number);
    input->invoice_count = 1;
    input->refund.amount = money_take(words);
    input->refund.paid_on = date_after(words, "paid");
}

static void read_extension(Words *words, LedgerInput *input) {
    input->kind = LEDGER_EXTENSION;
    input->document = document_of(DOCUMENT_EXTENSION, words);
    if (!word_is(words, "of")) {
        words->fault = "\"of INVOICE\" is wanted";
    }
    ItemKey key = key_take(words);
    input->invoices = names_one(words, key.number);
    input->invoice_count = 1;
    input->extension.instalment = key.instalment;
    input->extension.due_on = date_after(words, "to");
    input->extension.actor = actor_take(words);
    input->extension.extended_on = date_after(words, "from");
}

static void read_pause(Words *words, LedgerInput *input) {
    static const char *const kinds[] = {"", "dispute", "promise", "plan", "hold"};
    input->kind = LEDGER_PAUSE;
    input->document = document_of(DOCUMENT_PAUSE, words);
    name_one(words, input);
    input->pause.kind = (PauseKind)word_of(words, kinds, COUNT_OF(kinds));
    input->pause.actor = actor_take(words);
    input->pause.starts_on = date_after(words, "from");
    input->pause.ends_on = word_is(words, "to") ? date_take(words) : DATE_NONE;
}

static void read_resume(Words *words, LedgerInput *input) {
    input->kind = LEDGER_PAUSE_END;
    input->document = document_of(DOCUMENT_PAUSE_END, words);
    name_one(words, input);
    input->pause_end.pause = input->invoices[0];
    input->invoice_count = 0;
    input->pause_end.actor = actor_take(words);
    input->pause_end.ends_on = date_after(words, "on");
}

static void read_milestone(Words *words, LedgerInput *input) {
    static const char *const reached[] = {"", "delivered", "sent", "received", "approved"};
    input->kind = LEDGER_MILESTONE;
    input->document = document_of(DOCUMENT_MILESTONE, words);
    name_one(words, input);
    input->milestone.reached = (Milestone)(word_of(words, reached, COUNT_OF(reached)) - 1);
    input->milestone.on = date_after(words, "on");
}

/* ---- debts that end otherwise than by money */

static void read_reduction(Words *words, LedgerInput *input) {
    static const char *const kinds[] = {"", "concession", "return", "collateral", "sale"};
    input->kind = LEDGER_REDUCTION;
    input->document = document_of(DOCUMENT_REDUCTION, words);
    input->reduction.kind = (ReductionKind)word_of(words, kinds, COUNT_OF(kinds));
    input->reduction.parts = debt_parts_take(words, input);
    input->reduction.part_count = input->invoice_count;
    if (word_is(words, "price")) {
        input->reduction.price = money_take(words);
    }
    input->reduction.effective_on = date_after(words, "from");
}

static void read_reinstatement(Words *words, LedgerInput *input) {
    input->kind = LEDGER_REINSTATEMENT;
    input->document = document_of(DOCUMENT_REINSTATEMENT, words);
    input->reduction.parts = debt_parts_take(words, input);
    input->reduction.part_count = input->invoice_count;
    input->reduction.effective_on = date_after(words, "from");
}

static void read_buy_back(Words *words, LedgerInput *input) {
    input->kind = LEDGER_BUY_BACK;
    input->document = document_of(DOCUMENT_BUY_BACK, words);
    name_one(words, input);
    input->buy_back.sale = input->invoices[0];
    input->invoice_count = 0;
    input->buy_back.bought_on = date_after(words, "on");
}

static void plan_names_take(Words *words, LedgerInput *input) {
    Str *names = ARENA_ARRAY(words->arena, Str, LEDGER_INVOICES_MAX);
    while (!str_is_empty(words->rest) && input->invoice_count < LEDGER_INVOICES_MAX &&
           !str_equals(word_peek(words), S("into"))) {
        names[input->invoice_count++] = word_take(words);
    }
    input->invoices = names;
}

static void read_plan(Words *words, LedgerInput *input) {
    input->kind = LEDGER_RESTRUCTURING;
    input->document = document_of(DOCUMENT_RESTRUCTURING, words);
    Restructuring *plan = &input->restructuring;
    plan->effective_on = words->day;
    if (!word_is(words, "of")) {
        words->fault = "\"of INVOICE ...\" is wanted";
    }
    plan_names_take(words, input);
    if (!word_is(words, "into")) {
        words->fault = "\"into AMOUNT DAY ...\" is wanted";
    }
    Instalment *parts = ARENA_ARRAY(words->arena, Instalment, ITEM_INSTALMENTS_MAX);
    while (!str_is_empty(words->rest) && plan->instalment_count < ITEM_INSTALMENTS_MAX) {
        Instalment *part = &parts[plan->instalment_count++];
        part->amount = money_take(words);
        part->due_on = date_take(words);
        Money before =
            plan->instalment_count == 1 ? money_of(0, part->amount.currency) : plan->whole;
        CHECK(money_add(before, part->amount, &plan->whole));
    }
    plan->instalments = parts;
}

/* ---- money of others */

static void read_move(Words *words, LedgerInput *input) {
    input->kind = LEDGER_MOVE;
    input->document = document_of(DOCUMENT_MOVE, words);
    name_one(words, input);
    PaymentMove *move = &input->move;
    move->payment = input->invoices[0];
    input->invoice_count = 0;
    move->actor = actor_take(words);
    Share *shares = ARENA_ARRAY(words->arena, Share, LEDGER_INVOICES_MAX);
    while (move->share_count < LEDGER_INVOICES_MAX && word_is(words, "to")) {
        Share *share = &shares[move->share_count++];
        share->customer = word_take(words);
        share->amount = word_is(words, "all") ? (Money){0} : money_take(words);
        Money before = move->share_count == 1 ? money_of(0, share->amount.currency) : move->whole;
        CHECK(money_add(before, share->amount, &move->whole));
        share->invoice = invoice_after_for(words);
    }
    move->shares = shares;
}

/* ---- what customers say of statements */

static void balances_take(Words *words, BalanceAnswer *answer) {
    Money *balances = ARENA_ARRAY(words->arena, Money, LEDGER_INVOICES_MAX);
    while (!str_is_empty(words->rest) && answer->balance_count < LEDGER_INVOICES_MAX &&
           !str_equals(word_peek(words), S("by"))) {
        balances[answer->balance_count++] = money_take(words);
    }
    answer->balances = balances;
}

static void read_answer(Words *words, LedgerInput *input, DocumentKind kind) {
    BalanceAnswer *answer = &input->answer;
    input->document = document_of(kind, words);
    name_one(words, input);
    answer->statement = input->invoices[0];
    input->invoice_count = 0;
    balances_take(words, answer);
    answer->actor = actor_take(words);
    answer->agreed_on = date_after(words, "on");
    answer->evidence = S("a letter");
}

static void read_agreed(Words *words, LedgerInput *input) {
    input->kind = LEDGER_BALANCE_AGREED;
    read_answer(words, input, DOCUMENT_BALANCE_AGREED);
}

static void read_disputed(Words *words, LedgerInput *input) {
    BalanceAnswer *answer = &input->answer;
    input->kind = LEDGER_BALANCE_DISPUTED;
    read_answer(words, input, DOCUMENT_BALANCE_DISPUTED);
    DisputedLine *lines = ARENA_ARRAY(words->arena, DisputedLine, LEDGER_INVOICES_MAX);
    if (!word_is(words, "but")) {
        words->fault = "\"but INVOICE AMOUNT ...\" is wanted";
    }
    while (!str_is_empty(words->rest) && answer->line_count < LEDGER_INVOICES_MAX) {
        DisputedLine *line = &lines[answer->line_count++];
        line->item = key_take(words);
        line->acknowledged = money_take(words);
        line->reason = S("short delivery");
    }
    answer->lines = lines;
}

static void read_nothing(Words *words, LedgerInput *input) {
    (void)words;
    input->kind = LEDGER_NOTHING;
}

static void read_rest(Words *words, LedgerInput *input) {
    read_nothing(words, input);
    words->rest = (Str){0};
}

static const struct {
    const char *verb;
    void (*read)(Words *words, LedgerInput *input);
} VERBS[] = {
    {"invoice", read_invoice},
    {"debit_note", read_debit_note},
    {"fee", read_fee},
    {"reversal", read_reversal},
    {"refund", read_refund},
    {"extension", read_extension},
    {"pause", read_pause},
    {"resume", read_resume},
    {"milestone", read_milestone},
    {"reduction", read_reduction},
    {"plan", read_plan},
    {"buy_back", read_buy_back},
    {"reinstatement", read_reinstatement},
    {"clocks", read_nothing},
    {"payment", read_payment},
    {"move", read_move},
    {"line", read_rest},
    {"credit_note", read_credit_note},
    {"cancellation", read_cancellation},
    {"proposal", read_proposal},
    {"approved", read_approved},
    {"asked", read_asked},
    {"rejected", read_asked},
    {"waiver", read_waiver},
    {"waived", read_waived},
    {"held", read_held},
    {"cleared", read_cleared},
    {"settled", read_settled},
    {"resend", read_resend},
    {"reminder", read_reminder},
    {"agreed", read_agreed},
    {"disputed", read_disputed},
    {"bookkeeping", read_rest},
    {"sealed", read_rest},
    {"aging", read_rest},
    {"regime", read_rest},
    {"forget", read_rest},
    {"books", read_nothing},
    {"open", read_nothing},
};

bool script_line_parse(Str text, Arena *arena, ScriptLine *line, Err *err) {
    Words words = {.arena = arena, .rest = str_trim(text)};
    *line = (ScriptLine){.day = date_take(&words)};
    words.day = line->day;
    line->verb = word_take(&words);
    line->rest = words.rest;
    bool known = false;
    for (ptrdiff_t i = 0; i < COUNT_OF(VERBS); i++) {
        if (str_equals(line->verb, str_of(VERBS[i].verb))) {
            VERBS[i].read(&words, &line->input);
            known = true;
        }
    }
    if (!known || words.fault != NULL || !str_is_empty(words.rest)) {
        const char *why = !known                ? "no such verb"
                          : words.fault != NULL ? words.fault
                                                : "words are left over";
        return err_set(err, VERDICT_STOP, "SCRIPT", "%s: %.*s", why, STR_ARGS(text));
    }
    return true;
}
