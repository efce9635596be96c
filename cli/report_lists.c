/* Reports that are lists, as tables of their columns. */
#include "base/check.h"
#include "cli/report.h"

const CliOption REPORT_ALLOWANCE_OPTIONS[] = {
    REPORT_AS_OF,
    {"--from", "DATE", "The first day of what moved. Default: the first day of the year."},
    REPORT_KNOWN_ON,
    REPORT_CREDITOR,
    REPORT_END};
const CliOption REPORT_CUT_OFF_OPTIONS[] = {REPORT_AS_OF, REPORT_KNOWN_ON, REPORT_CREDITOR,
                                            REPORT_END};
const CliOption REPORT_RECOVERY_OPTIONS[] = {REPORT_SPAN, REPORT_KNOWN_ON, REPORT_CREDITOR,
                                             REPORT_END};
const CliOption REPORT_SMALL_BALANCES_OPTIONS[] = {REPORT_SPAN, REPORT_KNOWN_ON, REPORT_CREDITOR,
                                                   REPORT_END};
const CliOption REPORT_ROLL_RATES_OPTIONS[] = {
    REPORT_AS_OF,
    {"--days", "N", "Since so many days ago. Default 30."},
    REPORT_KNOWN_ON,
    REPORT_CREDITOR,
    REPORT_END};
const CliOption REPORT_STATEMENT_OPTIONS[] = {
    {"--customer", "ID", "Whose."}, REPORT_SPAN, REPORT_KNOWN_ON, REPORT_CREDITOR, REPORT_END};
const CliOption REPORT_INTEREST_OPTIONS[] = {
    {"--customer", "ID", "Of one customer alone."}, REPORT_CREDITOR, REPORT_END};
const CliOption REPORT_LIMITATION_OPTIONS[] = {
    REPORT_AS_OF,
    {"--within", "DAYS", "Only what ends within so many days, or has ended. Default: all."},
    {"--customer", "ID", "Of one customer alone."},
    REPORT_KNOWN_ON,
    REPORT_CREDITOR,
    REPORT_END};
const CliOption REPORT_SUSPENSE_OPTIONS[] = {REPORT_AS_OF, REPORT_KNOWN_ON, REPORT_CREDITOR,
                                             REPORT_END};
const CliOption REPORT_TIE_OUT_OPTIONS[] = {REPORT_CREDITOR, REPORT_END};
const CliOption REPORT_TRIAL_BALANCE_OPTIONS[] = {REPORT_AS_OF, REPORT_KNOWN_ON, REPORT_CREDITOR,
                                                  REPORT_END};

/* ---- the lists of each */

#define LIST(name, columns)                                                                        \
    { name, columns, (int)COUNT_OF(columns) }

static const ReportColumn ALLOWANCE_MATRIX[] = {
    {"bucket", "bucket", REPORT_TEXT},      {">items", "items", REPORT_NUMBER},
    {">open", "open", REPORT_MONEY},        {">rate %", "rate", REPORT_TEXT},
    {">applied %", "applied", REPORT_TEXT}, {">allowance", "allowance", REPORT_MONEY},
    {"currency", "currency", REPORT_TEXT}};
static const ReportColumn ALLOWANCE_TOTALS[] = {{">items", "items", REPORT_NUMBER},
                                                {">open", "open", REPORT_MONEY},
                                                {">share %", "share_x100", REPORT_HUNDREDTHS},
                                                {">allowance", "allowance", REPORT_MONEY},
                                                {"currency", "currency", REPORT_TEXT}};
static const ReportColumn ALLOWANCE_POLICY[] = {{"matrix of", "id", REPORT_TEXT},
                                                {"valid from", "valid_from", REPORT_TEXT},
                                                {">default days", "default_days", REPORT_NUMBER},
                                                {"rebutted", "rebutted", REPORT_TEXT},
                                                {"index", "index", REPORT_TEXT},
                                                {">factor %", "factor", REPORT_TEXT},
                                                {"rounding", "rounding", REPORT_TEXT}};
static const ReportColumn ALLOWANCE_MOVEMENT[] = {
    {">opening", "opening", REPORT_MONEY}, {">charge", "charge", REPORT_MONEY},
    {">used", "used", REPORT_MONEY},       {">recoveries", "recoveries", REPORT_MONEY},
    {">closing", "closing", REPORT_MONEY}, {"currency", "currency", REPORT_TEXT}};
