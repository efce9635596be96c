/* What customers say of their statements. Whether it fits the statement is decided on the books. */
#include "ledger/wire/billing/room.h"

/* The fields that both answers have. */
typedef struct AnswerText {
    const char *statement_number;
    Arrears__Envelope__V1__Money *const *balances;
    size_t balance_count;
    const char *agreed_on;
    const char *evidence;
    const Arrears__Envelope__V1__Actor *actor;
} AnswerText;

#define ANSWER_TEXT(event)                                                                         \
    &(AnswerText) {                                                                                \
        (event)->statement_number, (event)->balances, (event)->n_balances, (event)->agreed_on,     \
            (event)->evidence, (event)->actor                                                      \
    }

static bool list_check(WireReader *reader, const char *field, size_t count) {
    if (count < 1 || count > LEDGER_INVOICES_MAX) {
        wire_fault(reader, "LIST_SIZE", "%s has %zu rows; send 1 to %d.", field, count,
                   LEDGER_INVOICES_MAX);
        return false;
    }
    return true;
}

static void read_balances(WireReader *reader, const AnswerText *text, BalanceAnswer *answer) {
    if (!list_check(reader, "balances", text->balance_count)) {
        return;
    }
    Money *balances = ARENA_ARRAY(reader->arena, Money, (ptrdiff_t)text->balance_count);
    for (size_t i = 0; i < text->balance_count && wire_is_good(reader); i++) {
        balances[i] = wire_balance(reader, "balances", text->balances[i]);
        for (size_t before = 0; before < i; before++) {
            if (currency_equals(balances[before].currency, balances[i].currency)) {
                wire_fault(reader, "LIST_REPEATS",
                           "balances has a currency twice; send one balance for each.");
            }
        }
    }
    answer->balances = balances;
    answer->balance_count = (int)text->balance_count;
}

/* Where the customer's word is kept: without it an answer is no evidence. */
static Str read_evidence(WireReader *reader, const char *text) {
    Str evidence = wire_text(reader, "evidence", text, LEDGER_REASON_MAX);
    if (str_is_empty(evidence)) {
        wire_fault(reader, "EVIDENCE_MISSING",
                   "evidence is empty; say how the answer is known and where that is kept.");
    }
    return evidence;
}

static BalanceAnswer read_answer(WireReader *reader, const AnswerText *text) {
    BalanceAnswer answer = {.statement =
                                wire_number(reader, "statement_number", text->statement_number),
                            .agreed_on = wire_date(reader, "agreed_on", text->agreed_on),
                            .evidence = read_evidence(reader, text->evidence),
                            .actor = billing_actor(reader, text->actor)};
    read_balances(reader, text, &answer);
    return answer;
}

static DisputedLine read_line(WireReader *reader, const Arrears__Billing__V1__DisputedLine *text) {
    DisputedLine line = {
        .item = wire_item(reader, &(WireItem){"lines.invoice_number", text->invoice_number,
                                              text->charge, text->instalment}),
        .acknowledged = wire_money(reader, "lines.acknowledged", text->acknowledged),
        .reason = wire_text(reader, "lines.reason", text->reason, LEDGER_REASON_MAX)};
    if (str_is_empty(line.reason)) {
        wire_fault(reader, "REASON_MISSING", "lines.reason is empty; say why it is disputed.");
    }
    return line;
}

static void read_lines(WireReader *reader, Arrears__Billing__V1__DisputedLine *const *texts,
                       size_t count, BalanceAnswer *answer) {
    if (!list_check(reader, "lines", count)) {
        return;
    }
    DisputedLine *lines = ARENA_ARRAY(reader->arena, DisputedLine, (ptrdiff_t)count);
    for (size_t i = 0; i < count && wire_is_good(reader); i++) {
        lines[i] = read_line(reader, texts[i]);
        for (size_t before = 0; before < i; before++) {
            if (item_key_equals(lines[before].item, lines[i].item)) {
                wire_fault(reader, "LIST_REPEATS", "lines names an item twice; send each once.");
            }
        }
    }
    answer->lines = lines;
    answer->line_count = (int)count;
}

void billing_balance_agreed(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__BalanceAgreed *agreed = event->balance_agreed;
    message->account = billing_account(reader, agreed->creditor, agreed->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_BALANCE_AGREED,
        .document =
            billing_document(reader, DOCUMENT_BALANCE_AGREED, agreed->number, &agreed->base),
        .answer = read_answer(reader, ANSWER_TEXT(agreed)),
    };
}

void billing_balance_disputed(WireReader *reader, const BillingEvent *event,
                              LedgerMessage *message) {
    Arrears__Billing__V1__BalanceDisputed *disputed = event->balance_disputed;
    message->account = billing_account(reader, disputed->creditor, disputed->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_BALANCE_DISPUTED,
        .document =
            billing_document(reader, DOCUMENT_BALANCE_DISPUTED, disputed->number, &disputed->base),
        .answer = read_answer(reader, ANSWER_TEXT(disputed)),
    };
    read_lines(reader, disputed->lines, disputed->n_lines, &message->input.answer);
}
