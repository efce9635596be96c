/* `arrears day open|close`: the business day, as a signed tick. */
#include "cli/day.h"

const CliOption DAY_OPEN_OPTIONS[] = {
    {"--simulated", NULL, "The installation plays days: they may lie after the broker's clock."},
    {"--timeout", "SECONDS", "How long to wait for the line. Default 60."},
    {NULL, NULL, NULL},
};
const CliOption DAY_CLOSE_OPTIONS[] = {
    {"--wait", NULL, "Wait until the line is quiet: everything that follows from the day is done."},
    {"--timeout", "SECONDS", "How long to wait for the line. Default 60."},
    {NULL, NULL, NULL},
};

bool day_door_open(Cli *cli, int timeout_ms, DayDoor *door, Err *err) {
    *door = (DayDoor){.timeout_ms = timeout_ms};
    if (line_open(cli, &door->line, err) && tick_line_open(cli, &door->ticks, err)) {
        return true;
    }
    day_door_close(door);
    return false;
}

void day_door_close(DayDoor *door) {
    tick_line_close(&door->ticks);
    line_close(&door->line);
}

bool day_open(DayDoor *door, Date day, bool simulated, Err *err) {
    DayMark mark = {
        .opened = true, .simulated = simulated, .day = day, .policy_set = door->ticks.policy_set};
    return tick_send(&door->ticks, TICK_BILLING, &mark, true, err) &&
           tick_send(&door->ticks, TICK_DECISIONS, &mark, true, err) &&
           line_wait_closed(&door->line, date_add(day, -1), door->timeout_ms, err);
}

/* Approvals closes the day after the ledger and dunning have: what the close asked for is there by
 * then. */
bool day_close(DayDoor *door, Date day, bool search, Err *err) {
    DayMark mark = {.day = day, .policy_set = door->ticks.policy_set};
    return tick_send(&door->ticks, TICK_BILLING, &mark, search, err) &&
           line_wait_closed(&door->line, day, door->timeout_ms, err) &&
           tick_send(&door->ticks, TICK_DECISIONS, &mark, search, err);
}

/* ---- the commands */

static bool arguments_read(Cli *cli, Date *day, int *timeout_ms) {
    int64_t seconds = 60;
    Str timeout = cli_option(cli, "--timeout");
    if (!cli_date(cli, "DATE", cli->arguments[0], day) ||
        (timeout.ptr && !cli_number(cli, "--timeout", timeout, 1, 86400, &seconds))) {
        return false;
    }
    *timeout_ms = (int)(seconds * 1000);
    return true;
}

int cli_day_open(Cli *cli) {
    Err err;
    Date day;
    DayDoor door;
    int timeout_ms;
    if (!arguments_read(cli, &day, &timeout_ms)) {
        return CLI_USAGE;
    }
    if (!day_door_open(cli, timeout_ms, &door, &err)) {
        return cli_fail(&err, "day open");
    }
    bool done = day_open(&door, day, cli_flag(cli, "--simulated"), &err);
    day_door_close(&door);
    if (!done) {
        return cli_fail(&err, "day open (run it again: it goes on where it stopped)");
    }
    cli_say("%.*s is open", STR_ARGS(cli->arguments[0]));
    return CLI_DONE;
}

int cli_day_close(Cli *cli) {
    Err err;
    Date day;
    DayDoor door;
    int timeout_ms;
    if (!arguments_read(cli, &day, &timeout_ms)) {
        return CLI_USAGE;
    }
    if (!day_door_open(cli, timeout_ms, &door, &err)) {
        return cli_fail(&err, "day close");
    }
    bool done = day_close(&door, day, true, &err);
    bool quiet = done && (!cli_flag(cli, "--wait") || line_wait(&door.line, day, timeout_ms, &err));
    day_door_close(&door);
    if (!done) {
        return cli_fail(&err, "day close (run it again: it goes on where it stopped)");
    }
    if (!quiet) {
        return cli_fail(&err, "the day is closed, the line is not quiet yet");
    }
    cli_say("%.*s is closed", STR_ARGS(cli->arguments[0]));
    return CLI_DONE;
}
