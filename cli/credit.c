/* `arrears credit list|show`: how customers pay, and why the scorecard says so. */
#include "cli/ask.h"
#include "cli/out.h"
#include "cli/person.h"

const CliOption CREDIT_LIST_OPTIONS[] = {
    {"--band", "A..E", "Only customers of this band."},
    {"--top", "N", "So many customers, the worst first. Default 20."},
    {NULL, NULL, NULL},
};

/* Amounts of several currencies stand in one cell; they are never added up. */
static Str amounts(Cli *cli, const json_t *customer, const char *member) {
    size_t i;
    json_t *exposure;
    StrBuilder out = str_builder(&cli->arena, 1024);
    json_array_foreach(json_object_get(customer, "exposures"), i, exposure) {
        const json_t *money = json_object_get(exposure, member);
        Currency currency;
        if (currency_find(json_text(money, "currency"), &currency)) {
            Str text = money_print(&cli->arena, money_of(json_number(money, "minor"), currency));
            str_addf(&out, "%s%.*s", out.len ? ", " : "", STR_ARGS(text));
        }
    }
    return str_built(&out);
}

static void list_print(Cli *cli, const Answer *answer) {
    size_t i;
    json_t *row;
    Out out =
        out_start(&cli->arena, "customer", "band", ">score", ">open", ">overdue", "as of", NULL);
    json_array_foreach(json_object_get(answer->json, "customers"), i, row) {
        Str creditor = json_text(row, "creditor");
        Str customer = json_text(row, "customer");
        out_cell(&out,
                 str_format(&cli->arena, "%.*s/%.*s", STR_ARGS(creditor), STR_ARGS(customer)));
        out_cell(&out, json_text(row, "band"));
        out_number(&out, json_number(row, "score"));
        out_cell(&out, amounts(cli, row, "open"));
        out_cell(&out, amounts(cli, row, "overdue"));
        out_cell(&out, json_text(row, "day"));
    }
    out_print(&out, cli->format);
}

int cli_credit_list(Cli *cli) {
    int64_t top = 20;
    Str text = cli_option(cli, "--top");
    if (text.ptr && !cli_number(cli, "--top", text, 1, 1000, &top)) {
        return CLI_USAGE;
    }
    Str number = str_format(&cli->arena, "%lld", (long long)top);
    const Str pairs[] = {S("top"), number, S("band"), cli_option(cli, "--band")};
    Answer answer;
    int code = ask(cli, "ARREARS_SCORING_URL", cli->settings.scoring_url, S("/v1/credit"), pairs, 4,
                   &answer);
    if (code != CLI_DONE) {
        return code;
    }
    if (cli->format == CLI_JSON) {
        printf("%.*s\n", STR_ARGS(str_trim(answer.body)));
    } else {
        list_print(cli, &answer);
    }
    ask_end(&answer);
    return CLI_DONE;
}

static void reasons_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *reason;
    Out out = out_start(&cli->arena, "characteristic", ">value", ">points", ">missing", NULL);
    json_array_foreach(json_object_get(root, "reasons"), i, reason) {
        out_cell(&out, json_text(reason, "characteristic"));
        if (json_is_integer(json_object_get(reason, "value"))) {
            out_number(&out, json_number(reason, "value"));
        } else {
            out_cell(&out, S("-"));
        }
        out_number(&out, json_number(reason, "points"));
        out_number(&out, json_number(reason, "missing"));
    }
    out_print(&out, cli->format);
}

static void warnings_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *warning;
    Out out = out_start(&cli->arena, "warned on", "from", "to", ">score", NULL);
    json_array_foreach(json_object_get(root, "open_warnings"), i, warning) {
        out_cell(&out, json_text(warning, "raised_on"));
        out_cell(&out, json_text(warning, "from"));
        out_cell(&out, json_text(warning, "to"));
        out_number(&out, json_number(warning, "score"));
    }
    if (out.count > 0) {
        putchar('\n');
        out_print(&out, cli->format);
    }
}

static void state_print(Cli *cli, const json_t *root) {
    if (cli->format == CLI_TABLE) {
        printf("band %.*s, score %lld of 1000, as of %.*s\nopen %.*s, overdue %.*s\n\n",
               STR_ARGS(json_text(root, "band")), (long long)json_number(root, "score"),
               STR_ARGS(json_text(root, "day")), STR_ARGS(amounts(cli, root, "open")),
               STR_ARGS(amounts(cli, root, "overdue")));
    }
    reasons_print(cli, root);
    warnings_print(cli, root);
}

int cli_credit_show(Cli *cli) {
    Account account;
    Answer answer;
    if (!person_account(cli, cli->arguments[0], &account)) {
        return CLI_USAGE;
    }
    Str path = str_format(&cli->arena, "/v1/credit/%.*s/%.*s", STR_ARGS(account.creditor),
                          STR_ARGS(account.customer));
    int code = ask(cli, "ARREARS_SCORING_URL", cli->settings.scoring_url, path, NULL, 0, &answer);
    if (code != CLI_DONE) {
        return code;
    }
    if (cli->format == CLI_JSON) {
        printf("%.*s\n", STR_ARGS(str_trim(answer.body)));
    } else {
        state_print(cli, answer.json);
    }
    ask_end(&answer);
    return CLI_DONE;
}
