/* `arrears import invoices`: a table of invoices as billing events, sent as they stand or played
 * day by day. */
#include <errno.h>
#include <inttypes.h>

#include "base/check.h"
#include "base/id.h"
#include "cli/cli.h"
#include "cli/day.h"
#include "cli/import.h"
#include "cli/play.h"

const CliOption IMPORT_INVOICES_OPTIONS[] = {
    {"--mapping", "FILE", "Which column is what (YAML); some are in cli/mappings."},
    {"--creditor", "ID", "Who is owed."},
    {"--currency", "CUR", "ISO 4217 code of the amounts."},
    {"--play", NULL,
     "Sort by day, open the first one, close each day and wait until the line is quiet."},
    {"--timeout", "SECONDS", "With --play: how long to wait for a day. Default 60."},
    {NULL, NULL, NULL},
};

enum { FAULTS_SHOWN = 100 };

typedef struct Import {
    Cli *cli;
    ImportRules rules;
    Mapping mapping;
    DayDoor door; /* its sender is used without --play too */
    bool has_head;
    Arena scratch; /* one row */
    bool is_play;
    Play play;
    int64_t rows, good, events;
    int faults;
    bool failed;
    Err err;
} Import;

/* ---- reading */

static void fault_say(Import *import, const ImportFault *fault) {
    import->faults++;
    if (import->faults <= FAULTS_SHOWN) {
        cli_say("line %" PRId64 "%s%.*s: %.*s", fault->line,
                str_is_empty(fault->column) ? "" : ", column ", STR_ARGS(fault->column),
                STR_ARGS(fault->why));
    } else if (import->faults == FAULTS_SHOWN + 1) {
        cli_say("... and more");
    }
}

static bool event_take(Import *import, const ImportEvent *event) {
    import->events++;
    if (import->is_play) {
        return play_add(&import->play, event->on, event->key, event->value, &import->err);
    }
    const TickLine *ticks = &import->door.ticks;
    return sender_put(ticks->sender, TICK_BILLING, -1, ticks->partitions, event->key, event->value,
                      &import->err);
}

static bool on_head(Import *import, const TableRow *row) {
    ImportFault fault;
    import->has_head = true;
    if (import_head(row, &import->mapping, &import->scratch, &import->rules.head, &fault)) {
        return true;
    }
    err_set(&import->err, VERDICT_POISON, "HEAD", "column \"%.*s\": %.*s", STR_ARGS(fault.column),
            STR_ARGS(fault.why));
    import->failed = true;
    return false;
}

static bool on_row(void *self, const TableRow *row) {
    Import *import = self;
    arena_reset(&import->scratch);
    if (!import->has_head) {
        return on_head(import, row);
    }
    ImportEvent events[2];
    ImportFault fault;
    int count;
    import->rows++;
    if (!import_row(&import->rules, row, &import->scratch, events, &count, &fault)) {
        fault_say(import, &fault);
        return true;
    }
    import->good++;
    for (int i = 0; i < count && !import->failed; i++) {
        import->failed = !event_take(import, &events[i]);
    }
    return !import->failed;
}

static bool file_read(Import *import, Err *err) {
    const char *path = str_terminated(&import->cli->arena, import->cli->arguments[0]);
    FILE *file = fopen(path, "rb");
    if (!file) {
        return err_set(err, VERDICT_POISON, "FILE", "%s: %s", path, strerror(errno));
    }
    bool read = table_read(file, import->mapping.delimiter, on_row, import, err);
    fclose(file);
    if (read && import->failed) {
        *err = import->err;
        return false;
    }
    return read || err_context(err, "%s", path);
}

static bool read_and_play(Import *import, Err *err) {
    bool done = play_start(&import->play, &import->door, err) && file_read(import, err) &&
                play_run(&import->play, err);
    play_end(&import->play);
    return done;
}

/* ---- the command */

static bool options_read(Cli *cli, Import *import, int *timeout_ms) {
    Str creditor = cli_option(cli, "--creditor");
    Str currency = cli_option(cli, "--currency");
    Str timeout = cli_option(cli, "--timeout");
    Str mapping = cli_option(cli, "--mapping");
    Str yaml;
    Err err;
    int64_t seconds = 60;
    if (!creditor.ptr || !currency.ptr || !mapping.ptr) {
        cli_say("import invoices: --mapping, --creditor and --currency are needed");
    } else if (!id_is_part(creditor)) {
        cli_say("--creditor: 1 to 64 characters [A-Za-z0-9._~-] are wanted");
    } else if (!currency_find(currency, &import->rules.currency)) {
        cli_say("--currency: \"%.*s\" is not an ISO 4217 code", STR_ARGS(currency));
    } else if (!cli_read_file(&cli->arena, str_terminated(&cli->arena, mapping), &yaml, &err) ||
               !mapping_parse(yaml, &cli->arena, &import->mapping, &err)) {
        cli_say("--mapping %.*s: %s", STR_ARGS(mapping), err.text);
    } else if (!timeout.ptr || cli_number(cli, "--timeout", timeout, 1, 86400, &seconds)) {
        import->rules.creditor = creditor;
        import->rules.mapping = &import->mapping;
        *timeout_ms = (int)(seconds * 1000);
        return true;
    }
    return false;
}

static int say_result(const Import *import, bool done, const Err *err) {
    SendCount sent = sender_count(import->door.ticks.sender);
    printf("rows %" PRId64 ", imported %" PRId64 ", faulty %d\n", import->rows, import->good,
           import->faults);
    printf("events %" PRId64 "%s", import->events, import->is_play ? "" : ", ");
    if (import->is_play) {
        printf(", days closed %" PRId64 "\n", import->play.days);
    } else {
        printf("acknowledged %" PRId64 "\n", sent.sent);
    }
    if (!done) {
        return cli_fail(err, "import invoices (importing the file again is harmless: known "
                             "documents have no effect)");
    }
    return import->faults ? CLI_PARTLY : CLI_DONE;
}

int cli_import_invoices(Cli *cli) {
    Err err;
    Import import = {.cli = cli, .is_play = cli_flag(cli, "--play")};
    int timeout_ms;
    if (!options_read(cli, &import, &timeout_ms)) {
        return CLI_USAGE;
    }
    if (!day_door_open(cli, timeout_ms, &import.door, &err)) {
        return cli_fail(&err, "import invoices");
    }
    import.scratch = arena_open("row", 8 << 20);
    bool done = import.is_play
                    ? read_and_play(&import, &err)
                    : file_read(&import, &err) && sender_finish(import.door.ticks.sender, &err);
    int code = say_result(&import, done, &err);
    arena_close(&import.scratch);
    day_door_close(&import.door);
    return code;
}
