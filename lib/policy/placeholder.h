#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* Words in braces in the texts of a ladder, filled when a letter is written: "by {pay_until}".
 *
 * A brace stands for nothing else, so that a slip of the pen is found when the document is read and
 * not by the customer. */
typedef enum Placeholder {
    PLACEHOLDER_NONE,
    PLACEHOLDER_CUSTOMER_NAME,
    PLACEHOLDER_CREDITOR_NAME,
    PLACEHOLDER_TOTAL,       /* of all overdue items: "1,234.50 EUR" */
    PLACEHOLDER_ITEMS,       /* the table of them: a line of its own, once in a text */
    PLACEHOLDER_OLDEST_DAYS, /* days past due of the oldest, with their unit: "15 days" */
    PLACEHOLDER_PAY_UNTIL,   /* "3 March 2026" */
    PLACEHOLDER_PHONE,       /* of the creditor */
    PLACEHOLDER_COUNT,
} Placeholder;

const char *placeholder_name(Placeholder placeholder);

/* False with a fault of meaning, "place: sentence", for a brace without its partner, a word that is
 * no placeholder, and "{items}" where it may not stand. */
bool placeholder_check_text(Str text, const char *place, Err *err) MUST_USE;
/* As above; a subject is one line and has no "{items}". */
bool placeholder_check_subject(Str subject, const char *place, Err *err) MUST_USE;

/* The next one in a text that was checked: what stands before it and after it. PLACEHOLDER_NONE:
 * there is none, and `before` is all of the text. */
typedef struct PlaceholderCut {
    Str before;
    Placeholder placeholder;
    Str after;
} PlaceholderCut;

PlaceholderCut placeholder_cut(Str text);
