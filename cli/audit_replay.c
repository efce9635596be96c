/* The trees of all tasks, made again by the ledger from its rows, chunk by chunk, and compared with
 * every head at the size that it counts. Tasks come in turns: their rows lie side by side, and what
 * the database has read for one is there for the next. */
#include <inttypes.h>

#include "base/check.h"
#include "cli/audit.h"
#include "cli/audit_sums.h"
#include "cli/progress.h"

enum { ANSWER_BYTES = 256 << 20, PLACE_BYTES = 1 << 20 };

typedef struct Replaying {
    const AuditTask *task;
    ReplayPlace at;
    Arena arena; /* of the place */
    int64_t end;
    Str frontier;      /* as it is stored, hex */
    AuditSums sums;    /* balances, and what their entries sum up to */
    int head;          /* next one to compare */
    int64_t confirmed; /* entries of the last head that fits; 0: none so far */
    int64_t broken;    /* first place that no head can be compared beyond; INT64_MAX: none */
    bool said;         /* that a head does not fit */
} Replaying;

int audit_ask_replay(Cli *cli, int32_t task, int64_t to, const ReplayPlace *from, Answer *answer) {
    Arena *arena = &cli->arena;
    Str pairs[] = {S("task"),     str_format(arena, "%d", (int)task),
                   S("from"),     str_format(arena, "%" PRId64, from->next),
                   S("to"),       str_format(arena, "%" PRId64, to),
                   S("size"),     str_format(arena, "%" PRId64, from->size),
                   S("frontier"), from->frontier};
    return ask(cli, "ARREARS_LEDGER_URL", cli->settings.ledger_url, S("/v1/audit/replay"), pairs,
               COUNT_OF(pairs), answer);
}

ReplayPlace audit_place(const Answer *answer, int64_t next, Arena *arena) {
    return (ReplayPlace){.next = next,
                         .size = json_number(answer->json, "size"),
                         .frontier = str_copy(arena, json_text(answer->json, "frontier")),
                         .root = str_copy(arena, json_text(answer->json, "root"))};
}

/* ---- what the ledger found in a chunk */

static void missing_say(Audit *audit, const Replaying *replaying, const json_t *fault) {
    int64_t first = json_number(fault, "position");
    int64_t count = json_number(fault, "count");
    bool tail = first + count >= replaying->end;
    audit_find(audit, replaying->task->task, tail ? "cut" : "missing",
               "%" PRId64 " %s missing at position %" PRId64 "%s: %s", count,
               count == 1 ? "entry is" : "entries are", first, count > 1 ? " and after it" : "",
               tail ? "the end of the journal was cut off" : "rows were deleted");
}

/* Which row, for people. */
static Str row_name(Audit *audit, const json_t *fault) {
    Str customer = json_text(fault, "customer");
    Str who = str_format(&audit->cli->arena, "%.*s/%.*s", STR_ARGS(json_text(fault, "creditor")),
                         STR_ARGS(customer));
    if (str_is_empty(customer)) {
        who = str_format(&audit->cli->arena, "an account without a row, number %" PRId64,
                         json_number(fault, "account"));
    }
    return str_format(&audit->cli->arena, "position %" PRId64 ", entry %" PRId64 " of %.*s",
                      json_number(fault, "position"), json_number(fault, "entry"), STR_ARGS(who));
}

static void row_say(Audit *audit, int32_t task, const json_t *fault) {
    Str kind = json_text(fault, "kind");
    Str row = row_name(audit, fault);
    if (str_equals(kind, S("swapped"))) {
        audit_find(audit, task, "swapped",
                   "%.*s: was written at position %" PRId64 ": rows were swapped", STR_ARGS(row),
                   json_number(fault, "belongs"));
    } else if (str_equals(kind, S("doubled"))) {
        audit_find(audit, task, "doubled",
                   "%.*s: the place is taken by another entry: a row was put in", STR_ARGS(row));
    } else {
        audit_find(audit, task, "changed", "%.*s: is not what was written: the row was changed",
                   STR_ARGS(row));
    }
}

