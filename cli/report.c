/* `arrears report aging|owners|exposure|kpi`: what is open, on any day, and how fast it is paid. */
#include "cli/report.h"

const CliOption REPORT_AGING_OPTIONS[] = {
    REPORT_AS_OF,
    REPORT_KNOWN_ON,
    {"--from", "due|invoice", "Count days from the due day or the invoice's. Default: its policy."},
    {"--by", "customer|salesperson", "A row for each. Default: all together."},
    REPORT_CREDITOR,
    REPORT_END,
};
const CliOption REPORT_OWNERS_OPTIONS[] = {
    REPORT_AS_OF,
    REPORT_KNOWN_ON,
    REPORT_CREDITOR,
    REPORT_END,
};
const CliOption REPORT_EXPOSURE_OPTIONS[] = {
    {"--top", "N", "So many customers. Default 10."},
    REPORT_AS_OF,
    REPORT_KNOWN_ON,
    REPORT_CREDITOR,
    REPORT_END,
};
const CliOption REPORT_KPI_OPTIONS[] = {
    REPORT_AS_OF,
    {"--days", "N", "Sales and what was open before: of so many days. Default 90."},
    REPORT_KNOWN_ON,
    REPORT_CREDITOR,
    REPORT_END,
};

/* Prints an answer that is not asked for as JSON. */
typedef void (*ReportPrint)(Cli *cli, const json_t *answer);

static int show(Cli *cli, const ReportQuestion *question, ReportPrint print) {
    Answer answer;
    int code = report_ask(cli, question, &answer);
    if (code != CLI_DONE) {
        return code;
    }
    if (cli->format == CLI_JSON) {
        report_json(&answer);
    } else {
        print(cli, answer.json);
        report_cut(cli, answer.json);
    }
    ask_end(&answer);
    return CLI_DONE;
}

/* ---- aging */

static void bucket_print(Out *out, const json_t *holder, const char *by, const json_t *bucket) {
    Str code = json_text(holder, "currency");
    if (by) {
        out_cell(out, json_text(holder, by));
    }
    out_cell(out, code);
    Str name = json_text(bucket, "name");
    out_cell(out, str_is_empty(name) ? S("open") : name);
    out_number(out, json_number(bucket, "count"));
    out_money(out, json_number(bucket, "minor"), code);
}

/* Buckets nobody stands in are left out where there are many holders. */
static void holder_print(Out *out, const json_t *holder, const char *by) {
    size_t i;
    json_t *bucket;
    json_array_foreach(json_object_get(holder, "buckets"), i, bucket) {
        if (!by || json_number(bucket, "count") != 0) {
            bucket_print(out, holder, by, bucket);
        }
    }
    bucket_print(out, holder, by, json_object_get(holder, "open"));
}

static void aging_print(Cli *cli, const json_t *answer) {
    size_t i;
    json_t *holder;
    Out out = {.arena = &cli->arena};
    const char *by = json_string_value(json_object_get(answer, "by"));
    if (by) {
        out_head(&out, by);
    }
    out_head(&out, "currency");
    out_head(&out, "bucket");
    out_head(&out, ">items");
    out_head(&out, ">amount");
    json_array_foreach(json_object_get(answer, by ? "rows" : "currencies"), i, holder) {
        holder_print(&out, holder, by);
    }
    report_title(cli, answer);
    out_print(&out, cli->format);
}

int cli_report_aging(Cli *cli) {
    const ReportQuestion question = {.path = "/v1/aging"};
    return show(cli, &question, aging_print);
}

int cli_report_owners(Cli *cli) {
    const ReportQuestion question = {"/v1/aging", "by", S("salesperson")};
    return show(cli, &question, aging_print);
}

/* ---- exposure */

static void exposure_print(Cli *cli, const json_t *answer) {
    static const ReportColumn columns[] = {{"customer", "customer", REPORT_TEXT},
                                           {"currency", "currency", REPORT_TEXT},
                                           {">open", "open", REPORT_MONEY},
                                           {">overdue", "overdue", REPORT_MONEY},
                                           {">items", "count", REPORT_NUMBER}};
    const ReportList list = {"customers", columns, (int)COUNT_OF(columns)};
    report_list(cli, answer, &list);
}

int cli_report_exposure(Cli *cli) {
    int64_t top = 10;
    Str text = cli_option(cli, "--top");
    if (text.ptr && !cli_number(cli, "--top", text, 1, 1000, &top)) {
        return CLI_USAGE;
    }
    const ReportQuestion question = {.path = "/v1/exposure"};
    return show(cli, &question, exposure_print);
}

/* ---- figures, one below the other */

static void figure_add(Out *out, const char *name, const json_t *value) {
    Str head = str_of(name);
    bool hundredths = str_ends_with(head, S("_x100"));
    out_cell(out, hundredths ? str_slice(head, 0, head.len - 5) : head);
    if (json_is_null(value)) {
        out_cell(out, S("-"));
    } else if (json_is_object(value)) {
        out_money(out, json_number(value, "minor"), json_text(value, "currency"));
    } else if (hundredths) {
        out_hundredths(out, json_integer_value(value));
    } else {
        out_number(out, json_integer_value(value));
    }
}

static void kpi_print(Cli *cli, const json_t *answer) {
    size_t i;
    json_t *row;
    const char *name;
    json_t *value;
    Out out = out_start(&cli->arena, "currency", "figure", ">value", NULL);
    json_array_foreach(json_object_get(answer, "currencies"), i, row) {
        json_object_foreach(row, name, value) {
            if (strcmp(name, "currency") != 0) {
                out_cell(&out, json_text(row, "currency"));
                figure_add(&out, name, value);
            }
        }
    }
    report_title(cli, answer);
    out_print(&out, cli->format);
}

int cli_report_kpi(Cli *cli) {
    const ReportQuestion question = {.path = "/v1/kpi"};
    return show(cli, &question, kpi_print);
}
