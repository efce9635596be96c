#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/str.h"

/* Names that systems give to things, and the key under which they travel.
 *
 * A part is 1 to 64 characters of [A-Za-z0-9._~-]; an account is one customer of one creditor, its
 * key "creditor/customer". A leading '~' is ours ("~suspense"): the check lets it through, the
 * services refuse it from outside. Document numbers are free text with limits (id_is_number). */
enum { ID_PART_MAX = 64, ID_KEY_MAX = 2 * ID_PART_MAX + 1, ID_NUMBER_MAX = 64 };

typedef struct Account {
    Str creditor;
    Str customer;
} Account;

bool id_is_part(Str text);
/* 1 to 64 bytes of UTF-8 text without control characters and without blanks at the ends. */
bool id_is_number(Str text);

/* "creditor/customer" into its parts; they point into key. */
bool account_parse(Str key, Account *account) MUST_USE;
Str account_key(Arena *arena, Account account);
bool account_equals(Account a, Account b);
/* The order of keys: by creditor, then customer, byte by byte. */
int account_compare(Account a, Account b);
