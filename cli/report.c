/* `arrears report aging|exposure`: what is open, on any day. */
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/out.h"

const CliOption REPORT_AGING_OPTIONS[] = {
    {"--as-of", "DATE", "At the end of that day. Default: the open day."},
    {"--creditor", "ID", "Default: the only creditor; else their list is given."},
    {NULL, NULL, NULL},
};
const CliOption REPORT_EXPOSURE_OPTIONS[] = {
    {"--top", "N", "So many customers. Default 10."},
    {"--as-of", "DATE", "At the end of that day. Default: the open day."},
    {"--creditor", "ID", "Default: the only creditor; else their list is given."},
    {NULL, NULL, NULL},
};

static bool day_is_good(Cli *cli) {
    Date day;
    Str as_of = cli_option(cli, "--as-of");
    return !as_of.ptr || cli_date(cli, "--as-of", as_of, &day);
}

static void json_out(const Answer *answer) {
    printf("%.*s\n", STR_ARGS(str_trim(answer->body)));
}

static void buckets_print(Out *out, const json_t *currency) {
    size_t i;
    json_t *bucket;
    Str code = json_text(currency, "currency");
    json_array_foreach(json_object_get(currency, "buckets"), i, bucket) {
        out_cell(out, code);
        out_cell(out, json_text(bucket, "name"));
        out_number(out, json_number(bucket, "count"));
        out_money(out, json_number(bucket, "minor"), code);
    }
    const json_t *open = json_object_get(currency, "open");
    out_cell(out, code);
    out_cell(out, S("open"));
    out_number(out, json_number(open, "count"));
    out_money(out, json_number(open, "minor"), code);
}

static void aging_print(Cli *cli, const Answer *answer) {
    size_t i;
    json_t *currency;
    Out out = out_start(&cli->arena, "currency", "bucket", ">items", ">amount", NULL);
    json_array_foreach(json_object_get(answer->json, "currencies"), i, currency) {
        buckets_print(&out, currency);
    }
    if (cli->format == CLI_TABLE) {
        Str creditor = json_text(answer->json, "creditor");
        Str as_of = json_text(answer->json, "as_of");
        printf("%.*s, as of %.*s\n\n", STR_ARGS(creditor), STR_ARGS(as_of));
    }
    out_print(&out, cli->format);
}

int cli_report_aging(Cli *cli) {
    if (!day_is_good(cli)) {
        return CLI_USAGE;
    }
    const Str pairs[] = {S("as_of"), cli_option(cli, "--as-of"), S("creditor"),
                         cli_option(cli, "--creditor")};
    Answer answer;
    int code =
        ask(cli, "ARREARS_LEDGER_URL", cli->settings.ledger_url, S("/v1/aging"), pairs, 4, &answer);
    if (code != CLI_DONE) {
        return code;
    }
    if (cli->format == CLI_JSON) {
        json_out(&answer);
    } else {
        aging_print(cli, &answer);
    }
    ask_end(&answer);
    return CLI_DONE;
}

static void exposure_print(Cli *cli, const Answer *answer) {
    size_t i;
    json_t *row;
    Out out = out_start(&cli->arena, "customer", "currency", ">open", ">overdue", ">items", NULL);
    json_array_foreach(json_object_get(answer->json, "customers"), i, row) {
        Str code = json_text(row, "currency");
        out_cell(&out, json_text(row, "customer"));
        out_cell(&out, code);
        out_money(&out, json_number(json_object_get(row, "open"), "minor"), code);
        out_money(&out, json_number(json_object_get(row, "overdue"), "minor"), code);
        out_number(&out, json_number(row, "count"));
    }
    out_print(&out, cli->format);
}

int cli_report_exposure(Cli *cli) {
    int64_t top = 10;
    Str text = cli_option(cli, "--top");
    if (!day_is_good(cli) || (text.ptr && !cli_number(cli, "--top", text, 1, 1000, &top))) {
        return CLI_USAGE;
    }
    Str number = str_format(&cli->arena, "%lld", (long long)top);
    const Str pairs[] = {S("top"),      number,
                         S("as_of"),    cli_option(cli, "--as-of"),
                         S("creditor"), cli_option(cli, "--creditor")};
    Answer answer;
    int code = ask(cli, "ARREARS_LEDGER_URL", cli->settings.ledger_url, S("/v1/exposure"), pairs, 6,
                   &answer);
    if (code != CLI_DONE) {
        return code;
    }
    if (cli->format == CLI_JSON) {
        json_out(&answer);
    } else {
        exposure_print(cli, &answer);
    }
    ask_end(&answer);
    return CLI_DONE;
}