static const ReportColumn ALLOWANCE_ENTRIES[] = {{"debit", "debit", REPORT_TEXT},
                                                 {"credit", "credit", REPORT_TEXT},
                                                 {">amount", "amount", REPORT_MONEY},
                                                 {"currency", "currency", REPORT_TEXT}};
static const ReportColumn ALLOWANCE_ENFORCED[] = {
    {">written off", "items", REPORT_NUMBER},
    {">still claimed", "outstanding", REPORT_MONEY},
    {">since", "items_of_span", REPORT_NUMBER},
    {">still claimed of these", "outstanding_of_span", REPORT_MONEY},
    {"currency", "currency", REPORT_TEXT}};
static const ReportList ALLOWANCE_LISTS[] = {
    LIST("matrix", ALLOWANCE_MATRIX),   LIST("totals", ALLOWANCE_TOTALS),
    LIST("policy", ALLOWANCE_POLICY),   LIST("movement", ALLOWANCE_MOVEMENT),
    LIST("entries", ALLOWANCE_ENTRIES), LIST("enforced", ALLOWANCE_ENFORCED)};

static const ReportColumn TRIAL_ACCOUNTS[] = {{"account", "account", REPORT_TEXT},
                                              {">debit", "debit", REPORT_MONEY},
                                              {">credit", "credit", REPORT_MONEY},
                                              {"currency", "currency", REPORT_TEXT}};
static const ReportColumn TRIAL_SUMS[] = {{">debit", "debit", REPORT_MONEY},
                                          {">credit", "credit", REPORT_MONEY},
                                          {"currency", "currency", REPORT_TEXT}};
static const ReportList TRIAL_LISTS[] = {LIST("accounts", TRIAL_ACCOUNTS),
                                         LIST("sums", TRIAL_SUMS)};

static const ReportColumn TIE_CONTROLS[] = {
    {"account", "account", REPORT_TEXT},         {">sub-ledger", "sub_ledger", REPORT_MONEY},
    {">balance", "balance", REPORT_MONEY},       {">journal", "journal", REPORT_MONEY},
    {">difference", "difference", REPORT_MONEY}, {"currency", "currency", REPORT_TEXT}};
static const ReportColumn TIE_DIFFERENCES[] = {{"differs", "what", REPORT_TEXT},
                                               {"customer", "customer", REPORT_TEXT},
                                               {"document", "document", REPORT_TEXT},
                                               {"charge", "charge", REPORT_TEXT},
                                               {">instalment", "instalment", REPORT_NUMBER},
                                               {">kept", "kept", REPORT_MONEY},
                                               {">journal", "journal", REPORT_MONEY},
                                               {">difference", "difference", REPORT_MONEY},
                                               {"currency", "currency", REPORT_TEXT}};
static const ReportList TIE_LISTS[] = {LIST("controls", TIE_CONTROLS),
                                       LIST("differences", TIE_DIFFERENCES)};

static const ReportColumn STATEMENT_BALANCES[] = {{">opening", "opening", REPORT_MONEY},
                                                  {">debit", "debit", REPORT_MONEY},
                                                  {">credit", "credit", REPORT_MONEY},
                                                  {">closing", "closing", REPORT_MONEY},
                                                  {"currency", "currency", REPORT_TEXT}};
static const ReportColumn STATEMENT_MOVEMENTS[] = {
    {"date", "date", REPORT_TEXT},         {"entry", "kind", REPORT_TEXT},
    {"document", "document", REPORT_TEXT}, {"invoice", "invoice", REPORT_TEXT},
    {"charge", "charge", REPORT_TEXT},     {">instalment", "instalment", REPORT_NUMBER},
    {">debit", "debit", REPORT_MONEY},     {">credit", "credit", REPORT_MONEY},
    {">balance", "balance", REPORT_MONEY}, {"currency", "currency", REPORT_TEXT}};
static const ReportColumn STATEMENT_ITEMS[] = {{"open invoice", "invoice", REPORT_TEXT},
                                               {"charge", "charge", REPORT_TEXT},
                                               {">instalment", "instalment", REPORT_NUMBER},
                                               {"issued", "issued_on", REPORT_TEXT},
                                               {"due", "due_on", REPORT_TEXT},
                                               {">days late", "days_late", REPORT_NUMBER},
                                               {">open", "open", REPORT_MONEY},
                                               {"currency", "currency", REPORT_TEXT}};
