#include "tests/golden/interest/script.h"

#include "base/check.h"

/* The words of a line, from left to right, with the first fault remembered. */
typedef struct Words {
    Str rest;
    Date day;
    const char *fault;
} Words;

static Str word_take(Words *words) {
    StrCut cut = str_cut(str_trim(words->rest), ' ');
    words->rest = str_trim(cut.tail);
    return cut.head;
}

static Date date_take(Words *words) {
    Date date = DATE_NONE;
    if (!date_parse(word_take(words), &date)) {
        words->fault = "a day YYYY-MM-DD is wanted";
    }
    return date;
}

/* The day after the keyword; DATE_NONE where both are left out. */
static Date date_after(Words *words, Str keyword) {
    if (str_is_empty(words->rest)) {
        return DATE_NONE;
    }
    if (!str_equals(word_take(words), keyword)) {
        words->fault = "the word before the last day is none that is known here";
    }
    return date_take(words);
}

static Money money_take(Words *words, Currency currency) {
    Money money = money_of(0, currency);
    if (!money_parse(word_take(words), currency, &money)) {
        words->fault = "an amount is wanted";
    }
    return money;
}

static void read_invoice(Words *words, Script *script) {
    Str amount = word_take(words);
    Currency currency = {0};
    Money invoiced = {0};
    if (!currency_find(word_take(words), &currency) || !money_parse(amount, currency, &invoiced)) {
        words->fault = "an amount and its currency are wanted";
    }
    *script = (Script){.late = {.invoiced = invoiced,
                                .invoiced_on = words->day,
                                .due_on = date_after(words, S("due")),
                                .step_count = 1}};
    script->steps[0] = (OpenStep){.from = words->day, .open = invoiced};
}

static void step_add(Words *words, Script *script, Date from, int sign) {
    InterestCase *late = &script->late;
    if (late->step_count == 0 || late->step_count == SCRIPT_STEPS_MAX) {
        words->fault = "an invoice comes first, and not too many payments";
        return;
    }
    OpenStep step = {.from = from, .open = script->steps[late->step_count - 1].open};
    step.open.minor += sign * money_take(words, step.open.currency).minor;
    script->steps[late->step_count++] = step;
}

static void read_pause(Words *words, Script *script) {
    CHECK(script->late.pause_count < SCRIPT_STEPS_MAX);
    script->pauses[script->late.pause_count++] =
        (InterestPause){.from = words->day, .to = date_after(words, S("to"))};
}

static void read_question(Words *words, Script *script) {
    Date from = date_after(words, S("from"));
    script->late.first = date_is_none(from) ? script->late.invoiced_on : from;
    script->late.last = words->day;
    script->asked = true;
}

static void read_verb(Words *words, Script *script, Str verb) {
    if (str_equals(verb, S("invoice"))) {
        read_invoice(words, script);
    } else if (str_equals(verb, S("paid"))) {
        step_add(words, script, date_add(words->day, 1), -1);
    } else if (str_equals(verb, S("returned"))) {
        step_add(words, script, words->day, 1);
    } else if (str_equals(verb, S("pause"))) {
        read_pause(words, script);
    } else if (str_equals(verb, S("interest"))) {
        read_question(words, script);
    } else {
        words->fault = "invoice, paid, returned, pause or interest is wanted";
    }
}

bool script_line_read(Script *script, Str line, Err *err) {
    Words words = {.rest = line};
    words.day = date_take(&words);
    script->asked = false;
    if (words.fault == NULL) {
        read_verb(&words, script, word_take(&words));
    }
    if (words.fault == NULL && !str_is_empty(words.rest)) {
        words.fault = "there is a word too many";
    }
    script->late.steps = script->steps;
    script->late.pauses = script->pauses;
    return words.fault == NULL || err_set(err, VERDICT_STOP, "SCRIPT", "%s", words.fault);
}
