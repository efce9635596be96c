/* GET /v1/audit/replay?task=T&from=P&to=Q&size=N&frontier=HEX: the rows of the places P..Q-1, each
 * made into its leaf again and compared with the leaf that was stored with it, and the tree that
 * the stored leaves grow into from the one that was given.
 *
 * So a whole journal is gone through in chunks, and nobody holds more than a chunk: what one answer
 * says of the tree is given to the next question. A changed row is found because its leaf differs;
 * where somebody has changed the leaf as well, it is the root that differs from what was signed. */
#include "base/check.h"
#include "chassis/broken.h"
#include "contract/merkle.h"
#include "ledger/query/audit.h"
#include "ledger/query/sums.h"

enum {
    REPLAY_MOST = 1000000, /* places of a question */
    FETCHED_BYTES = 64 << 20,
    SWAPPED_MOST = 100, /* faults of a chunk that are compared with each other */
};

static const PgStatement DECLARE = {
    "audit_declare", "DECLARE audit NO SCROLL CURSOR FOR SELECT " AUDIT_COLUMNS " FROM " AUDIT_ROWS
                     " WHERE e.task = $1 AND e.position >= $2 AND e.position < $3"
                     " ORDER BY e.position, e.account, e.entry"};
static const PgStatement FETCH = {"audit_fetch", "FETCH 4000 FROM audit"};

/* A row that is not what was written. */
typedef struct Suspect {
    Leaf leaf;
    Hash stored;
    int64_t position;
    json_t *fault; /* of the list, which owns it */
} Suspect;

typedef struct Replay {
    const Asked *asked;
    int32_t task;
    int64_t from;
    int64_t to;
    int64_t next; /* place that is expected */
    int64_t rows;
    int64_t fault_count;
    MerkleTree tree;
    Sums sums;
    json_t *faults; /* the first ones */
    Suspect suspects[SWAPPED_MOST];
    int suspect_count;
} Replay;

/* ---- faults */

static void fault_add(Replay *replay, const char *kind, json_t *fault) {
    json_object_set_new(fault, "kind", json_string(kind));
    replay->fault_count++;
    if (json_array_size(replay->faults) < (size_t)replay->asked->row_limit) {
        json_array_append(replay->faults, fault);
    }
    json_decref(fault);
}

/* The places from the expected one up to `position` have no row. */
static void missing_add(Replay *replay, int64_t position) {
    if (position > replay->next) {
        fault_add(replay, "missing",
                  json_pack("{s:I, s:I}", "position", (json_int_t)replay->next, "count",
                            (json_int_t)(position - replay->next)));
        replay->next = position;
    }
}

static Leaf leaf_kept(const Leaf *leaf, Arena *arena) {
    Leaf kept = {.arena = arena, .count = leaf->count};
    for (int i = 0; i < leaf->count; i++) {
        kept.fields[i] = (LeafField){leaf->fields[i].name, str_copy(arena, leaf->fields[i].text)};
    }
    return kept;
}

static void changed_add(Replay *replay, const Leaf *leaf, Hash stored, json_t *fault) {
    bool listed = json_array_size(replay->faults) < (size_t)replay->asked->row_limit;
    if (listed && replay->suspect_count < SWAPPED_MOST) {
        replay->suspects[replay->suspect_count++] =
            (Suspect){.leaf = leaf_kept(leaf, replay->asked->arena),
                      .stored = stored,
                      .position = json_integer_value(json_object_get(fault, "position")),
                      .fault = fault};
    }
    fault_add(replay, "changed", fault);
}

/* What stands here was written for there: with its leaf, or without it. */
static bool belongs_to(const Suspect *here, const Suspect *there) {
    Leaf moved = leaf_moved(&here->leaf, there->position);
    Hash leaf = merkle_leaf(leaf_print(&moved));
    return hash_equals(leaf, here->stored) || hash_equals(leaf, there->stored);
}

static void swapped_find(Replay *replay) {
    for (int i = 0; i < replay->suspect_count; i++) {
        Suspect *here = &replay->suspects[i];
        for (int k = 0; k < replay->suspect_count; k++) {
            const Suspect *there = &replay->suspects[k];
            if (k != i && belongs_to(here, there)) {
                json_object_set_new(here->fault, "kind", json_string("swapped"));
                json_object_set_new(here->fault, "belongs", json_integer(there->position));
            }
        }
    }
}

/* ---- rows */

static bool is_as_written(const Leaf *leaf, Hash stored) {
    return BROKEN("no_leaf_check") || hash_equals(merkle_leaf(leaf_print(leaf)), stored);
}

static bool sums_add_row(Replay *replay, const PgRows *rows, ptrdiff_t row) {
    RowMoved moved = row_moved(rows, row);
    int64_t against = moved.minor > INT64_MIN ? -moved.minor : INT64_MAX;
    return sums_add(&replay->sums,
                    (Sum){moved.creditor, moved.debit, moved.currency, moved.minor}) &&
           sums_add(&replay->sums, (Sum){moved.creditor, moved.credit, moved.currency, against});
}