static const ReportColumn STATEMENT_CREDITS[] = {{"credit", "number", REPORT_TEXT},
                                                 {"kind", "kind", REPORT_TEXT},
                                                 {"of", "received_on", REPORT_TEXT},
                                                 {">unapplied", "unapplied", REPORT_MONEY},
                                                 {"currency", "currency", REPORT_TEXT}};
static const ReportColumn STATEMENT_STATED[] = {
    {"statement", "statement", REPORT_TEXT},   {"as of", "as_of", REPORT_TEXT},
    {">lines", "items", REPORT_NUMBER},        {">open", "open", REPORT_MONEY},
    {">unapplied", "unapplied", REPORT_MONEY}, {">balance", "balance", REPORT_MONEY},
    {"currency", "currency", REPORT_TEXT},     {"state", "state", REPORT_TEXT},
    {"on", "agreed_on", REPORT_TEXT},          {"by", "document", REPORT_TEXT},
    {"evidence", "evidence", REPORT_TEXT},     {"said by", "actor", REPORT_TEXT}};
static const ReportColumn STATEMENT_DISPUTED[] = {{"disputed on", "statement", REPORT_TEXT},
                                                  {"invoice", "invoice", REPORT_TEXT},
                                                  {"charge", "charge", REPORT_TEXT},
                                                  {">instalment", "instalment", REPORT_NUMBER},
                                                  {"due", "due_on", REPORT_TEXT},
                                                  {">stated", "open", REPORT_MONEY},
                                                  {">acknowledged", "acknowledged", REPORT_MONEY},
                                                  {"currency", "currency", REPORT_TEXT},
                                                  {"because", "reason", REPORT_TEXT}};
static const ReportList STATEMENT_LISTS[] = {
    LIST("balances", STATEMENT_BALANCES), LIST("movements", STATEMENT_MOVEMENTS),
    LIST("items", STATEMENT_ITEMS),       LIST("unapplied", STATEMENT_CREDITS),
    LIST("statements", STATEMENT_STATED), LIST("disputed", STATEMENT_DISPUTED)};

static const ReportColumn LIMITATION_SUMS[] = {
    {">items", "items", REPORT_NUMBER},         {">open", "open", REPORT_MONEY},
    {">given up", "given_up", REPORT_MONEY},    {">barred", "barred", REPORT_MONEY},
    {"next last day", "next_day", REPORT_TEXT}, {"currency", "currency", REPORT_TEXT}};
static const ReportColumn LIMITATION_ITEMS[] = {{"last day", "last_day", REPORT_TEXT},
                                                {">days left", "days_left", REPORT_NUMBER},
                                                {"state", "state", REPORT_TEXT},
                                                {"customer", "customer", REPORT_TEXT},
                                                {"invoice", "invoice", REPORT_TEXT},
                                                {"charge", "charge", REPORT_TEXT},
                                                {">instalment", "instalment", REPORT_NUMBER},
                                                {"first due", "first_due_on", REPORT_TEXT},
                                                {">part", "part", REPORT_MONEY},
                                                {">open", "open", REPORT_MONEY},
                                                {">given up", "given_up", REPORT_MONEY},
                                                {"currency", "currency", REPORT_TEXT},
                                                {"anew from", "interrupted_on", REPORT_TEXT},
                                                {"by", "by", REPORT_TEXT},
                                                {"document", "document", REPORT_TEXT}};
static const ReportColumn LIMITATION_RULE[] = {{">years", "years", REPORT_NUMBER},
                                               {"from", "from", REPORT_TEXT},
                                               {"part payment", "part_payment", REPORT_TEXT},
                                               {"revives", "revives", REPORT_TEXT}};
static const ReportList LIMITATION_LISTS[] = {
    LIST("rule", LIMITATION_RULE), LIST("sums", LIMITATION_SUMS), LIST("items", LIMITATION_ITEMS)};

static const ReportColumn ROLLS[] = {{"bucket then", "bucket", REPORT_TEXT},
                                     {"now", "now", REPORT_TEXT},
                                     {">items", "items", REPORT_NUMBER},
                                     {">amount", "amount", REPORT_MONEY},
                                     {">share %", "share_x100", REPORT_HUNDREDTHS},
                                     {"currency", "currency", REPORT_TEXT}};
static const ReportList ROLL_LISTS[] = {LIST("rolls", ROLLS)};