/* A changed row alone leaves the tree as it is: that has the leaf which was stored. */
static void fault_take(Audit *audit, Replaying *replaying, const json_t *fault) {
    Str kind = json_text(fault, "kind");
    int64_t position = json_number(fault, "position");
    if (str_equals(kind, S("missing"))) {
        missing_say(audit, replaying, fault);
    } else {
        row_say(audit, replaying->task->task, fault);
    }
    if (!str_equals(kind, S("doubled")) && position < replaying->broken) {
        replaying->broken = position;
    }
}

static void faults_take(Audit *audit, Replaying *replaying, const json_t *answer) {
    size_t i;
    json_t *fault;
    const json_t *faults = json_object_get(answer, "faults");
    json_array_foreach(faults, i, fault) {
        fault_take(audit, replaying, fault);
    }
    int64_t more = json_number(answer, "fault_count") - (int64_t)json_array_size(faults);
    if (more > 0) {
        audit_find(audit, replaying->task->task, "changed",
                   "%" PRId64 " more faults up to position %" PRId64, more, replaying->at.next);
    }
}

/* ---- heads */

static bool root_fits(const Replaying *replaying, const JournalHead *head) {
    Hash root;
    return hash_parse(replaying->at.root, &root) && hash_equals(root, head->root);
}

static void unfit_say(Audit *audit, const Replaying *replaying, const JournalHead *head) {
    Str day = date_print(&audit->cli->arena, head->day);
    if (replaying->broken < head->size) {
        audit_find(audit, replaying->task->task, "unconfirmed",
                   "the signed head of %.*s (%" PRId64 " entries) does not fit the journal, from "
                   "what was found at position %" PRId64 " on; %" PRId64
                   " entries before it are as they were signed",
                   STR_ARGS(day), head->size, replaying->broken, replaying->confirmed);
        return;
    }
    audit_find(audit, replaying->task->task, "altered",
               "the signed head of %.*s (%" PRId64 " entries) does not fit the journal: among "
               "positions %" PRId64 " to %" PRId64
               " rows were changed together with their stored hashes, or swapped, or the head is "
               "not of this journal",
               STR_ARGS(day), head->size, replaying->confirmed, head->size - 1);
}

/* The heads of exactly this size; after the first that does not fit, none can. */
static void heads_compare(Audit *audit, Replaying *replaying) {
    const AuditTask *task = replaying->task;
    while (replaying->head < task->head_count &&
           task->heads[replaying->head].head.size <= replaying->at.next) {
        const JournalHead *head = &task->heads[replaying->head++].head;
        if (head->size < replaying->at.next) {
            continue; /* sizes go back: the chain has said so */
        }
        if (root_fits(replaying, head)) {
            replaying->confirmed = head->size;
        } else if (!replaying->said) {
            replaying->said = true;
            unfit_say(audit, replaying, head);
        }
    }
}

/* What was signed and is not there any more. */
static void cut_check(Audit *audit, const Replaying *replaying) {
    const AuditTask *task = replaying->task;
    for (int i = replaying->head; i < task->head_count; i++) {
        const JournalHead *head = &task->heads[i].head;
        if (head->size > replaying->end) {
            audit_find(audit, task->task, "cut",
                       "the signed head of %.*s counts %" PRId64
                       " entries, the journal has %" PRId64 ": positions %" PRId64 " to %" PRId64
                       " are gone, the end was cut off",
                       STR_ARGS(date_print(&audit->cli->arena, head->day)), head->size,
                       replaying->end, replaying->end, head->size - 1);
            return;
        }
    }
}

/* ---- one task */

static void outside_check(Audit *audit, const Replaying *replaying) {
    const AuditTask *task = replaying->task;
    if (task->first < 0) {
        audit_find(audit, task->task, "doubled",
                   "rows stand before the first place, the first at position %" PRId64
                   ": they were put in",
                   task->first);
    }
    if (task->last >= replaying->end && replaying->end > 0) {
        audit_find(audit, task->task, "doubled",
                   "rows stand after the end of the tree of %" PRId64
                   " entries, the last at position %" PRId64 ": they were put in, or the tree was "
                   "set back",
                   replaying->end, task->last);
    }
}

