#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

/* Who is owed, and writes the reminders: policies/creditor/<id>.yaml.
 *
 * The id is the creditor of the accounts, letter by letter; a creditor without a document sends no
 * reminders. All texts are lines without control characters, so that none of them can add a header
 * to a mail. A changed document has a later valid_from. */
enum {
    CREDITOR_NAME_MAX = 100, /* bytes, as all of these */
    CREDITOR_LINE_MAX = 56,  /* stands beside a label in a letter of 72 columns */
    CREDITOR_LINES_MAX = 8,
    CREDITOR_PHONE_MAX = 40,
};

typedef struct Creditor {
    Str id;
    Date valid_from;
    Str name;
    Str address[CREDITOR_LINES_MAX];
    int address_count; /* at least one */
    Str mail_from;
    Str mail_reply_to; /* mail_from where the document names none */
    Str phone;
    Str pay_to[CREDITOR_LINES_MAX]; /* account holder, bank, IBAN, as they stand in a letter */
    int pay_to_count;               /* at least one */
    Str ladder;                     /* id of the ladder its customers are reminded by */
} Creditor;

/* Bytes of a document; texts are copied into the arena. A fault of form names the line it is near,
 * one of meaning the field. */
bool creditor_parse(Str yaml, Arena *arena, Creditor *creditor, Err *err) MUST_USE;
