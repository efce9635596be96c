/* `arrears account show`: one customer of one creditor. */
#include "cli/ask.h"
#include "cli/item.h"
#include "cli/out.h"
#include "cli/person.h"
#include "cli/report.h"

static void items_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *row;
    Out out = out_start(&cli->arena, "invoice", "charge", ">instalment", "state", "issued", "due",
                        ">amount", ">open", "currency", "enforceable until", NULL);
    json_array_foreach(json_object_get(root, "items"), i, row) {
        const json_t *amount = json_object_get(row, "amount");
        Str code = json_text(amount, "currency");
        out_cell(&out, json_text(row, "number"));
        item_cells(&out, row);
        out_cell(&out, json_text(row, "state"));
        out_cell(&out, json_text(row, "issued_on"));
        out_cell(&out, json_text(row, "due_on"));
        out_money(&out, json_number(amount, "minor"), code);
        out_money(&out, json_number(json_object_get(row, "open"), "minor"), code);
        out_cell(&out, code);
        out_cell(&out, json_text(row, "enforceable_until"));
    }
    out_print(&out, cli->format);
}

static void credits_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *row;
    Out out =
        out_start(&cli->arena, "credit", "kind", "of", ">amount", ">unapplied", "currency", NULL);
    json_array_foreach(json_object_get(root, "unapplied"), i, row) {
        const json_t *amount = json_object_get(row, "amount");
        Str code = json_text(amount, "currency");
        out_cell(&out, json_text(row, "number"));
        out_cell(&out, json_text(row, "kind"));
        out_cell(&out, json_text(row, "effective_on"));
        out_money(&out, json_number(amount, "minor"), code);
        out_money(&out, json_number(json_object_get(row, "unapplied"), "minor"), code);
        out_cell(&out, code);
    }
    if (out.count > 0) {
        putchar('\n');
        out_print(&out, cli->format);
    }
}

/* What open invoices say of themselves besides their debt. */
static void details_print(Cli *cli, const json_t *root) {
    static const ReportColumn columns[] = {{"invoice", "invoice", REPORT_TEXT},
                                           {"order", "purchase", REPORT_TEXT},
                                           {"contract", "contract", REPORT_TEXT},
                                           {"salesperson", "salesperson", REPORT_TEXT},
                                           {">dispute days", "dispute_days", REPORT_NUMBER},
                                           {"decided by", "forum", REPORT_TEXT},
                                           {"law", "jurisdiction", REPORT_TEXT},
                                           {"agencies", "agencies", REPORT_TEXT},
                                           {"ways", "ways", REPORT_TEXT}};
    const ReportList list = {"details", columns, (int)COUNT_OF(columns)};
    if (json_array_size(json_object_get(root, list.name)) > 0) {
        putchar('\n');
        report_list(cli, root, &list);
    }
}

static void timeline_print(Cli *cli, const json_t *root) {
    static const ReportColumn columns[] = {{"recorded", "recorded_on", REPORT_TEXT},
                                           {"effective", "effective_on", REPORT_TEXT},
                                           {"what", "what", REPORT_TEXT},
                                           {"document", "document", REPORT_TEXT},
                                           {"invoice", "invoice", REPORT_TEXT},
                                           {"charge", "charge", REPORT_TEXT},
                                           {">instalment", "instalment", REPORT_NUMBER},
                                           {"debit", "debit", REPORT_TEXT},
                                           {"credit", "credit", REPORT_TEXT},
                                           {">amount", "amount", REPORT_MONEY},
                                           {"currency", "currency", REPORT_TEXT},
                                           {"until", "until", REPORT_TEXT},
                                           {"by", "by", REPORT_TEXT}};
    const ReportList list = {"timeline", columns, (int)COUNT_OF(columns)};
    if (json_array_size(json_object_get(root, list.name)) > 0) {
        putchar('\n');
        report_list(cli, root, &list);
    }
}

static void reminders_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *row;
    Out out = out_start(&cli->arena, "reminder", "issued", "level", "tone", ">total", "currency",
                        "state", NULL);
    json_array_foreach(json_object_get(root, "reminders"), i, row) {
        const json_t *total = json_object_get(row, "total");
        Str code = json_text(total, "currency");
        out_cell(&out, json_text(row, "reminder"));
        out_cell(&out, json_text(row, "issued_on"));
        out_cell(&out, json_text(row, "level_name"));
        out_cell(&out, json_text(row, "tone"));
        out_money(&out, json_number(total, "minor"), code);
        out_cell(&out, code);
        out_cell(&out, json_text(row, "state"));
    }
    if (out.count > 0) {
        putchar('\n');
        out_print(&out, cli->format);
    }
}

/* For people; a script asks each service by itself. What cannot be asked is said, and the rest is
 * shown. */
static int reminders_show(Cli *cli, Account account) {
    Answer answer;
    const Str pairs[] = {S("creditor"), account.creditor, S("customer"), account.customer};
    if (str_is_empty(cli->settings.dunning_url) || cli->format != CLI_TABLE) {
        return CLI_DONE;
    }
    int code = ask(cli, "ARREARS_DUNNING_URL", cli->settings.dunning_url,
                   S("/v1/dunning/reminders"), pairs, COUNT_OF(pairs), &answer);
    if (code == CLI_DONE) {
        reminders_print(cli, answer.json);
        ask_end(&answer);
    }
    return code;
}

int cli_account_show(Cli *cli) {
    Account account;
    Answer answer;
    if (!person_account(cli, cli->arguments[0], &account)) {
        return CLI_USAGE;
    }
    Str path = str_format(&cli->arena, "/v1/accounts/%.*s/%.*s", STR_ARGS(account.creditor),
                          STR_ARGS(account.customer));
    int code = ask(cli, "ARREARS_LEDGER_URL", cli->settings.ledger_url, path, NULL, 0, &answer);
    if (code != CLI_DONE) {
        return code;
    }
    if (cli->format == CLI_JSON) {
        printf("%.*s\n", STR_ARGS(str_trim(answer.body)));
    } else {
        items_print(cli, answer.json);
        credits_print(cli, answer.json);
        details_print(cli, answer.json);
        timeline_print(cli, answer.json);
    }
    ask_end(&answer);
    return reminders_show(cli, account);
}
