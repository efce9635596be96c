/* `arrears report journal`: the entries of a span, a page at a time, so that memory stays flat.
 *
 * -o hledger is a journal that hledger reads: accounts by their kind, one transaction an entry, its
 * date the effective one, its second date the record date. What hledger would read as more than
 * text in a number or a name is written as "_". */
#include "base/check.h"
#include "cli/report.h"

const CliOption REPORT_JOURNAL_OPTIONS[] = {REPORT_SPAN, REPORT_KNOWN_ON, REPORT_CREDITOR,
                                            REPORT_END};

enum { PAGE_BYTES = 256 << 20, DECLARED_MAX = 256 };

typedef struct Export {
    Cli *cli;
    Str declared[DECLARED_MAX]; /* accounts and currencies */
    int declared_count;
    bool goes_on; /* a page was printed */
} Export;

/* ---- hledger */

/* True the first time. The chart is small, and so is ISO 4217. */
static bool declare(Export *out, Str name) {
    for (int i = 0; i < out->declared_count; i++) {
        if (str_equals(out->declared[i], name)) {
            return false;
        }
    }
    CHECK(out->declared_count < DECLARED_MAX);
    out->declared[out->declared_count++] = str_copy(&out->cli->arena, name);
    return true;
}

static void account_declare(Export *out, Str account) {
    if (declare(out, account)) {
        printf("account %.*s\n\n", STR_ARGS(account));
    }
}

/* "commodity 1000.00 EUR": a point without digits after it where there are none. */
static void currency_declare(Export *out, Str code) {
    Currency currency;
    if (declare(out, code) && currency_find(code, &currency)) {
        printf("commodity 1000.%.*s %.*s\n\n", currency.exponent, "0000", STR_ARGS(code));
    }
}

static void clean_print(Str text) {
    for (ptrdiff_t i = 0; i < text.len; i++) {
        putchar(strchr(",;|()\n\r\t", text.ptr[i]) ? '_' : text.ptr[i]);
    }
}

/* ", name:value"; nothing for an empty one. */
static void tag_print(const json_t *row, const char *name) {
    Str value = json_text(row, name);
    if (!str_is_empty(value)) {
        printf(", %s:", name);
        clean_print(value);
    }
}

static void posting_print(Arena *arena, const json_t *row, const char *side, int64_t sign) {
    const json_t *amount = json_object_get(row, "amount");
    Str account = json_text(row, side);
    Str code = json_text(amount, "currency");
    int64_t minor = sign * json_number(amount, "minor");
    Currency currency;
    Str text = currency_find(code, &currency) ? money_print_plain(arena, money_of(minor, currency))
                                              : str_format(arena, "%lld", (long long)minor);
    printf("    %.*s  %.*s %.*s\n", STR_ARGS(account), STR_ARGS(text), STR_ARGS(code));
}

static void transaction_print(Arena *arena, const json_t *row) {
    Str effective = json_text(row, "effective_on");
    Str recorded = json_text(row, "recorded_on");
    Str kind = json_text(row, "kind");
    Str id = json_text(row, "id");
    printf("%.*s=%.*s (", STR_ARGS(effective), STR_ARGS(recorded));
    clean_print(json_text(row, "code"));
    printf(") ");
    clean_print(json_text(row, "customer"));
    printf(" | %.*s\n    ; id:%.*s", STR_ARGS(kind), STR_ARGS(id));
    tag_print(row, "customer");
    tag_print(row, "invoice");
    if (!str_is_empty(json_text(row, "invoice"))) {
        tag_print(row, "charge");
        printf(", instalment:%lld", (long long)json_number(row, "instalment"));
    }
    tag_print(row, "credit_kind");
    tag_print(row, "credit_number");
    tag_print(row, "document");
    putchar('\n');
    posting_print(arena, row, "debit", 1);
    posting_print(arena, row, "credit", -1);
    putchar('\n');
}

static void page_hledger(Export *out, Cli *page, const json_t *answer) {
    size_t i;
    json_t *row;
    if (!out->goes_on) {
        printf("; %.*s\ndecimal-mark .\n\n", STR_ARGS(json_text(answer, "creditor")));
    }
    json_array_foreach(json_object_get(answer, "entries"), i, row) {
        account_declare(out, json_text(row, "debit"));
        account_declare(out, json_text(row, "credit"));
        currency_declare(out, json_text(row, "currency"));
        transaction_print(&page->arena, row);
    }
}

/* ---- tables */

static void page_table(const Export *out, Cli *page, const json_t *answer) {
    static const ReportColumn columns[] = {{"effective", "effective_on", REPORT_TEXT},
                                           {"recorded", "recorded_on", REPORT_TEXT},
                                           {"customer", "customer", REPORT_TEXT},
                                           {">no", "entry", REPORT_NUMBER},
                                           {"entry", "kind", REPORT_TEXT},
                                           {"document", "code", REPORT_TEXT},
                                           {"invoice", "invoice", REPORT_TEXT},
                                           {"debit", "debit", REPORT_TEXT},
                                           {"credit", "credit", REPORT_TEXT},
                                           {">amount", "amount", REPORT_MONEY},
                                           {"currency", "currency", REPORT_TEXT}};
    const ReportList list = {"entries", columns, (int)COUNT_OF(columns)};
    report_list_go_on(page, answer, &list, out->goes_on);
}

/* ---- pages */

static void page_print(Export *out, Cli *page, const Answer *answer) {
    switch (page->format) {
    case CLI_HLEDGER:
        page_hledger(out, page, answer->json);
        return;
    case CLI_JSON:
        report_json(answer);
        return;
    case CLI_TABLE:
    case CLI_CSV:
        page_table(out, page, answer->json);
        return;
    }
    CHECK(!"a format");
}

/* Where the next page begins: task, account and entry. */
typedef struct Place {
    char text[64];
    ptrdiff_t len; /* 0: there is no such page */
} Place;

static Place place_of(const json_t *answer) {
    Place place = {0};
    Str next = json_text(answer, "next");
    CHECK(next.len < (ptrdiff_t)sizeof place.text);
    memcpy(place.text, next.ptr, (size_t)next.len);
    place.len = next.len;
    return place;
}

/* A page in an arena of its own; `place` is where it begins, and then where the next one does. */
static int page_show(Export *out, Place *place) {
    Answer answer;
    Cli page = *out->cli;
    page.arena = arena_open("page", PAGE_BYTES);
    ReportQuestion question = {.path = "/v1/journal"};
    if (place->len > 0) {
        question.name = "after";
        question.value = str_from(place->text, place->len);
    }
    int code = report_ask(&page, &question, &answer);
    if (code == CLI_DONE) {
        page_print(out, &page, &answer);
        *place = place_of(answer.json);
        out->goes_on = true;
        ask_end(&answer);
    }
    arena_close(&page.arena);
    return code;
}

/* What was printed before a page failed is a part. */
int cli_report_journal(Cli *cli) {
    Export out = {.cli = cli};
    Place place = {0};
    int code = CLI_DONE;
    do {
        code = page_show(&out, &place);
    } while (code == CLI_DONE && place.len > 0);
    return code == CLI_DONE || !out.goes_on ? code : CLI_PARTLY;
}
