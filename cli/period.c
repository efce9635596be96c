/* `arrears period close|reopen`: a month of a creditor's books, as a signed notice. */
#include "arrears/billing/v1/billing.pb-c.h"
#include "chassis/clock.h"
#include "cli/tick.h"
#include "contract/wire.h"

const CliOption PERIOD_CLOSE_OPTIONS[] = {
    {"--creditor", "CREDITOR", "Whose books."},
    {NULL, NULL, NULL},
};
const CliOption PERIOD_REOPEN_OPTIONS[] = {
    {"--creditor", "CREDITOR", "Whose books."},
    {"--request", "REQUEST", "The approved request it rests on."},
    {NULL, NULL, NULL},
};

/* False after saying what is missing. */
static bool text_find(Cli *cli, const char *command, const char *option, char **text) {
    Str given = cli_option(cli, option);
    if (str_is_empty(given)) {
        cli_say("%s: %s is needed", command, option);
        return false;
    }
    *text = wire_put_text(&cli->arena, given);
    return true;
}

static int send(Cli *cli, const char *command, Arrears__Billing__V1__PeriodNotice *notice) {
    Err err;
    TickLine line;
    notice->month = wire_put_text(&cli->arena, cli->arguments[0]);
    notice->signed_us = clock_now().us;
    Date first;
    Str day = str_format(&cli->arena, "%.*s-01", STR_ARGS(cli->arguments[0]));
    if (cli->arguments[0].len != 7 || !date_parse(day, &first)) {
        cli_say("%s: %.*s is no month like 2026-03", command, STR_ARGS(cli->arguments[0]));
        return CLI_USAGE;
    }
    bool done = tick_line_open(cli, &line, &err) &&
                period_send(&line, wire_pack(&notice->base, &cli->arena), &err);
    tick_line_close(&line);
    if (!done) {
        return cli_fail(&err, "%s", command);
    }
    cli_say("%.*s of %s is to be %s: the notice is sent. `arrears dlq list` names it if the ledger "
            "refuses it.",
            STR_ARGS(cli->arguments[0]), notice->creditor,
            notice->reopened ? "opened again" : "closed");
    return CLI_DONE;
}

int cli_period_close(Cli *cli) {
    Arrears__Billing__V1__PeriodNotice notice = ARREARS__BILLING__V1__PERIOD_NOTICE__INIT;
    if (!text_find(cli, "period close", "--creditor", &notice.creditor)) {
        return CLI_USAGE;
    }
    return send(cli, "period close", &notice);
}

int cli_period_reopen(Cli *cli) {
    Arrears__Billing__V1__PeriodNotice notice = ARREARS__BILLING__V1__PERIOD_NOTICE__INIT;
    notice.reopened = true;
    if (!text_find(cli, "period reopen", "--creditor", &notice.creditor) ||
        !text_find(cli, "period reopen", "--request", &notice.request_id)) {
        return CLI_USAGE;
    }
    return send(cli, "period reopen", &notice);
}
