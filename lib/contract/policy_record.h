#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"
#include "contract/seal.h"

/* A record of arrears.policies.v1: one rule document, or the set of documents that are in force
 * together.
 *
 * Its key is the content's hash in 64 hex digits: SHA-256 of the document's YAML bytes, or of the
 * serialized set. */
typedef struct PolicyEntry {
    Str path; /* below policies/: "aging/standard.yaml" */
    Str hash; /* 64 hex digits */
} PolicyEntry;

typedef struct PolicyRecord {
    bool is_set;
    Str path; /* of a document */
    Str yaml;
    const PolicyEntry *entries; /* of a set, ordered by path */
    int entry_count;
    Hash hash; /* of the content, computed here */
} PolicyRecord;

enum { POLICY_BYTES_MAX = 256 << 10, POLICY_ENTRIES_MAX = 256 };

/* False: not a policy record. */
bool policy_record_decode(Str value, Arena *arena, PolicyRecord *record) MUST_USE;
/* Fills record->hash, which is the key. */
Str policy_record_encode(PolicyRecord *record, Arena *arena);
