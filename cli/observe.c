/* `arrears policy observe`: loss rates as the ledger has seen them become a new allowance document,
 * valid from the first day for which nothing is decided yet, and with it a new rule set.
 *
 * Whatever cannot be observed stays as it was: the rates for all currencies, those of lines that
 * nothing entered, the rebuttal, the index and the rounding. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/policy.h"
#include "cli/report.h"
#include "policy/allowance.h"

const CliOption POLICY_OBSERVE_OPTIONS[] = {
    {"--months", "N", "Of debts due in so many months. Default 12."},
    {"--dry-run", NULL, "Print the document; write and publish nothing."},
    REPORT_AS_OF,
    REPORT_CREDITOR,
    REPORT_END,
};

enum { DOCUMENT_MAX = 64 << 10 };

typedef struct Observation {
    Cli *cli;
    const json_t *answer;
    Str creditor;
    Date valid_from;
    Allowance former;
    AllowanceRate *rates; /* of the new document */
    int count;
} Observation;

/* ---- what was in force */

static bool former_find(Observation *made, const PolicyFiles *files) {
    Err err;
    Arena *arena = &made->cli->arena;
    Allowance *all = ARENA_ARRAY(arena, Allowance, files->count);
    AllowanceSet set = {.allowances = all};
    for (int i = 0; i < files->count; i++) {
        if (policy_is_in(&files->files[i], "allowance") &&
            allowance_parse(files->files[i].yaml, arena, &all[set.count], &err)) {
            set.count++;
        }
    }
    const Allowance *found = allowance_in_force(&set, made->creditor, made->valid_from);
    found =
        found != NULL ? found : allowance_in_force(&set, S(ALLOWANCE_DEFAULT), made->valid_from);
    if (found == NULL) {
        cli_say("%.*s/allowance: neither \"%.*s\" nor \"default\" has a document to begin from",
                STR_ARGS(files->folder), STR_ARGS(made->creditor));
        return false;
    }
    made->former = *found;
    return true;
}

/* ---- rates */

static AllowanceRate *rate_find(Observation *made, Str bucket, Str currency) {
    for (int i = 0; i < made->count; i++) {
        AllowanceRate *rate = &made->rates[i];
        if (str_equals(rate->bucket, bucket) && str_equals(str_of(rate->currency.code), currency)) {
            return rate;
        }
    }
    return NULL;
}

/* False when the ledger says something that this program does not understand. */
static bool rate_take(Observation *made, const json_t *row) {
    Str bucket = json_text(row, "bucket");
    Str currency = json_text(row, "currency");
    AllowanceRate taken = {.bucket = bucket,
                           .entered = json_number(json_object_get(row, "entered"), "minor"),
                           .lost = json_number(json_object_get(row, "lost"), "minor")};
    if (!currency_find(currency, &taken.currency) || taken.entered < 0 || taken.lost < 0 ||
        taken.lost > taken.entered) {
        return false;
    }
    if (taken.entered == 0) {
        cli_say("%.*s %.*s: nothing entered it, so its former rate of %.*s percent stays",
                STR_ARGS(currency), STR_ARGS(bucket), STR_ARGS(json_text(row, "former")));
        return true;
    }
    taken.percent = allowance_observed(taken.lost, taken.entered);
    AllowanceRate *place = rate_find(made, bucket, currency);
    if (place == NULL && made->count == ALLOWANCE_RATES_MAX) {
        return false;
    }
    place = place != NULL ? place : &made->rates[made->count++];
    *place = taken;
    return true;
}

static bool rates_take(Observation *made) {
    size_t i;
    json_t *row;
    made->rates = ARENA_ARRAY(&made->cli->arena, AllowanceRate, ALLOWANCE_RATES_MAX);
    for (; made->count < made->former.rates.count; made->count++) {
        made->rates[made->count] = made->former.rates.rows[made->count];
    }
    json_array_foreach(json_object_get(made->answer, "rates"), i, row) {
        if (!rate_take(made, row)) {
            cli_say("the ledger's loss rates make no document: too many, or of another version");
            return false;
        }
    }
    return true;
}

/* ---- the document */

/* Names are free text; what is quoted stays on its line, since names have no control characters. */
static void quoted_add(StrBuilder *out, Str text) {
    str_add(out, S("\""));
    for (ptrdiff_t i = 0; i < text.len; i++) {
        bool special = text.ptr[i] == '"' || text.ptr[i] == '\\';
        str_add(out, special ? S("\\") : S(""));
        str_add(out, str_slice(text, i, i + 1));
    }
    str_add(out, S("\""));
}

static void rate_add(StrBuilder *out, Arena *arena, const AllowanceRate *rate) {
    Str percent = decimal_print(arena, rate->percent);
    str_add(out, S("  - {bucket: "));
    quoted_add(out, rate->bucket);
    if (rate->currency.code[0] != '\0') {
        str_addf(out, ", currency: %s", rate->currency.code);
    }
    str_addf(out, ", percent: %.*s", STR_ARGS(percent));
    if (rate->entered > 0) {
        str_addf(out, ", entered: %" PRId64 ", lost: %" PRId64, rate->entered, rate->lost);
    }
    str_add(out, S("}\n"));
}

