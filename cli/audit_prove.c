/* `arrears audit prove`: for each entry of an invoice, the way from its leaf to the root of the
 * latest signed head. Whoever has the public key checks it without us (docs/verify_proof.py). */
#include <inttypes.h>

#include "base/check.h"
#include "cli/audit.h"
#include "cli/person.h"
#include "contract/base64.h"

enum { SPANS_MAX = 4096, FIELDS_MAX = 64, FIELD_BYTES_MAX = 64 << 10 };

/* A subtree that was asked for: entries of one invoice share most of theirs. */
typedef struct SpanRoot {
    MerkleSpan span;
    Hash root;
} SpanRoot;

typedef struct Prove {
    Audit audit;
    int32_t task;
    const AuditHead *head;
    SpanRoot *roots;
    int root_count;
    json_t *proofs;
    int unsealed; /* entries that are later than the head */
    int refused;  /* that the journal does not prove */
} Prove;

/* ---- subtrees */

static bool span_is_known(const Prove *prove, MerkleSpan span, Hash *root) {
    for (int i = 0; i < prove->root_count; i++) {
        if (prove->roots[i].span.from == span.from && prove->roots[i].span.to == span.to) {
            *root = prove->roots[i].root;
            return true;
        }
    }
    return false;
}

static int span_ask(Prove *prove, MerkleSpan span, Hash *root) {
    Cli *cli = prove->audit.cli;
    ReplayPlace at = {.next = span.from, .frontier = S("")};
    while (at.next < span.to) {
        Answer answer;
        int64_t to = at.next + AUDIT_CHUNK < span.to ? at.next + AUDIT_CHUNK : span.to;
        int code = audit_ask_replay(cli, prove->task, to, &at, &answer);
        if (code != CLI_DONE) {
            return code;
        }
        at = audit_place(&answer, to, &cli->arena);
        ask_end(&answer);
    }
    return hash_parse(at.root, root) ? CLI_DONE : CLI_PARTLY;
}

static int path_fill(Prove *prove, MerklePath *path) {
    for (int i = 0; i < path->count; i++) {
        if (span_is_known(prove, path->spans[i], &path->hashes[i])) {
            continue;
        }
        int code = span_ask(prove, path->spans[i], &path->hashes[i]);
        if (code != CLI_DONE) {
            return code;
        }
        if (prove->root_count < SPANS_MAX) {
            prove->roots[prove->root_count++] = (SpanRoot){path->spans[i], path->hashes[i]};
        }
    }
    return CLI_DONE;
}

/* ---- entries */

/* The canonical form of what the ledger answered: lines `name length text`. */
static Str form_of(Arena *arena, const json_t *fields) {
    size_t i;
    json_t *field;
    StrBuilder form = str_builder(arena, FIELDS_MAX * FIELD_BYTES_MAX);
    json_array_foreach(fields, i, field) {
        const char *name = json_string_value(json_array_get(field, 0));
        const json_t *text = json_array_get(field, 1);
        str_addf(&form, "%s %zu ", name ? name : "", json_string_length(text));
        str_add(&form, str_from(json_string_value(text), (ptrdiff_t)json_string_length(text)));
        str_add(&form, S("\n"));
    }
    return str_built(&form);
}

static json_t *path_json(Arena *arena, const MerklePath *path) {
    json_t *list = json_array();
    for (int i = 0; i < path->count; i++) {
        Str text = base64_print(arena, str_from(path->hashes[i].bytes, HASH_SIZE));
        json_array_append_new(list, json_stringn(text.ptr, (size_t)text.len));
    }
    return list;
}

static int entry_prove(Prove *prove, const json_t *entry) {
    Arena *arena = &prove->audit.cli->arena;
    const JournalHead *head = &prove->head->head;
    json_t *fields = json_object_get(entry, "fields");
    int64_t position = json_number(entry, "position");
    if (position >= head->size) {
        prove->unsealed++;
        return CLI_DONE;
    }
    MerklePath path = merkle_path(position, head->size);
    int code = path_fill(prove, &path);
    MerkleClaim claim = {.leaf = merkle_leaf(form_of(arena, fields)),
                         .position = position,
                         .size = head->size,
                         .root = head->root};
    if (code == CLI_DONE && !merkle_verify(&claim, path.hashes, path.count)) {
        cli_say("the entry at position %" PRId64 " of task %d is not what was signed on %.*s; "
                "`arrears audit verify` says more",
                position, (int)prove->task, STR_ARGS(date_print(arena, head->day)));
        prove->refused++;
        return CLI_DONE;
    }
    if (code == CLI_DONE) {
        json_array_append_new(prove->proofs,
                              json_pack("{s:I, s:O, s:o}", "position", (json_int_t)position,
                                        "fields", fields, "path", path_json(arena, &path)));
    }
    return code;
}

