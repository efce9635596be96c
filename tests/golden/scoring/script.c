#include "tests/golden/scoring/script.h"

#include "base/check.h"
#include "tests/harness/item.h"

/* The words of a line, from left to right, with the first fault remembered. */
typedef struct Words {
    Str rest;
    const char *fault;
} Words;

static Str word_take(Words *words) {
    StrCut cut = str_cut(words->rest, ' ');
    words->rest = str_trim(cut.tail);
    if (str_is_empty(cut.head) && words->fault == NULL) {
        words->fault = "a word is missing";
    }
    return cut.head;
}

static void keyword_take(Words *words, const char *keyword) {
    if (!str_equals(word_take(words), str_of(keyword))) {
        words->fault = keyword;
    }
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

static Date date_take(Words *words) {
    Date date = DATE_NONE;
    if (!date_parse(word_take(words), &date)) {
        words->fault = "a day YYYY-MM-DD is wanted";
    }
    return date;
}

static int32_t days_take(Words *words) {
    int64_t days = 0;
    keyword_take(words, "days");
    if (!str_parse_i64(word_take(words), &days)) {
        words->fault = "a number of days is wanted";
    }
    return (int32_t)days;
}

static ItemKey key_take(Words *words) {
    ItemKey key = {0};
    if (!item_parse(word_take(words), &key)) {
        words->fault = "INVOICE, INVOICE/INSTALMENT or INVOICE+CHARGE/NUMBER is wanted";
    }
    return key;
}

static void read_moved(Words *words, ScoringInput *input, ScoringInputKind kind) {
    input->kind = kind;
    input->key = key_take(words);
    input->amount = money_take(words);
}

static void read_invoice(Words *words, ScoringInput *input) {
    read_moved(words, input, SCORING_POSTED);
}

static void read_reversed(Words *words, ScoringInput *input) {
    read_moved(words, input, SCORING_REVERSED);
}

static void read_written(Words *words, ScoringInput *input) {
    read_moved(words, input, SCORING_WRITTEN_OFF);
}

static void read_credit(Words *words, ScoringInput *input) {
    input->kind = SCORING_CREDIT_POSTED;
    input->amount = money_take(words);
}

static void read_spent(Words *words, ScoringInput *input) {
    input->kind = SCORING_SPENT;
    input->amount = money_take(words);
}

static void open_take(Words *words, ScoringInput *input) {
    keyword_take(words, "open");
    input->open = money_take(words);
}

static void read_allocated(Words *words, ScoringInput *input) {
    read_moved(words, input, SCORING_ALLOCATED);
    open_take(words, input);
}

static void read_forgiven(Words *words, ScoringInput *input) {
    read_moved(words, input, SCORING_FORGIVEN);
    open_take(words, input);
}

static void read_reduced(Words *words, ScoringInput *input) {
    read_moved(words, input, SCORING_REDUCED);
    open_take(words, input);
}

static void read_reopened(Words *words, ScoringInput *input) {
    read_moved(words, input, SCORING_REOPENED);
    open_take(words, input);
    keyword_take(words, "due");
    input->due_on = date_take(words);
    input->paid = true;
}

static void read_extended(Words *words, ScoringInput *input) {
    input->kind = SCORING_DUE_CHANGED;
    input->key = key_take(words);
    keyword_take(words, "to");
    input->due_on = date_take(words);
}

static void read_settled(Words *words, ScoringInput *input) {
    input->kind = SCORING_SETTLED;
    input->key = key_take(words);
    input->days = days_take(words);
}

static void read_bucket(Words *words, ScoringInput *input) {
    input->kind = SCORING_BUCKET_ENTERED;
    input->key = key_take(words);
    open_take(words, input);
    input->days = days_take(words);
}

static void read_nothing(Words *words, ScoringInput *input) {
    (void)words, (void)input;
}

typedef struct VerbRow {
    const char *verb;
    void (*read)(Words *words, ScoringInput *input);
} VerbRow;

static const VerbRow VERBS[] = {
    {"invoice", read_invoice},   {"credit", read_credit},     {"allocated", read_allocated},
    {"forgiven", read_forgiven}, {"reduced", read_reduced},   {"reopened", read_reopened},
    {"settled", read_settled},   {"reversed", read_reversed}, {"written", read_written},
    {"bucket", read_bucket},     {"extended", read_extended}, {"spent", read_spent},
    {"again", read_nothing},     {"profile", read_nothing},
};

bool script_line_parse(Str text, Arena *arena, ScriptLine *line, Err *err) {
    Words words = {.rest = str_trim(str_copy(arena, text))};
    *line = (ScriptLine){.day = date_take(&words)};
    line->verb = word_take(&words);
    const VerbRow *row = NULL;
    for (ptrdiff_t i = 0; i < COUNT_OF(VERBS); i++) {
        row = str_equals(line->verb, str_of(VERBS[i].verb)) ? &VERBS[i] : row;
    }
    if (row == NULL) {
        return err_set(err, VERDICT_STOP, "SCRIPT", "\"%.*s\" is no verb", STR_ARGS(line->verb));
    }
    row->read(&words, &line->input);
    if (!str_is_empty(words.rest)) {
        words.fault = "words are left over";
    }
    return words.fault == NULL || err_set(err, VERDICT_STOP, "SCRIPT", "%s", words.fault);
}