static const ReportColumn CUT_SUMS[] = {{"side", "side", REPORT_TEXT},
                                        {"entry", "kind", REPORT_TEXT},
                                        {">entries", "count", REPORT_NUMBER},
                                        {">amount", "amount", REPORT_MONEY},
                                        {"currency", "currency", REPORT_TEXT}};
static const ReportColumn CUT_ENTRIES[] = {{"side", "side", REPORT_TEXT},
                                           {"customer", "customer", REPORT_TEXT},
                                           {">no", "entry", REPORT_NUMBER},
                                           {"entry", "kind", REPORT_TEXT},
                                           {"document", "document", REPORT_TEXT},
                                           {"effective", "effective_on", REPORT_TEXT},
                                           {"recorded", "recorded_on", REPORT_TEXT},
                                           {"debit", "debit", REPORT_TEXT},
                                           {"credit", "credit", REPORT_TEXT},
                                           {">amount", "amount", REPORT_MONEY},
                                           {"currency", "currency", REPORT_TEXT}};
static const ReportList CUT_LISTS[] = {LIST("sums", CUT_SUMS), LIST("entries", CUT_ENTRIES)};

static const ReportColumn RECOVERY_MONTHS[] = {
    {"written off in", "month", REPORT_TEXT},      {">items", "items", REPORT_NUMBER},
    {">written off", "written_off", REPORT_MONEY}, {">recovered", "recovered", REPORT_MONEY},
    {">rate %", "rate_x100", REPORT_HUNDREDTHS},   {"currency", "currency", REPORT_TEXT}};
static const ReportColumn RECOVERY_REASONS[] = {
    {"written off for", "reason", REPORT_TEXT},    {">items", "items", REPORT_NUMBER},
    {">written off", "written_off", REPORT_MONEY}, {">recovered", "recovered", REPORT_MONEY},
    {">rate %", "rate_x100", REPORT_HUNDREDTHS},   {"currency", "currency", REPORT_TEXT}};
static const ReportColumn RECOVERY_CLOSING[] = {{"closed by", "reason", REPORT_TEXT},
                                                {">entries", "entries", REPORT_NUMBER},
                                                {">amount", "amount", REPORT_MONEY},
                                                {">share %", "share_x100", REPORT_HUNDREDTHS},
                                                {"currency", "currency", REPORT_TEXT}};
static const ReportList RECOVERY_LISTS[] = {LIST("months", RECOVERY_MONTHS),
                                            LIST("reasons", RECOVERY_REASONS),
                                            LIST("closing", RECOVERY_CLOSING)};

static const ReportColumn INTEREST_SUMS[] = {
    {"regime", "regime", REPORT_TEXT},       {">debts", "debts", REPORT_NUMBER},
    {">accrued", "accrued", REPORT_MONEY},   {">posted", "posted", REPORT_MONEY},
    {">to claim", "unposted", REPORT_MONEY}, {">fixed sums", "fixed", REPORT_MONEY},
    {"currency", "currency", REPORT_TEXT}};
static const ReportColumn INTEREST_DEBTS[] = {{"customer", "customer", REPORT_TEXT},
                                              {"invoice", "invoice", REPORT_TEXT},
                                              {">instalment", "instalment", REPORT_NUMBER},
                                              {"state", "state", REPORT_TEXT},
                                              {"regime", "regime", REPORT_TEXT},
                                              {"until", "accrued_until", REPORT_TEXT},
                                              {">accrued", "accrued", REPORT_MONEY},
                                              {">posted", "posted", REPORT_MONEY},
                                              {">to claim", "unposted", REPORT_MONEY},
                                              {">fixed sum", "fixed", REPORT_MONEY},
                                              {"currency", "currency", REPORT_TEXT},
                                              {"remark", "remark", REPORT_TEXT}};
static const ReportList INTEREST_LISTS[] = {LIST("sums", INTEREST_SUMS),
                                            LIST("debts", INTEREST_DEBTS)};

static const ReportColumn SMALL_SUMS[] = {
    {"approval", "reference", REPORT_TEXT}, {"why", "reason", REPORT_TEXT},
    {">items", "count", REPORT_NUMBER},     {">customers", "customers", REPORT_NUMBER},
    {">amount", "amount", REPORT_MONEY},    {"currency", "currency", REPORT_TEXT}};