/* ---- output */

static void print_entry(const json_t *proof) {
    size_t i;
    json_t *row;
    printf("entry at position %" PRId64 "\n", json_number(proof, "position"));
    json_array_foreach(json_object_get(proof, "fields"), i, row) {
        printf("  %-14s %s\n", json_string_value(json_array_get(row, 0)),
               json_string_value(json_array_get(row, 1)));
    }
    json_array_foreach(json_object_get(proof, "path"), i, row) {
        printf("  beside %zu: %s\n", i, json_string_value(row));
    }
    putchar('\n');
}

static void print_text(const Prove *prove) {
    size_t i;
    json_t *proof;
    json_array_foreach(prove->proofs, i, proof) {
        print_entry(proof);
    }
    printf("%.*s", STR_ARGS(prove->head->note));
}

static void print_json(const Prove *prove) {
    json_t *file = json_pack("{s:o, s:O}", "note",
                             json_stringn(prove->head->note.ptr, (size_t)prove->head->note.len),
                             "entries", prove->proofs);
    json_dumpf(file, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(file);
}

/* ---- the command */

static int head_choose(Prove *prove) {
    const AuditTask *task = &prove->audit.tasks[prove->task];
    if (task->head_count == 0) {
        cli_say("no signed head of task %d is published yet: close the day first",
                (int)prove->task);
        return CLI_PARTLY;
    }
    prove->head = &task->heads[task->head_count - 1];
    return CLI_DONE;
}

static int entries_prove(Prove *prove, const json_t *entries) {
    size_t i;
    json_t *entry;
    int64_t task = json_number(json_array_get(entries, 0), "task");
    if (json_array_size(entries) == 0 || task < 0 || task >= prove->audit.task_count) {
        cli_say("the journal has no entry of that invoice");
        return CLI_PARTLY;
    }
    prove->task = (int32_t)task;
    int code = head_choose(prove);
    json_array_foreach(entries, i, entry) {
        if (code == CLI_DONE) {
            code = entry_prove(prove, entry);
        }
    }
    return code;
}

static int prove_run(Prove *prove, Account account, Str invoice) {
    Err err;
    Answer answer;
    Cli *cli = prove->audit.cli;
    const Str pairs[] = {S("creditor"),    account.creditor, S("customer"),
                         account.customer, S("invoice"),     invoice};
    if (!audit_read_heads(&prove->audit, &err)) {
        return cli_fail(&err, "audit prove");
    }
    int code = ask(cli, "ARREARS_LEDGER_URL", cli->settings.ledger_url, S("/v1/audit/entries"),
                   pairs, COUNT_OF(pairs), &answer);
    if (code != CLI_DONE) {
        return code;
    }
    code = entries_prove(prove, json_object_get(answer.json, "entries"));
    ask_end(&answer);
    return code;
}

static int prove_print(const Prove *prove) {
    if (prove->unsealed > 0) {
        cli_say("%d %s later than the last signed head: close the day first", prove->unsealed,
                prove->unsealed == 1 ? "entry is" : "entries are");
    }
    if (json_array_size(prove->proofs) > 0 && prove->audit.cli->format == CLI_JSON) {
        print_json(prove);
    } else if (json_array_size(prove->proofs) > 0) {
        print_text(prove);
    }
    return prove->unsealed + prove->refused > 0 ? CLI_PARTLY : CLI_DONE;
}

int cli_audit_prove(Cli *cli) {
    Account account;
    if (!person_account(cli, cli->arguments[0], &account)) {
        return CLI_USAGE;
    }
    Prove *prove = ARENA_NEW(&cli->arena, Prove);
    int code = audit_open(cli, &prove->audit);
    if (code != CLI_DONE) {
        return code;
    }
    prove->roots = ARENA_ARRAY(&cli->arena, SpanRoot, SPANS_MAX);
    prove->proofs = json_array();
    code = prove_run(prove, account, cli->arguments[1]);
    if (code == CLI_DONE) {
        code = prove_print(prove);
    }
    json_decref(prove->proofs);
    return code;
}
