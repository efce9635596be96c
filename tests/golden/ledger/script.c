#include "tests/golden/ledger/script.h"

#include "base/check.h"
#include "base/id.h"
#include "contract/seal.h"

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

/* An amount in the currency that is known already. */
static Money part_take(Words *words, Currency currency) {
    Money money = {0};
    if (!money_parse(word_take(words), currency, &money)) {
        words->fault = "an amount is wanted";
    }
    return money;
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
    if (word_is(words, "parts")) {
        parts_take(words, &input->issued);
    }
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
}

static void read_payment(Words *words, LedgerInput *input) {
    read_credit(words, input, CREDIT_PAYMENT);
}

static void read_credit_note(Words *words, LedgerInput *input) {
    read_credit(words, input, CREDIT_NOTE);
}

static void read_cancellation(Words *words, LedgerInput *input) {
    input->kind = LEDGER_CANCELLATION;
    input->document = document_of(DOCUMENT_CANCELLATION, words);
    if (!word_is(words, "of")) {
        words->fault = "\"of INVOICE\" is wanted";
    }
    input->invoices = names_one(words, word_take(words));
    input->invoice_count = 1;
    input->cancellation.effective_on = date_after(words, "on");
}

static Str actor_take(Words *words) {
    if (!word_is(words, "by")) {
        words->fault = "\"by PERSON\" is wanted";
    }
    return word_take(words);
}

static void read_proposal(Words *words, LedgerInput *input) {
    input->kind = LEDGER_PROPOSAL;
    input->document = document_of(DOCUMENT_PROPOSAL, words);
    input->proposal.actor = actor_take(words);
    Str *names = ARENA_ARRAY(words->arena, Str, LEDGER_INVOICES_MAX);
    while (!str_is_empty(words->rest) && input->invoice_count < LEDGER_INVOICES_MAX) {
        names[input->invoice_count++] = word_take(words);
    }
    input->invoices = names;
}

/* "INV-1", "INV-1/2" */
static ItemKey key_take(Words *words) {
    StrCut cut = str_cut(word_take(words), '/');
    int64_t instalment = 0;
    if (!str_is_empty(cut.tail) && !str_parse_i64(cut.tail, &instalment)) {
        words->fault = "INVOICE/INSTALMENT is wanted";
    }
    return (ItemKey){.number = cut.head, .instalment = (int32_t)instalment};
}

static void read_approved(Words *words, LedgerInput *input) {
    input->kind = LEDGER_APPROVAL;
    input->approval.request = word_take(words);
    Str *names = ARENA_ARRAY(words->arena, Str, LEDGER_INVOICES_MAX);
    ItemKey *items = ARENA_ARRAY(words->arena, ItemKey, LEDGER_INVOICES_MAX);
    Money *open = ARENA_ARRAY(words->arena, Money, LEDGER_INVOICES_MAX);
    while (!str_is_empty(words->rest) && input->invoice_count < LEDGER_INVOICES_MAX) {
        ItemKey item = key_take(words);
        items[input->invoice_count] = item;
        names[input->invoice_count] = item.number;
        open[input->invoice_count++] = money_take(words);
    }
    input->invoices = names;
    input->approval.items = items;
    input->approval.open = open;
    input->approval.count = input->invoice_count;
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
    {"payment", read_payment},
    {"credit_note", read_credit_note},
    {"cancellation", read_cancellation},
    {"proposal", read_proposal},
    {"approved", read_approved},
    {"held", read_held},
    {"cleared", read_cleared},
    {"settled", read_settled},
    {"resend", read_resend},
    {"bookkeeping", read_rest},
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
