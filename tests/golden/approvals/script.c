#include "tests/golden/approvals/script.h"

#include "base/check.h"
#include "contract/seal.h"
#include "tests/harness/item.h"

enum { WEEK = 7 };

/* The words of a line, from left to right, with the first fault remembered. */
typedef struct Words {
    Arena *arena;
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

static void word_want(Words *words, const char *keyword) {
    if (!str_equals(word_take(words), str_of(keyword))) {
        words->fault = "\"by WHO\" is wanted";
    }
}

static Date date_take(Words *words) {
    Date date = DATE_NONE;
    if (!date_parse(word_take(words), &date)) {
        words->fault = "a day YYYY-MM-DD is wanted";
    }
    return date;
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

static Str bytes_of(Words *words, Str text, ptrdiff_t size) {
    Hash hash = hash_of(text);
    return str_copy(words->arena, str_from(hash.bytes, size));
}

static void read_request(Words *words, ScriptLine *line) {
    RequestItem *items = ARENA_ARRAY(words->arena, RequestItem, REQUEST_ITEMS_MAX);
    Request *request = &line->request;
    request->hash = bytes_of(words, words->rest, HASH_SIZE);
    request->kind = REQUEST_WRITE_OFF;
    request->id = word_take(words);
    if (!account_parse(word_take(words), &request->account)) {
        words->fault = "an account is wanted";
    }
    word_want(words, "by");
    request->requester = word_take(words);
    request->requested_on = line->day;
    request->items = items;
    while (!str_is_empty(words->rest) && words->fault == NULL) {
        RequestItem *item = &items[request->item_count++];
        if (!item_parse(word_take(words), &item->key)) {
            words->fault = "an item is wanted";
        }
        item->open = money_take(words);
        item->due_on = line->day;
        if (str_starts_with(words->rest, S("part "))) {
            word_want(words, "part");
            item->amount = money_take(words);
        }
        bool first = request->item_count == 1;
        Money amount = money_is_zero(item->amount) ? item->open : item->amount;
        CHECK(first || money_add(request->amount, amount, &request->amount));
        request->amount = first ? amount : request->amount;
    }
}

static void read_more(Words *words, ScriptLine *line) {
    Decision *decision = &line->decision;
    Str word = word_take(words);
    if (str_equals(word, S("from"))) {
        decision->not_before = date_take(words);
    } else if (str_equals(word, S("until"))) {
        decision->expires_on = date_take(words);
    } else if (str_equals(word, S("amount"))) {
        decision->amount = money_take(words);
        line->own_amount = true;
    } else if (str_equals(word, S("customer"))) {
        decision->account.customer = word_take(words);
        line->own_customer = true;
    } else if (str_equals(word, S("hash"))) {
        decision->hash = bytes_of(words, word_take(words), HASH_SIZE);
        line->own_hash = true;
    } else if (str_equals(word, S("nonce"))) {
        decision->nonce = bytes_of(words, word_take(words), NONCE_SIZE);
        line->own_nonce = true;
    } else if (str_equals(word, S("forged"))) {
        decision->proven = false;
    } else if (str_equals(word, S("garbled"))) {
        decision->readable = false;
    } else {
        words->fault = "an unknown word";
    }
}

static void read_decision(Words *words, ScriptLine *line, Choice choice) {
    Decision *decision = &line->decision;
    *decision = (Decision){.proven = true,
                           .readable = true,
                           .choice = choice,
                           .reason = S("looked into"),
                           .not_before = line->day,
                           .expires_on = date_add(line->day, WEEK)};
    decision->nonce = bytes_of(words, words->rest, NONCE_SIZE);
    line->verb = SCRIPT_DECISION;
    decision->request = word_take(words);
    word_want(words, "by");
    decision->actor = word_take(words);
    while (!str_is_empty(words->rest) && words->fault == NULL) {
        read_more(words, line);
    }
}

/* Blanks that align columns count once. */
static Str squeezed(Arena *arena, Str text) {
    StrBuilder built = str_builder(arena, 4 << 10);
    for (ptrdiff_t i = 0; i < text.len; i++) {
        bool again = i > 0 && text.ptr[i] == ' ' && text.ptr[i - 1] == ' ';
        if (!again) {
            str_add(&built, str_slice(text, i, i + 1));
        }
    }
    CHECK(!built.full);
    return str_built(&built);
}

bool script_line_parse(Str text, Arena *arena, ScriptLine *line, Err *err) {
    Words words = {.arena = arena, .rest = squeezed(arena, str_trim(text))};
    *line = (ScriptLine){0};
    line->day = date_take(&words);
    Str verb = word_take(&words);
    if (str_equals(verb, S("request"))) {
        read_request(&words, line);
    } else if (str_equals(verb, S("approve"))) {
        read_decision(&words, line, CHOICE_APPROVE);
    } else if (str_equals(verb, S("reject"))) {
        read_decision(&words, line, CHOICE_REJECT);
    } else {
        words.fault = "request, approve or reject is wanted";
    }
    return words.fault == NULL || err_set(err, VERDICT_STOP, "SCRIPT", "%s", words.fault);
}
