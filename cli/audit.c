/* `arrears audit verify`: is the journal what was signed, and are the balances what its entries
 * sum up to. Each finding is a sentence that says what and where. */
#include "cli/audit.h"

#include <inttypes.h>

const CliOption AUDIT_OPTIONS[] = {
    {"--key", "FILE", "Public keys that sign the journal; default: ARREARS_JOURNAL_KEYS."},
    {NULL, NULL, NULL},
};

/* ---- findings */

void audit_find(Audit *audit, int32_t task, const char *kind, const char *format, ...) {
    if (audit->finding_count++ >= AUDIT_FINDINGS_MAX) {
        return; /* counted all the same */
    }
    Arena *arena = &audit->cli->arena;
    if (audit->findings == NULL) {
        audit->findings = ARENA_ARRAY(arena, AuditFinding, AUDIT_FINDINGS_MAX);
    }
    va_list args;
    va_start(args, format);
    audit->findings[audit->finding_count - 1] =
        (AuditFinding){.task = task, .kind = kind, .sentence = str_vformat(arena, format, args)};
    va_end(args);
}

static int64_t kept_count(const Audit *audit) {
    return audit->finding_count < AUDIT_FINDINGS_MAX ? audit->finding_count : AUDIT_FINDINGS_MAX;
}

static json_t *text_json(Str text) {
    return json_stringn(text.ptr, (size_t)text.len);
}

static int64_t heads_of(const Audit *audit) {
    int64_t heads = 0;
    for (int32_t i = 0; i < audit->task_count; i++) {
        heads += audit->tasks[i].head_count;
    }
    return heads;
}

static void print_json(const Audit *audit) {
    json_t *findings = json_array();
    for (int64_t i = 0; i < kept_count(audit); i++) {
        const AuditFinding *finding = &audit->findings[i];
        json_array_append_new(findings,
                              json_pack("{s:i, s:s, s:o}", "task", (int)finding->task, "kind",
                                        finding->kind, "sentence", text_json(finding->sentence)));
    }
    json_t *report = json_pack("{s:i, s:I, s:I, s:I, s:o}",                       //
                               "tasks", (int)audit->task_count,                   //
                               "entries", (json_int_t)audit->entries,             //
                               "heads", (json_int_t)heads_of(audit),              //
                               "finding_count", (json_int_t)audit->finding_count, //
                               "findings", findings);
    json_dumpf(report, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(report);
}

static void print_lines(const Audit *audit) {
    for (int64_t i = 0; i < kept_count(audit); i++) {
        printf("task %d: %.*s\n", (int)audit->findings[i].task,
               STR_ARGS(audit->findings[i].sentence));
    }
    printf("%" PRId64 " entries of %d tasks, %" PRId64 " signed heads: %" PRId64 " finding%s\n",
           audit->entries, (int)audit->task_count, heads_of(audit), audit->finding_count,
           audit->finding_count == 1 ? "" : "s");
}

/* ---- the audit */

int audit_open(Cli *cli, Audit *audit) {
    Err err;
    Str keys = cli->settings.journal_keys;
    Str path = cli_option(cli, "--key");
    *audit = (Audit){.cli = cli};
    if (path.ptr && !cli_read_file(&cli->arena, str_terminated(&cli->arena, path), &keys, &err)) {
        return cli_fail(&err, "--key");
    }
    if (str_is_empty(keys)) {
        cli_say("who signs the journal? Give the file of the public key with --key, or set "
                "ARREARS_JOURNAL_KEYS_FILE");
        return CLI_USAGE;
    }
    return key_ring_parse(keys, &cli->arena, &audit->ring, &err) ? CLI_DONE
                                                                 : cli_fail(&err, "--key");
}

/* Rows of tasks that the topic does not have are nobody's. */
static void rows_take(Audit *audit, const json_t *tasks) {
    size_t i;
    json_t *row;
    json_array_foreach(tasks, i, row) {
        int64_t task = json_number(row, "task");
        if (task < 0 || task >= audit->task_count) {
            audit_find(audit, (int32_t)task, "doubled",
                       "%" PRId64 " rows are of a task that does not exist: they were put in",
                       json_number(row, "rows"));
            continue;
        }
        audit->tasks[task].rows = json_number(row, "rows");
        audit->tasks[task].first = json_number(row, "first");
        audit->tasks[task].last = json_number(row, "last");
    }
}

static int ask_rows(Audit *audit) {
    Answer answer;
    Cli *cli = audit->cli;
    int code = ask(cli, "ARREARS_LEDGER_URL", cli->settings.ledger_url, S("/v1/audit/tasks"), NULL,
                   0, &answer);
    if (code == CLI_DONE) {
        rows_take(audit, json_object_get(answer.json, "tasks"));
        ask_end(&answer);
    }
    return code;
}

static void unsigned_say(const AuditTask *task) {
    if (task->head_count == 0 && task->rows > 0) {
        cli_say("task %d: no day was closed yet, so none of its %" PRId64 " entries are signed",
                (int)task->task, task->rows);
    }
}

static int audit_run(Audit *audit) {
    Err err;
    if (!audit_read_heads(audit, &err)) {
        return cli_fail(&err, "audit verify");
    }
    int code = ask_rows(audit);
    for (int32_t i = 0; i < audit->task_count && code == CLI_DONE; i++) {
        unsigned_say(&audit->tasks[i]);
        audit_check_chain(audit, &audit->tasks[i]);
        code = audit_check_stored(audit, &audit->tasks[i]);
    }
    return code == CLI_DONE ? audit_replay(audit) : code;
}

int cli_audit_verify(Cli *cli) {
    Audit audit;
    int code = audit_open(cli, &audit);
    if (code == CLI_DONE) {
        code = audit_run(&audit);
    }
    if (code != CLI_DONE) {
        return code;
    }
    if (cli->format == CLI_JSON) {
        print_json(&audit);
    } else {
        print_lines(&audit);
    }
    return audit.finding_count > 0 ? CLI_PARTLY : CLI_DONE;
}