static void place_take(Replay *replay, const PgRows *rows, ptrdiff_t row, Arena *scratch) {
    Leaf leaf = row_leaf(rows, row, replay->task, scratch);
    Hash stored = {{0}};
    bool whole = row_stored(rows, row, &stored);
    missing_add(replay, row_position(rows, row));
    if (!whole || !is_as_written(&leaf, stored)) {
        changed_add(replay, &leaf, stored, row_json(rows, row));
    }
    merkle_append(&replay->tree, stored);
    replay->next++;
}

static bool row_take(Replay *replay, const PgRows *rows, ptrdiff_t row, Arena *scratch) {
    replay->rows++;
    if (row_position(rows, row) < replay->next) {
        fault_add(replay, "doubled", row_json(rows, row));
    } else {
        place_take(replay, rows, row, scratch);
    }
    return sums_add_row(replay, rows, row);
}

static bool rows_take(Replay *replay, Arena *scratch, ptrdiff_t *count, Err *err) {
    PgRows rows;
    arena_reset(scratch);
    if (!pg_run(replay->asked->pg, &FETCH, NULL, scratch, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        if (!row_take(replay, &rows, i, scratch)) {
            return err_set(err, VERDICT_STOP, "TOO_MANY_SUMS",
                           "one chunk moves more than %d accounts of the chart", SUMS_ROOM / 2);
        }
    }
    *count = rows.count;
    return true;
}

static bool replay_run(Replay *replay, Err *err) {
    PgParams *params = pg_params(replay->asked->arena);
    pg_add_i32(params, replay->task);
    pg_add_i64(params, replay->from);
    pg_add_i64(params, replay->to);
    if (!pg_run(replay->asked->pg, &DECLARE, params, replay->asked->arena, NULL, err)) {
        return false;
    }
    Arena scratch = arena_open("replay", FETCHED_BYTES);
    bool good = true;
    for (ptrdiff_t count = 1; good && count > 0;) {
        good = rows_take(replay, &scratch, &count, err);
    }
    arena_close(&scratch);
    missing_add(replay, replay->to);
    swapped_find(replay);
    return good;
}

/* ---- the question */

static bool frontier_read(const Asked *asked, int64_t size, MerkleTree *tree) {
    Str frontier;
    if (str_parse_hex(asked->arena, http_parameter(asked->request, "frontier"), &frontier) &&
        merkle_restore(size, frontier, tree)) {
        return true;
    }
    http_refuse(asked->arena, asked->answer, 400, "FRONTIER",
                "frontier is not what an answer of this question gave for that size.");
    return false;
}

static bool question_read(const Asked *asked, Replay *replay) {
    int64_t task = 0;
    int64_t size = 0;
    if (!audit_number(asked, "task", -1, &task) ||
        !audit_number(asked, "from", -1, &replay->from) ||
        !audit_number(asked, "to", -1, &replay->to) ||
        !audit_number(asked, "size", replay->from, &size)) {
        return false;
    }
    if (task > INT32_MAX || replay->to < replay->from || replay->to - replay->from > REPLAY_MOST) {
        http_refuse(asked->arena, asked->answer, 400, "SPAN",
                    "A question is about the places from..to-1 of a task, at most %d of them.",
                    REPLAY_MOST);
        return false;
    }
    replay->task = (int32_t)task;
    replay->next = replay->from;
    return frontier_read(asked, size, &replay->tree);
}

static json_t *replay_json(const Replay *replay) {
    Arena *arena = replay->asked->arena;
    Hash root = merkle_root(&replay->tree);
    return json_pack("{s:I, s:I, s:o, s:o, s:o, s:I, s:o}",                       //
                     "rows", (json_int_t)replay->rows,                            //
                     "size", (json_int_t)replay->tree.size,                       //
                     "frontier", json_hex(arena, merkle_frontier(&replay->tree)), //
                     "root", json_hex(arena, str_from(root.bytes, HASH_SIZE)),    //
                     "faults", replay->faults,                                    //
                     "fault_count", (json_int_t)replay->fault_count,              //
                     "sums", sums_json(&replay->sums));
}

bool query_audit_replay(const Asked *asked, Err *err) {
    Replay *replay = ARENA_NEW(asked->arena, Replay);
    replay->asked = asked;
    if (!question_read(asked, replay)) {
        return true;
    }
    replay->faults = json_array();
    replay->sums = sums_new(asked->arena);
    if (!replay_run(replay, err)) {
        json_decref(replay->faults);
        return false;
    }
    answer_json(asked->answer, asked->arena, 200, replay_json(replay));
    return true;
}
