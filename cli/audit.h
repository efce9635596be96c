#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "cli/ask.h"
#include "cli/cli.h"
#include "contract/journal_head.h"
#include "contract/merkle.h"

/* `arrears audit`: what was signed and published of the journal, and what the ledger has of it.
 *
 * The heads come from arrears.ledger.v1 itself and count only under a key that the auditor has from
 * elsewhere. The ledger makes the trees again from its rows, a chunk a question, so that neither
 * side holds a journal.
 *   audit.c         the commands, findings
 *   audit_heads.c   heads: read, verified, their chain
 *   audit_replay.c  the trees, and the sums beside them
 *   audit_prove.c   proofs for single entries */

/* A head as it was published. */
typedef struct AuditHead {
    JournalHead head;
    Str note;
    int64_t offset;
} AuditHead;

typedef struct AuditTask {
    int32_t task;
    AuditHead *heads; /* signed by a known key, in the order of the topic, each once */
    int head_count;
    int head_room;
    int64_t rows;
    int64_t first; /* smallest and largest place of a row */
    int64_t last;
} AuditTask;

typedef struct AuditFinding {
    int32_t task;
    const char *kind; /* "changed": for programs */
    Str sentence;
} AuditFinding;

typedef struct Audit {
    Cli *cli;
    KeyRing ring;
    AuditTask *tasks; /* by number */
    int32_t task_count;
    AuditFinding *findings;
    int64_t finding_count; /* all of them; the first AUDIT_FINDINGS_MAX are kept */
    int64_t entries;       /* that were looked at */
} Audit;

enum { AUDIT_FINDINGS_MAX = 1000, AUDIT_CHUNK = 100000 /* places of a question */ };

void audit_find(Audit *audit, int32_t task, const char *kind, const char *format, ...) PRINTF(4, 5);

/* The keys of --key, else of the settings; CLI_DONE or the exit code. */
int audit_open(Cli *cli, Audit *audit) MUST_USE;

/* ---- audit_heads.c */
/* Every head of the topic; one that is not signed, or no head at all, is a finding. */
bool audit_read_heads(Audit *audit, Err *err) MUST_USE;
/* Each names the one before it; days and sizes do not go back. */
void audit_check_chain(Audit *audit, const AuditTask *task);
/* The heads that the ledger stores are those that it published. */
int audit_check_stored(Audit *audit, const AuditTask *task) MUST_USE;

/* ---- audit_replay.c */
/* All tasks, in turns; exit codes as above. */
int audit_replay(Audit *audit) MUST_USE;

/* Where a replay stands: asked from place to place. */
typedef struct ReplayPlace {
    int64_t next;
    int64_t size;
    Str frontier; /* hex */
    Str root;     /* hex */
} ReplayPlace;

/* One question, about the places from->next .. to-1. */
int audit_ask_replay(Cli *cli, int32_t task, int64_t to, const ReplayPlace *from,
                     Answer *answer) MUST_USE;
/* Where the replay stands after that answer; texts are copied. */
ReplayPlace audit_place(const Answer *answer, int64_t next, Arena *arena);