static void terms_add(StrBuilder *out, const Allowance *former) {
    if (!str_is_empty(former->reason)) {
        str_addf(out, "rebutted: {days: %d, reason: ", (int)former->default_days);
        quoted_add(out, former->reason);
        str_add(out, S("}\n"));
    }
    if (!str_is_empty(former->index)) {
        str_addf(out, "index: %.*s\n", STR_ARGS(former->index));
    }
    str_addf(out, "rounding: %s\n", allowance_rounding_name(former->rounding));
}

static Str document_make(const Observation *made) {
    Arena *arena = &made->cli->arena;
    StrBuilder out = str_builder(arena, DOCUMENT_MAX);
    Str valid_from = date_print(arena, made->valid_from);
    str_addf(&out,
             "# Loss rates that the ledger has seen by %.*s, written by `arrears policy observe`: "
             "of what entered each bucket,\n# what ends unpaid. Rates without a currency are those "
             "of before.\n",
             STR_ARGS(json_text(made->answer, "as_of")));
    str_addf(&out, "id: %.*s\nvalid_from: %.*s\nrates:\n", STR_ARGS(made->creditor),
             STR_ARGS(valid_from));
    for (int i = 0; i < made->count; i++) {
        rate_add(&out, arena, &made->rates[i]);
    }
    terms_add(&out, &made->former);
    str_addf(&out, "observed: {from: %.*s, to: %.*s}\n",
             STR_ARGS(json_text(made->answer, "due_from")),
             STR_ARGS(json_text(made->answer, "due_to")));
    return str_built(&out);
}

/* ---- the command */

static int file_write(const char *path, Str text) {
    FILE *file = fopen(path, "w");
    bool done = file != NULL && fwrite(text.ptr, 1, (size_t)text.len, file) == (size_t)text.len;
    int fault = errno;
    if (file != NULL && fclose(file) != 0) {
        fault = errno;
        done = false;
    }
    if (!done) {
        cli_say("%s: %s", path, strerror(fault));
    }
    return done ? CLI_DONE : CLI_PARTLY;
}

/* What is not published does not stay behind, unless it was there before. */
static int document_publish(const Observation *made, const PolicyFiles *files, Str document) {
    Arena *arena = &made->cli->arena;
    Str valid_from = date_print(arena, made->valid_from);
    const char *path = str_terminated(
        arena, str_format(arena, "%.*s/allowance/observed-%.*s-%.*s.yaml", STR_ARGS(files->folder),
                          STR_ARGS(made->creditor), STR_ARGS(valid_from)));
    bool is_new = access(path, F_OK) != 0;
    int code = file_write(path, document);
    if (code == CLI_DONE) {
        cli_say("%s is written", path);
        code = cli_policy_publish(made->cli);
    }
    if (code != CLI_DONE && code != CLI_UNKNOWN && is_new && unlink(path) == 0) {
        cli_say("%s is gone again", path);
    }
    return code;
}

static int observe(Observation *made, const PolicyFiles *files) {
    Err err;
    Allowance read;
    made->creditor = json_text(made->answer, "creditor");
    if (!date_parse(json_text(made->answer, "next_day"), &made->valid_from) ||
        !former_find(made, files) || !rates_take(made)) {
        return CLI_PARTLY;
    }
    Str document = document_make(made);
    if (!allowance_parse(document, &made->cli->arena, &read, &err)) {
        return cli_fail(&err, "policy observe");
    }
    if (cli_flag(made->cli, "--dry-run")) {
        printf("%.*s", STR_ARGS(document));
        return CLI_DONE;
    }
    return document_publish(made, files, document);
}

static bool options_are_good(Cli *cli) {
    Date day;
    int64_t months;
    Str as_of = cli_option(cli, "--as-of");
    Str given = cli_option(cli, "--months");
    return (!as_of.ptr || cli_date(cli, "--as-of", as_of, &day)) &&
           (!given.ptr || cli_number(cli, "--months", given, 1, 120, &months));
}

int cli_policy_observe(Cli *cli) {
    Answer answer;
    const Str pairs[] = {S("as_of"),    cli_option(cli, "--as-of"),
                         S("creditor"), cli_option(cli, "--creditor"),
                         S("months"),   cli_option(cli, "--months")};
    if (!options_are_good(cli)) {
        return CLI_USAGE;
    }
    const PolicyFiles *files = policy_files(cli);
    if (files == NULL) {
        return CLI_PARTLY;
    }
    int code = ask(cli, "ARREARS_LEDGER_URL", cli->settings.ledger_url, S("/v1/loss-rates"), pairs,
                   COUNT_OF(pairs), &answer);
    if (code != CLI_DONE) {
        return code;
    }
    Observation made = {.cli = cli, .answer = answer.json};
    code = observe(&made, files);
    ask_end(&answer);
    return code;
}
