/* Placeholders: one scanner, for the check when a document is read and for the letter that is
 * written from it, so that both see the same ones. */
#include "policy/placeholder.h"

#include "base/check.h"
#include "policy/yaml.h"

static const char *const NAMES[PLACEHOLDER_COUNT] = {
    [PLACEHOLDER_NONE] = "",
    [PLACEHOLDER_CUSTOMER_NAME] = "customer_name",
    [PLACEHOLDER_CREDITOR_NAME] = "creditor_name",
    [PLACEHOLDER_TOTAL] = "total",
    [PLACEHOLDER_ITEMS] = "items",
    [PLACEHOLDER_OLDEST_DAYS] = "oldest_days",
    [PLACEHOLDER_PAY_UNTIL] = "pay_until",
    [PLACEHOLDER_PHONE] = "phone",
};
#define KNOWN "{customer_name} {creditor_name} {total} {items} {oldest_days} {pay_until} {phone}"

const char *placeholder_name(Placeholder placeholder) {
    CHECK(placeholder < PLACEHOLDER_COUNT);
    return NAMES[placeholder];
}

static Placeholder placeholder_find(Str name) {
    for (int i = 1; i < PLACEHOLDER_COUNT; i++) {
        if (str_equals(str_of(NAMES[i]), name)) {
            return (Placeholder)i;
        }
    }
    return PLACEHOLDER_NONE;
}

/* ---- the scanner */

/* The next brace of a text and what belongs to it. */
typedef struct BraceCut {
    Str before;
    char brace; /* '{', or '}' that nothing opened; NUL: there is none */
    Str word;   /* after '{', up to what ends it */
    bool closed;
    Str after;
} BraceCut;

static ptrdiff_t brace_at(Str text, ptrdiff_t from) {
    ptrdiff_t at = from;
    while (at < text.len && text.ptr[at] != '{' && text.ptr[at] != '}') {
        at++;
    }
    return at;
}

static BraceCut brace_cut(Str text) {
    ptrdiff_t open = brace_at(text, 0);
    if (open == text.len) {
        return (BraceCut){.before = text};
    }
    BraceCut cut = {.before = str_slice(text, 0, open),
                    .brace = text.ptr[open],
                    .after = str_slice(text, open + 1, text.len)};
    if (cut.brace == '{') {
        ptrdiff_t close = brace_at(text, open + 1);
        cut.word = str_slice(text, open + 1, close);
        cut.closed = close < text.len && text.ptr[close] == '}';
        cut.after = str_slice(text, cut.closed ? close + 1 : close, text.len);
    }
    return cut;
}

PlaceholderCut placeholder_cut(Str text) {
    BraceCut cut = brace_cut(text);
    if (cut.brace == '\0') {
        return (PlaceholderCut){.before = text};
    }
    Placeholder placeholder = placeholder_find(cut.word);
    CHECK(cut.closed && placeholder != PLACEHOLDER_NONE); /* the text was not checked */
    return (PlaceholderCut){cut.before, placeholder, cut.after};
}

/* ---- the check */

/* As much of a word as a sentence needs to show it; never a part of a character. */
static Str word_shown(Str word) {
    enum { SHOWN_MAX = 32 };
    ptrdiff_t len = word.len < SHOWN_MAX ? word.len : SHOWN_MAX;
    while (len > 0 && !str_is_line(str_slice(word, 0, len))) {
        len--;
    }
    return str_slice(word, 0, len);
}

static bool brace_check(const BraceCut *cut, const char *place, Err *err) {
    Str shown = word_shown(cut->word);
    if (cut->brace == '}') {
        return yaml_fault(err, "%s: a \"}\" has no \"{\" before it", place);
    }
    if (!cut->closed) {
        return yaml_fault(err, "%s: \"{%.*s\" has no \"}\" after it", place, STR_ARGS(shown));
    }
    if (placeholder_find(cut->word) == PLACEHOLDER_NONE) {
        return yaml_fault(err, "%s: \"{%.*s}\" is no placeholder; known are " KNOWN, place,
                          STR_ARGS(shown));
    }
    return true;
}

/* All braces of a line; counts those of the table. */
static bool braces_check(Str line, const char *place, int *tables, Err *err) {
    for (BraceCut cut = brace_cut(line); cut.brace != '\0'; cut = brace_cut(cut.after)) {
        if (!brace_check(&cut, place, err)) {
            return false;
        }
        *tables += placeholder_find(cut.word) == PLACEHOLDER_ITEMS;
    }
    return true;
}

static bool line_check(Str line, const char *place, Err *err) {
    return str_is_line(line) || yaml_fault(err, "%s: it has a control character", place);
}

bool placeholder_check_text(Str text, const char *place, Err *err) {
    int tables = 0;
    while (!str_is_empty(text)) {
        StrCut cut = str_cut(text, '\n');
        int before = tables;
        if (!line_check(cut.head, place, err) || !braces_check(cut.head, place, &tables, err)) {
            return false;
        }
        if (tables > before && !str_equals(str_trim(cut.head), S("{items}"))) {
            return yaml_fault(err,
                              "%s: \"{items}\" stands on a line of its own; where lines are "
                              "folded, between blank ones",
                              place);
        }
        text = cut.tail;
    }
    if (tables == 0) {
        return yaml_fault(err, "%s: \"{items}\" is missing: what is owed has to be listed", place);
    }
    return tables == 1 || yaml_fault(err, "%s: \"{items}\" stands here twice", place);
}

bool placeholder_check_subject(Str subject, const char *place, Err *err) {
    int tables = 0;
    if (str_is_empty(str_trim(subject))) {
        return yaml_fault(err, "%s: there is nothing in it", place);
    }
    if (!line_check(subject, place, err) || !braces_check(subject, place, &tables, err)) {
        return false;
    }
    return tables == 0 || yaml_fault(err, "%s: \"{items}\" has no room in a subject", place);
}
