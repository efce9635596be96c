/* The trees over the journals of the batch's tasks: loaded with it, stored in its transaction. */
#include "base/check.h"
#include "chassis/pg_columns.h"
#include "ledger/store/room.h"

static const PgStatement LOAD_TREES = {"ledger_load_trees",
                                       "SELECT task, size, frontier, last_head FROM journal_tree"
                                       " WHERE task = ANY($1::int[]) ORDER BY task"};

static const PgStatement SAVE_TREES = {
    "ledger_save_trees",
    "INSERT INTO journal_tree (task, size, frontier, last_head)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::bytea[]), unnest($4::bytea[])"
    " ON CONFLICT (task) DO UPDATE SET size = excluded.size, frontier = excluded.frontier,"
    "  last_head = excluded.last_head"};

static const PgStatement ADD_HEADS = {
    "ledger_add_heads",
    "INSERT INTO journal_head (task, size, root, day, note)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::bytea[]), unnest($4::date[]),"
    "        unnest($5::text[])"};

static void tree_read(const PgRows *rows, ptrdiff_t row, TaskTree *tree) {
    CHECK(merkle_restore(pg_i64(rows, row, 1), pg_text(rows, row, 2), &tree->tree));
    tree->loaded_size = tree->tree.size;
    tree->has_head = !pg_is_null(rows, row, 3);
    if (tree->has_head) {
        Str head = pg_text(rows, row, 3);
        CHECK(head.len == HASH_SIZE);
        memcpy(tree->last_head.bytes, head.ptr, HASH_SIZE);
    }
}

bool load_trees(const Load *load, Err *err) {
    const Books *books = load->books;
    int32_t *tasks = ARENA_ARRAY(load->arena, int32_t, books->aging_count);
    for (int i = 0; i < books->aging_count; i++) {
        tasks[i] = books->trees[i].task = books->agings[i].task;
    }
    PgParams *params = pg_params(load->arena);
    pg_add_i32_array(params, tasks, books->aging_count);
    PgRows rows;
    if (!room_ask(load, &LOAD_TREES, params, &rows, err)) {
        return false;
    }
    int at = 0; /* both are ordered by task */
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        while (books->trees[at].task != pg_i32(&rows, i, 0)) {
            at++;
            CHECK(at < books->aging_count);
        }
        tree_read(&rows, i, &books->trees[at]);
    }
    return true;
}

/* ---- saving */

/* A tree as its columns. */
typedef struct TreeRow {
    int32_t task;
    int64_t size;
    Str frontier;
    Str last_head; /* ptr NULL: none */
    Date sealed_on;
    Str root;
    Str note;
} TreeRow;

static bool is_sealed(const TaskTree *tree) {
    return !str_is_empty(tree->sealed);
}

static bool is_changed(const TaskTree *tree) {
    return tree->tree.size != tree->loaded_size || is_sealed(tree);
}

static Str hash_bytes(const Hash *hash) {
    return str_from(hash->bytes, HASH_SIZE);
}

static PgColumns trees_to_save(const Books *books, bool (*wanted)(const TaskTree *tree),
                               Arena *arena) {
    PgColumns columns = pg_columns(arena, books->aging_count);
    for (int i = 0; i < books->aging_count; i++) {
        const TaskTree *tree = &books->trees[i];
        if (wanted(tree)) {
            TreeRow *row = ARENA_NEW(arena, TreeRow);
            *row = (TreeRow){.task = tree->task,
                             .size = tree->tree.size,
                             .frontier = merkle_frontier(&tree->tree),
                             .last_head = tree->has_head ? hash_bytes(&tree->last_head) : (Str){0},
                             .sealed_on = tree->sealed_on,
                             .root = hash_bytes(&tree->sealed_root),
                             .note = tree->sealed};
            pg_columns_add(&columns, NULL, row);
        }
    }
    pg_column_i32(&columns, offsetof(TreeRow, task));
    pg_column_i64(&columns, offsetof(TreeRow, size));
    return columns;
}

bool save_trees(Pg *pg, const Books *books, Arena *arena, Err *err) {
    PgColumns trees = trees_to_save(books, is_changed, arena);
    pg_column_bytes(&trees, offsetof(TreeRow, frontier));
    pg_column_bytes_or_null(&trees, offsetof(TreeRow, last_head));
    PgColumns heads = trees_to_save(books, is_sealed, arena);
    pg_column_bytes(&heads, offsetof(TreeRow, root));
    pg_column_date(&heads, offsetof(TreeRow, sealed_on));
    pg_column_text(&heads, offsetof(TreeRow, note));
    return pg_columns_send(pg, &trees, &SAVE_TREES, err) &&
           pg_columns_send(pg, &heads, &ADD_HEADS, err);
}