static void end_check(Audit *audit, const Replaying *replaying) {
    bool whole = replaying->broken == INT64_MAX;
    outside_check(audit, replaying);
    cut_check(audit, replaying);
    if (whole && !str_equals(replaying->at.frontier, replaying->frontier)) {
        audit_find(audit, replaying->task->task, "tree",
                   "the stored state of the tree is not that of its %" PRId64
                   " entries: it was changed, or stored hashes after the last head were",
                   replaying->end);
    }
    audit_sums_check(audit, replaying->task->task, &replaying->sums);
}

static int replay_begin(Audit *audit, Replaying *replaying) {
    Answer answer;
    Cli *cli = audit->cli;
    Arena *arena = &cli->arena;
    Str pairs[] = {S("task"), str_format(arena, "%d", (int)replaying->task->task)};
    int code = ask(cli, "ARREARS_LEDGER_URL", cli->settings.ledger_url, S("/v1/audit/balances"),
                   pairs, COUNT_OF(pairs), &answer);
    if (code != CLI_DONE) {
        return code;
    }
    Hash empty = hash_of((Str){0});
    replaying->end = json_number(answer.json, "size");
    replaying->frontier = str_copy(arena, json_text(answer.json, "frontier"));
    replaying->at = (ReplayPlace){.frontier = S(""), .root = hash_hex(arena, empty)};
    replaying->sums = audit_sums(arena, json_object_get(answer.json, "balances"));
    replaying->arena = arena_open("place", PLACE_BYTES);
    replaying->broken = INT64_MAX;
    ask_end(&answer);
    heads_compare(audit, replaying);
    return CLI_DONE;
}

/* Up to a chunk, and never beyond the size of the next head. */
static int64_t chunk_end(const Replaying *replaying) {
    int64_t to = replaying->at.next + AUDIT_CHUNK;
    to = to < replaying->end ? to : replaying->end;
    if (replaying->head < replaying->task->head_count) {
        int64_t size = replaying->task->heads[replaying->head].head.size;
        to = size < to ? size : to;
    }
    return to;
}

/* inner: with an arena of its own, for one answer. */
static int replay_step(Audit *audit, Replaying *replaying, Cli *inner) {
    Answer answer;
    int64_t to = chunk_end(replaying);
    arena_reset(&inner->arena);
    int code = audit_ask_replay(inner, replaying->task->task, to, &replaying->at, &answer);
    if (code != CLI_DONE) {
        return code;
    }
    audit->entries += json_number(answer.json, "rows");
    arena_reset(&replaying->arena);
    replaying->at = audit_place(&answer, to, &replaying->arena);
    faults_take(audit, replaying, answer.json);
    audit_sums_add(&replaying->sums, json_object_get(answer.json, "sums"));
    ask_end(&answer);
    heads_compare(audit, replaying);
    return CLI_DONE;
}

/* ---- all of them */

static int replay_turns(Audit *audit, Replaying *all, int64_t total) {
    Cli inner = *audit->cli;
    inner.arena = arena_open("audit answer", ANSWER_BYTES);
    Progress progress = progress_start("entries", total);
    int code = CLI_DONE;
    bool more = true;
    while (code == CLI_DONE && more) {
        more = false;
        for (int32_t i = 0; i < audit->task_count && code == CLI_DONE; i++) {
            if (all[i].at.next < all[i].end) {
                code = replay_step(audit, &all[i], &inner);
                more |= all[i].at.next < all[i].end;
            }
        }
        progress_show(&progress, audit->entries < total ? audit->entries : total, "");
    }
    progress_end(&progress);
    arena_close(&inner.arena);
    return code;
}

int audit_replay(Audit *audit) {
    Replaying *all = ARENA_ARRAY(&audit->cli->arena, Replaying, audit->task_count + 1);
    int64_t total = 0;
    int code = CLI_DONE;
    int32_t begun = 0;
    for (; begun < audit->task_count && code == CLI_DONE; begun++) {
        all[begun].task = &audit->tasks[begun];
        code = replay_begin(audit, &all[begun]);
        total += all[begun].end;
    }
    if (code == CLI_DONE) {
        code = replay_turns(audit, all, total);
    }
    for (int32_t i = 0; i < begun; i++) {
        if (code == CLI_DONE) {
            end_check(audit, &all[i]);
        }
        arena_close(&all[i].arena);
    }
    return code;
}
