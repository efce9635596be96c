#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/str.h"
#include "contract/seal.h"

/* The head of a task's journal at the end of a day, as a signed text that other tools read too: a
 * C2SP checkpoint (https://c2sp.org/tlog-checkpoint) in a signed note
 * (https://c2sp.org/signed-note), with two lines of our own. A day's head names the hash of the
 * whole note before it, so that none can be left out or put in later.
 *
 *     arrears/ledger/3                                     which tree: the ledger's task 3
 *     20852163                                             entries
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=         root of the Merkle tree over them
 *     day 2026-11-21
 *     previous RqKQjWYtqZ+0oC0G1oTqV0bJb0Y8xJ9Nd0i3d0Yq0wA=    or "previous none"
 *
 *     — arrears/ledger/3 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJ...
 *
 * What is signed is the text up to the empty line. The signature is Ed25519's over exactly these
 * bytes, and four bytes before it say which key made it; the key's name is that of the tree. */
typedef struct JournalHead {
    int32_t task;
    Date day;
    int64_t size;
    Hash root;
    bool has_previous;
    Hash previous; /* of the whole note */
} JournalHead;

enum { JOURNAL_NOTE_MAX = 4096, JOURNAL_SIGNATURES_MAX = 16 };

/* The note; the same head has the same note. */
Str journal_head_sign(const JournalHead *head, const KeyPair *key, Arena *arena);

/* What a note says, whoever signed it; false when it is no such note, or says it in other words
 * than journal_head_sign does. */
bool journal_head_parse(Str note, Arena *arena, JournalHead *head) MUST_USE;
/* Whether a key of the ring has signed the note: verify first, believe then. */
bool journal_head_verify(Str note, const KeyRing *ring, Arena *arena) MUST_USE;