static const ReportColumn SMALL_ITEMS[] = {
    {"approval", "reference", REPORT_TEXT}, {"given up on", "effective_on", REPORT_TEXT},
    {"customer", "customer", REPORT_TEXT},  {"invoice", "invoice", REPORT_TEXT},
    {"charge", "charge", REPORT_TEXT},      {">instalment", "instalment", REPORT_NUMBER},
    {">amount", "amount", REPORT_MONEY},    {"currency", "currency", REPORT_TEXT}};
static const ReportList SMALL_LISTS[] = {LIST("sums", SMALL_SUMS), LIST("items", SMALL_ITEMS)};

static const ReportColumn SUSPENSE_SUMS[] = {{">payments", "count", REPORT_NUMBER},
                                             {">oldest, days", "oldest_days", REPORT_NUMBER},
                                             {">amount", "amount", REPORT_MONEY},
                                             {"currency", "currency", REPORT_TEXT}};
static const ReportColumn SUSPENSE_PAYMENTS[] = {
    {"payment", "payment", REPORT_TEXT}, {"received", "received_on", REPORT_TEXT},
    {">days", "days", REPORT_NUMBER},    {"way", "way", REPORT_TEXT},
    {"payer", "payer", REPORT_TEXT},     {"names", "invoice", REPORT_TEXT},
    {">amount", "amount", REPORT_MONEY}, {"currency", "currency", REPORT_TEXT}};
static const ReportList SUSPENSE_LISTS[] = {LIST("sums", SUSPENSE_SUMS),
                                            LIST("payments", SUSPENSE_PAYMENTS)};

/* ---- asking */

enum { PAIRS_MAX = 2 * (CLI_OPTIONS_MAX + 1) };

/* "--as-of" as "as_of". */
static Str parameter_of(Arena *arena, const char *option) {
    Str name = str_copy(arena, str_of(option + 2));
    char *bytes = ARENA_ARRAY(arena, char, name.len);
    for (ptrdiff_t i = 0; i < name.len; i++) {
        bytes[i] = name.ptr[i] == '-' ? '_' : name.ptr[i];
    }
    return str_from(bytes, name.len);
}

/* Days are checked before anything is asked. */
static bool option_is_good(const Cli *cli, const CliOption *option) {
    Date day;
    Str value = cli_option(cli, option->name);
    return !value.ptr || strcmp(option->value, "DATE") != 0 ||
           cli_date(cli, option->name, value, &day);
}

int report_ask(Cli *cli, const ReportQuestion *question, Answer *answer) {
    Str pairs[PAIRS_MAX];
    int count = 0;
    for (const CliOption *option = cli->known; option->name; option++) {
        if (!option_is_good(cli, option)) {
            return CLI_USAGE;
        }
        pairs[count++] = parameter_of(&cli->arena, option->name);
        pairs[count++] = cli_option(cli, option->name);
    }
    if (question->name) {
        pairs[count++] = str_of(question->name);
        pairs[count++] = question->value;
    }
    return ask(cli, "ARREARS_LEDGER_URL", cli->settings.ledger_url, str_of(question->path), pairs,
               count, answer);
}

/* ---- printing */

static void title_add(const json_t *answer, const char *before, const char *name) {
    Str text = json_text(answer, name);
    if (!str_is_empty(text)) {
        printf("%s%.*s", before, STR_ARGS(text));
    }
}

void report_title(const Cli *cli, const json_t *answer) {
    if (cli->format == CLI_TABLE) {
        title_add(answer, "", "creditor");
        title_add(answer, ", customer ", "customer");
        title_add(answer, ", as of ", "as_of");
        title_add(answer, ", from ", "from");
        title_add(answer, " to ", "to");
        title_add(answer, ", known on ", "known_on");
        if (str_equals(json_text(answer, "counted_from"), S("invoice"))) {
            printf(", days from the invoice");
        }
        printf("\n\n");
    }
}

static void cell_add(Out *out, const json_t *row, const ReportColumn *column) {
    const json_t *value = json_object_get(row, column->name);
    if (json_is_null(value)) {
        out_cell(out, S("-"));
        return;
    }
    switch (column->cell) {
    case REPORT_TEXT:
        out_cell(out, json_text(row, column->name));
        return;
    case REPORT_NUMBER:
        out_number(out, json_integer_value(value));
        return;
    case REPORT_MONEY:
        out_money(out, json_number(value, "minor"), json_text(value, "currency"));
        return;
    case REPORT_HUNDREDTHS:
        out_hundredths(out, json_integer_value(value));
        return;
    }
    CHECK(!"a kind of cell");
}

