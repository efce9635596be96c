#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "contract/seal.h"

/* The secret keys that sign the heads of the journal, the oldest first:
 *
 *     journal-1 9d61b19d... until 2026-03-31
 *     journal-2 4ccd089b...
 *
 * Each but the last has the last day whose head it signs, and the last one has none. So a change of
 * keys is a day, the same for every worker, and for who decides all days again. The one line that
 * `arrears keys new` writes is such a file; comments and empty lines are as in any key file. */
enum { JOURNAL_KEYS_MAX = 32 };

typedef struct JournalKey {
    Str id; /* in the text that was parsed */
    KeyPair pair;
    Date until; /* DATE_NONE: no end */
} JournalKey;

typedef struct JournalKeys {
    JournalKey keys[JOURNAL_KEYS_MAX];
    int count;
} JournalKeys;

/* What stands in `keys` after false is secret, too, and of no use. */
bool journal_keys_parse(Str text, JournalKeys *keys, Err *err) MUST_USE;
/* The key that signs the head of a day: the first one that has not ended before. */
const KeyPair *journal_keys_of(const JournalKeys *keys, Date day);
