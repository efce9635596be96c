/* `arrears day open|close`: the business day, as a signed tick. */
#include "cli/cli.h"
#include "cli/line.h"
#include "cli/tick.h"

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

static bool arguments_read(Cli *cli, DayMark *mark, int *timeout_ms) {
    int64_t seconds = 60;
    Str timeout = cli_option(cli, "--timeout");
    if (!cli_date(cli, "DATE", cli->arguments[0], &mark->day) ||
        (timeout.ptr && !cli_number(cli, "--timeout", timeout, 1, 86400, &seconds))) {
        return false;
    }
    *timeout_ms = (int)(seconds * 1000);
    return true;
}

int cli_day_open(Cli *cli) {
    Err err;
    TickLine line;
    DayMark mark = {.opened = true, .simulated = cli_flag(cli, "--simulated")};
    int timeout_ms;
    if (!arguments_read(cli, &mark, &timeout_ms)) {
        return CLI_USAGE;
    }
    if (!tick_line_open(cli, &line, &err)) {
        tick_line_close(&line);
        return cli_fail(&err, "day open");
    }
    mark.policy_set = line.policy_set;
    bool sent = tick_send(&line, TICK_BILLING, &mark, true, &err) &&
                tick_send(&line, TICK_DECISIONS, &mark, true, &err);
    tick_line_close(&line);
    if (!sent) {
        return cli_fail(&err, "day open (run it again: it goes on where it stopped)");
    }
    if (!line_wait_closed(cli, date_add(mark.day, -1), timeout_ms, &err)) {
        return cli_fail(&err, "the day is sent and not open everywhere yet");
    }
    cli_say("%.*s is open", STR_ARGS(cli->arguments[0]));
    return CLI_DONE;
}

/* Approvals closes the day after the ledger and dunning have: what the close asked for is there by
 * then. */
static bool close_send(Cli *cli, TickLine *line, const DayMark *mark, int timeout_ms, Err *err) {
    return tick_send(line, TICK_BILLING, mark, true, err) &&
           line_wait_closed(cli, mark->day, timeout_ms, err) &&
           tick_send(line, TICK_DECISIONS, mark, true, err);
}

int cli_day_close(Cli *cli) {
    Err err;
    TickLine line;
    DayMark mark = {0};
    int timeout_ms;
    if (!arguments_read(cli, &mark, &timeout_ms)) {
        return CLI_USAGE;
    }
    if (!tick_line_open(cli, &line, &err)) {
        tick_line_close(&line);
        return cli_fail(&err, "day close");
    }
    mark.policy_set = line.policy_set;
    bool sent = close_send(cli, &line, &mark, timeout_ms, &err);
    tick_line_close(&line);
    if (!sent) {
        return cli_fail(&err, "day close (run it again: it goes on where it stopped)");
    }
    if (cli_flag(cli, "--wait") && !line_wait(cli, mark.day, timeout_ms, &err)) {
        return cli_fail(&err, "the day is closed, the line is not quiet yet");
    }
    cli_say("%.*s is closed", STR_ARGS(cli->arguments[0]));
    return CLI_DONE;
}
