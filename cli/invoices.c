/* `arrears import invoices`: a table of invoices as billing events, sent as they stand or played
 * day by day. */
#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <sys/wait.h>

#include "base/check.h"
#include "base/id.h"
#include "cli/cli.h"
#include "cli/day.h"
#include "cli/import.h"
#include "cli/progress.h"

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
    FILE *spool;   /* with --play: events to be sorted */
    int64_t rows, good, events, days;
    Date first, last;
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

/* Text that sorts by day, then by place in the file: day and place with leading zeros, key, value
 * in hex. */
static bool spool_write(Import *import, const ImportEvent *event) {
    Str hex = str_hex(&import->scratch, event->value);
    int written =
        fprintf(import->spool, "%06d %012" PRId64 " %.*s %.*s\n", (int)(event->on.days + 100000),
                import->events, STR_ARGS(event->key), STR_ARGS(hex));
    return written > 0 ||
           err_set(&import->err, VERDICT_STOP, "SPOOL", "the temporary file: %s", strerror(errno));
}

static bool event_take(Import *import, const ImportEvent *event) {
    bool first = import->events == 0;
    import->first = first || date_compare(event->on, import->first) < 0 ? event->on : import->first;
    import->last = first || date_compare(event->on, import->last) > 0 ? event->on : import->last;
    import->events++;
    if (import->spool) {
        return spool_write(import, event);
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

/* ---- playing */

/* Any size of file is sorted outside our memory, by the program made for it. */
static bool spool_sort(const char *path, Err *err) {
    char *words[] = {"sort", "-o", (char *)(uintptr_t)path, (char *)(uintptr_t)path, NULL};
    char *environment[] = {"LC_ALL=C", "PATH=/usr/bin:/bin", NULL};
    pid_t pid;
    int status = 0;
    if (posix_spawn(&pid, "/usr/bin/sort", NULL, NULL, words, environment) != 0 ||
        waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return err_set(err, VERDICT_STOP, "SORT", "sort(1) could not sort the events by day");
    }
    return true;
}

typedef struct Player {
    Import *import;
    Date open;   /* the ledger's open day */
    bool search; /* the first tick after a start may have been half sent */
    Progress bar;
} Player;

static bool close_up_to(Player *player, Date day, Err *err) {
    DayDoor *door = &player->import->door;
    while (date_compare(player->open, day) < 0) {
        Arena scratch = arena_open("day", 4096);
        const char *note = str_terminated(&scratch, date_print(&scratch, player->open));
        progress_show(&player->bar, date_days_between(player->import->first, player->open), note);
        arena_close(&scratch);
        if (!sender_finish(door->ticks.sender, err) ||
            !day_close(door, player->open, player->search, err) ||
            !line_wait(&door->line, player->open, door->timeout_ms, err)) {
            return false;
        }
        player->open = date_add(player->open, 1);
        player->search = false;
        player->import->days++;
    }
    return true;
}

static bool spool_line_send(Player *player, Str line, Err *err) {
    StrCut day = str_cut(line, ' ');
    StrCut place = str_cut(day.tail, ' ');
    StrCut key = str_cut(place.tail, ' ');
    Arena *scratch = &player->import->scratch;
    int64_t days;
    Str value;
    arena_reset(scratch);
    if (!str_parse_i64(day.head, &days) || !str_parse_hex(scratch, key.tail, &value)) {
        return err_set(err, VERDICT_STOP, "SPOOL", "the temporary file was changed");
    }
    const TickLine *ticks = &player->import->door.ticks;
    return close_up_to(player, (Date){(int32_t)days - 100000}, err) &&
           sender_put(ticks->sender, TICK_BILLING, -1, ticks->partitions, key.head, value, err);
}

static bool spool_play(Player *player, const char *path, Err *err) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        return err_set(err, VERDICT_STOP, "SPOOL", "%s: %s", path, strerror(errno));
    }
    static char line[64 << 10]; /* an event of this import has a few hundred bytes */
    bool good = true;
    while (good && fgets(line, sizeof line, file)) {
        good = spool_line_send(player, str_trim(str_of(line)), err);
    }
    fclose(file);
    return good && close_up_to(player, date_add(player->import->last, 1), err);
}

static bool first_day_open(Player *player, Err *err) {
    DayDoor *door = &player->import->door;
    if (!line_open_day(&door->line, &player->open, err)) {
        return false;
    }
    if (date_is_none(player->open)) {
        player->open = player->import->first;
        return day_open(door, player->open, true, err);
    }
    if (date_compare(player->open, player->import->first) <= 0) {
        return true;
    }
    cli_say("the open day is later than the first day of the file: earlier documents are recorded "
            "on it");
    return true;
}

static bool play(Import *import, const char *path, Err *err) {
    Player player = {.import = import, .search = true};
    if (import->events == 0) {
        return true;
    }
    if (!spool_sort(path, err) || !first_day_open(&player, err)) {
        return false;
    }
    player.bar = progress_start("playing", date_days_between(import->first, import->last) + 1);
    bool done = spool_play(&player, path, err);
    progress_end(&player.bar);
    return done;
}

static bool read_and_play(Import *import, Err *err) {
    char path[] = "/tmp/arrears-import.XXXXXX";
    int file = mkstemp(path);
    import->spool = file < 0 ? NULL : fdopen(file, "wb");
    if (!import->spool) {
        return err_set(err, VERDICT_STOP, "SPOOL", "no temporary file: %s", strerror(errno));
    }
    bool read = file_read(import, err);
    bool closed = fclose(import->spool) == 0;
    bool done = read &&
                (closed ||
                 err_set(err, VERDICT_STOP, "SPOOL", "the temporary file: %s", strerror(errno))) &&
                play(import, path, err);
    unlink(path);
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
    printf("events %" PRId64 "%s", import->events, cli_flag(import->cli, "--play") ? "" : ", ");
    if (cli_flag(import->cli, "--play")) {
        printf(", days closed %" PRId64 "\n", import->days);
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
    Import import = {.cli = cli};
    int timeout_ms;
    if (!options_read(cli, &import, &timeout_ms)) {
        return CLI_USAGE;
    }
    if (!day_door_open(cli, timeout_ms, &import.door, &err)) {
        return cli_fail(&err, "import invoices");
    }
    import.scratch = arena_open("row", 8 << 20);
    bool done = cli_flag(cli, "--play")
                    ? read_and_play(&import, &err)
                    : file_read(&import, &err) && sender_finish(import.door.ticks.sender, &err);
    int code = say_result(&import, done, &err);
    arena_close(&import.scratch);
    day_door_close(&import.door);
    return code;
}