void report_list_go_on(Cli *cli, const json_t *answer, const ReportList *list, bool goes_on) {
    size_t i;
    json_t *row;
    Out out = {.arena = &cli->arena, .goes_on = goes_on};
    for (int c = 0; c < list->count; c++) {
        out_head(&out, list->columns[c].head);
    }
    json_array_foreach(json_object_get(answer, list->name), i, row) {
        for (int c = 0; c < list->count; c++) {
            cell_add(&out, row, &list->columns[c]);
        }
    }
    out_print(&out, cli->format);
}

void report_list(Cli *cli, const json_t *answer, const ReportList *list) {
    report_list_go_on(cli, answer, list, false);
}

void report_json(const Answer *answer) {
    printf("%.*s\n", STR_ARGS(str_trim(answer->body)));
}

void report_cut(const Cli *cli, const json_t *answer) {
    if (cli->format != CLI_JSON && json_is_true(json_object_get(answer, "cut"))) {
        cli_say("a list was cut at %lld rows: ARREARS_LEDGER_ANSWER_ROWS of the ledger",
                (long long)json_number(answer, "row_limit"));
    }
}

static void lists_print(Cli *cli, const Answer *answer, const ReportList *lists, int count) {
    report_title(cli, answer->json);
    for (int i = 0; i < count; i++) {
        bool empty = json_array_size(json_object_get(answer->json, lists[i].name)) == 0;
        if (!empty || i == 0) {
            fputs(i == 0 ? "" : "\n", stdout);
            report_list(cli, answer->json, &lists[i]);
        }
    }
    report_cut(cli, answer->json);
}

/* Exit code 1 when the answer is that books do not tie. */
static int show(Cli *cli, const char *path, const ReportList *lists, int count) {
    Answer answer;
    const ReportQuestion question = {.path = path};
    int code = report_ask(cli, &question, &answer);
    if (code != CLI_DONE) {
        return code;
    }
    if (cli->format == CLI_JSON) {
        report_json(&answer);
    } else {
        lists_print(cli, &answer, lists, count);
    }
    bool good = !json_is_false(json_object_get(answer.json, "ties"));
    ask_end(&answer);
    return good ? CLI_DONE : CLI_PARTLY;
}

/* ---- the commands */

int cli_report_allowance(Cli *cli) {
    return show(cli, "/v1/allowance", ALLOWANCE_LISTS, COUNT_OF(ALLOWANCE_LISTS));
}

int cli_report_cut_off(Cli *cli) {
    return show(cli, "/v1/cut-off", CUT_LISTS, COUNT_OF(CUT_LISTS));
}

int cli_report_recovery(Cli *cli) {
    return show(cli, "/v1/recovery", RECOVERY_LISTS, COUNT_OF(RECOVERY_LISTS));
}

int cli_report_roll_rates(Cli *cli) {
    return show(cli, "/v1/roll-rates", ROLL_LISTS, COUNT_OF(ROLL_LISTS));
}

int cli_report_statement(Cli *cli) {
    return show(cli, "/v1/statement", STATEMENT_LISTS, COUNT_OF(STATEMENT_LISTS));
}

int cli_report_interest(Cli *cli) {
    return show(cli, "/v1/interest", INTEREST_LISTS, COUNT_OF(INTEREST_LISTS));
}

int cli_report_limitation(Cli *cli) {
    return show(cli, "/v1/limitation", LIMITATION_LISTS, COUNT_OF(LIMITATION_LISTS));
}

int cli_report_suspense(Cli *cli) {
    return show(cli, "/v1/suspense", SUSPENSE_LISTS, COUNT_OF(SUSPENSE_LISTS));
}

int cli_report_small_balances(Cli *cli) {
    return show(cli, "/v1/small-balances", SMALL_LISTS, COUNT_OF(SMALL_LISTS));
}

int cli_report_tie_out(Cli *cli) {
    return show(cli, "/v1/tie-out", TIE_LISTS, COUNT_OF(TIE_LISTS));
}

int cli_report_trial_balance(Cli *cli) {
    return show(cli, "/v1/trial-balance", TRIAL_LISTS, COUNT_OF(TRIAL_LISTS));
}
