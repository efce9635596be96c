/* `arrears dunning list|show|settle|resend`: reminders, and what people say of them. */
#include <inttypes.h>

#include "arrears/billing/v1/billing.pb-c.h"
#include "chassis/clock.h"
#include "cli/ask.h"
#include "cli/http.h"
#include "cli/item.h"
#include "cli/out.h"
#include "cli/person.h"
#include "contract/topics.h"
#include "contract/wire.h"

enum { REASON_MAX = 1000, TOP_MAX = 10000 /* the service's own limit may be lower */ };

const CliOption DUNNING_LIST_OPTIONS[] = {
    {"--state", "STATE", "Only those that are issued, sent, failed, uncertain or withdrawn."},
    {"--creditor", "CREDITOR", "Only this creditor's."},
    {"--customer", "ID", "Only this customer's."},
    {"--top", "N", "So many at most, the latest first."},
    {"--persons", NULL, "Instead: customers whom a person has to reach, and why."},
    {"--paused", NULL, "Instead: invoices whose clock stands still today."},
    {NULL, NULL, NULL},
};
const CliOption DUNNING_SETTLE_OPTIONS[] = {
    {"--reason", "TEXT", "How it is known, for the audit."},
    {"--number", "NUMBER",
     "Number of the statement; sending the same one again has no effect. Default: a new one."},
    {NULL, NULL, NULL},
};
const CliOption DUNNING_RESEND_OPTIONS[] = {
    {"--reason", "TEXT", "Why, for the audit."},
    {"--number", "NUMBER",
     "Number of the wish; sending the same one again has no effect. Default: a new one."},
    {NULL, NULL, NULL},
};

/* ---- list */

static void account_cell(Cli *cli, Out *out, const json_t *row) {
    Account account = {json_text(row, "creditor"), json_text(row, "customer")};
    out_cell(out, account_key(&cli->arena, account));
}

static void money_cells(Out *out, const json_t *money) {
    Str code = json_text(money, "currency");
    out_money(out, json_number(money, "minor"), code);
    out_cell(out, code);
}

/* Of what is listed, something stands still today. */
static Str paused_word(const json_t *row) {
    return json_is_true(json_object_get(row, "paused")) ? S("paused") : S("");
}

static void reminders_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *row;
    Out out = out_start(&cli->arena, "reminder", "account", "state", "level", "tone", ">total",
                        "currency", "issued", ">attempt", "now", "by", "sentence", NULL);
    json_array_foreach(json_object_get(root, "reminders"), i, row) {
        out_cell(&out, json_text(row, "reminder"));
        account_cell(cli, &out, row);
        out_cell(&out, json_text(row, "state"));
        out_cell(&out, json_text(row, "level_name"));
        out_cell(&out, json_text(row, "tone"));
        money_cells(&out, json_object_get(row, "total"));
        out_cell(&out, json_text(row, "issued_on"));
        out_number(&out, json_number(row, "attempt"));
        out_cell(&out, paused_word(row));
        out_cell(&out, json_text(row, "said_by"));
        out_cell(&out, json_text(row, "sentence"));
    }
    out_print(&out, cli->format);
}

static void persons_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *row;
    Out out =
        out_start(&cli->arena, "account", "reason", ">overdue", "currency", ">days", "since", NULL);
    json_array_foreach(json_object_get(root, "accounts"), i, row) {
        account_cell(cli, &out, row);
        out_cell(&out, json_text(row, "reason"));
        money_cells(&out, json_object_get(row, "overdue"));
        out_number(&out, json_number(row, "days_past_due"));
        out_cell(&out, json_text(row, "since"));
    }
    out_print(&out, cli->format);
}

static void pauses_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *row;
    Out out = out_start(&cli->arena, "account", "invoice", "pause", "from", "until", ">open",
                        "currency", NULL);
    json_array_foreach(json_object_get(root, "pauses"), i, row) {
        account_cell(cli, &out, row);
        out_cell(&out, json_text(row, "invoice"));
        out_cell(&out, json_text(row, "pause"));
        out_cell(&out, json_text(row, "starts_on"));
        out_cell(&out, json_text(row, "ends_on"));
        if (json_is_object(json_object_get(row, "open"))) {
            money_cells(&out, json_object_get(row, "open"));
        } else {
            out_cell(&out, S(""));
            out_cell(&out, S(""));
        }
    }
    out_print(&out, cli->format);
}

static bool state_is_known(Str state) {
    static const char *const states[] = {"issued", "sent", "failed", "uncertain", "withdrawn"};
    for (int i = 0; i < COUNT_OF(states); i++) {
        if (str_equals(state, str_of(states[i]))) {
            return true;
        }
    }
    return false;
}

static bool list_is_good(const Cli *cli) {
    Str state = cli_option(cli, "--state");
    if (cli_flag(cli, "--persons") && (state.ptr || cli_option(cli, "--customer").ptr)) {
        cli_say("dunning list: --persons goes with --creditor alone");
        return false;
    }
    if (cli_flag(cli, "--paused") && (state.ptr || cli_flag(cli, "--persons"))) {
        cli_say("dunning list: --paused goes with --creditor and --customer");
        return false;
    }
    if (state.ptr && !state_is_known(state)) {
        cli_say("--state: \"%.*s\" is not issued, sent, failed, uncertain or withdrawn",
                STR_ARGS(state));
        return false;
    }
    int64_t top;
    Str text = cli_option(cli, "--top");
    return !text.ptr || cli_number(cli, "--top", text, 1, TOP_MAX, &top);
}

/* Asks dunning and prints the answer, as it came or with `print`. */
static int told(Cli *cli, Str path, const Str *pairs, int count,
                void (*print)(Cli *cli, const json_t *root)) {
    Answer answer;
    int code =
        ask(cli, "ARREARS_DUNNING_URL", cli->settings.dunning_url, path, pairs, count, &answer);
    if (code != CLI_DONE) {
        return code;
    }
    if (cli->format == CLI_JSON) {
        printf("%.*s\n", STR_ARGS(str_trim(answer.body)));
    } else {
        print(cli, answer.json);
    }
    ask_end(&answer);
    return CLI_DONE;
}

int cli_dunning_list(Cli *cli) {
    if (!list_is_good(cli)) {
        return CLI_USAGE;
    }
    const Str pairs[] = {S("creditor"), cli_option(cli, "--creditor"), //
                         S("top"),      cli_option(cli, "--top"),      //
                         S("customer"), cli_option(cli, "--customer"), //
                         S("state"),    cli_option(cli, "--state")};
    if (cli_flag(cli, "--persons")) {
        return told(cli, S("/v1/dunning/persons"), pairs, 4, persons_print);
    }
    if (cli_flag(cli, "--paused")) {
        return told(cli, S("/v1/dunning/pauses"), pairs, 6, pauses_print);
    }
    return told(cli, S("/v1/dunning/reminders"), pairs, COUNT_OF(pairs), reminders_print);
}

/* ---- show */

static void line_print(const char *name, Str value) {
    if (!str_is_empty(value)) {
        printf("%-14s %.*s\n", name, STR_ARGS(value));
    }
}

static Str amount_text(Cli *cli, const json_t *amount) {
    Currency currency = {0};
    (void)!currency_find(json_text(amount, "currency"), &currency);
    return money_print(&cli->arena, money_of(json_number(amount, "minor"), currency));
}

static void head_print(Cli *cli, const json_t *root) {
    static const char *const first[] = {"reminder", "creditor", "customer", "state",
                                        "sentence", "said_by",  "issued_on"};
    static const char *const last[] = {"tone", "credit_band", "ladder_hash", "contact_hash"};
    for (int i = 0; i < COUNT_OF(first); i++) {
        line_print(first[i], json_text(root, first[i]));
    }
    line_print("level", str_format(&cli->arena, "%" PRId64 " %.*s", json_number(root, "level"),
                                   STR_ARGS(json_text(root, "level_name"))));
    line_print("total", amount_text(cli, json_object_get(root, "total")));
    for (int i = 0; i < COUNT_OF(last); i++) {
        line_print(last[i], json_text(root, last[i]));
    }
}

static void items_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *row;
    Out out = out_start(&cli->arena, "invoice", "charge", ">instalment", "due", ">open", "currency",
                        "now", NULL);
    json_array_foreach(json_object_get(root, "items"), i, row) {
        out_cell(&out, json_text(row, "invoice"));
        item_cells(&out, row);
        out_cell(&out, json_text(row, "due_on"));
        money_cells(&out, json_object_get(row, "open"));
        out_cell(&out, paused_word(row));
    }
    putchar('\n');
    out_print(&out, cli->format);
}

static void attempts_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *row;
    Out out = out_start(&cli->arena, ">attempt", "outcome", "begun", "ended", "detail", NULL);
    json_array_foreach(json_object_get(root, "attempts"), i, row) {
        out_number(&out, json_number(row, "attempt"));
        out_cell(&out, json_text(row, "outcome"));
        out_cell(&out, json_text(row, "claimed_at"));
        out_cell(&out, json_text(row, "ended_at"));
        out_cell(&out, json_text(row, "detail"));
    }
    if (out.count > 0) {
        putchar('\n');
        out_print(&out, cli->format);
    }
}

/* The mail stands last: it is as long as it is. */
static void reminder_print(Cli *cli, const json_t *root) {
    head_print(cli, root);
    items_print(cli, root);
    attempts_print(cli, root);
    Str body = json_text(root, "body");
    printf("\nTo: %.*s\nSubject: %.*s\n\n%.*s%s", STR_ARGS(json_text(root, "to")),
           STR_ARGS(json_text(root, "subject")), STR_ARGS(body),
           str_ends_with(body, S("\n")) ? "" : "\n");
}

int cli_dunning_show(Cli *cli) {
    if (!id_is_part(cli->arguments[0]) || !id_is_number(cli->arguments[1])) {
        cli_say("\"%.*s\" \"%.*s\" are not a creditor and a reminder of it",
                STR_ARGS(cli->arguments[0]), STR_ARGS(cli->arguments[1]));
        return CLI_USAGE;
    }
    Str reminder = http_path_part(&cli->arena, cli->arguments[1]);
    Str path = str_format(&cli->arena, "/v1/dunning/reminders/%.*s/%.*s",
                          STR_ARGS(cli->arguments[0]), STR_ARGS(reminder));
    return told(cli, path, NULL, 0, reminder_print);
}

/* ---- settle, resend */

typedef struct Word {
    Account account;
    Str reminder;
    Str number;
    Str reason;
} Word;

/* What both say; false after saying what is wrong. */
static bool word_read(Cli *cli, const char *prefix, Word *word) {
    word->reminder = cli->arguments[1];
    word->reason = cli_option(cli, "--reason");
    word->number = cli_option(cli, "--number");
    if (!person_is_known(cli) || !person_account(cli, cli->arguments[0], &word->account)) {
        return false;
    }
    if (!word->reason.ptr || str_is_empty(str_trim(word->reason)) ||
        word->reason.len > REASON_MAX) {
        cli_say("dunning: --reason TEXT (at most %d bytes) is needed", REASON_MAX);
        return false;
    }
    if (!word->number.ptr) {
        word->number = str_format(&cli->arena, "%s-%" PRId64, prefix, clock_now().us);
    }
    if (!id_is_number(word->reminder) || !id_is_number(word->number)) {
        cli_say("a reminder's id and a number are 1 to 64 bytes of text");
        return false;
    }
    return true;
}

static Arrears__Envelope__V1__Actor actor_of(Cli *cli) {
    Arrears__Envelope__V1__Actor actor = ARREARS__ENVELOPE__V1__ACTOR__INIT;
    actor.id = wire_put_text(&cli->arena, cli->settings.actor);
    return actor;
}

static Str settlement_pack(Cli *cli, const Word *word, bool sent) {
    Arena *arena = &cli->arena;
    Arrears__Envelope__V1__Actor actor = actor_of(cli);
    Arrears__Billing__V1__ReminderSettled settled = ARREARS__BILLING__V1__REMINDER_SETTLED__INIT;
    settled.creditor = wire_put_text(arena, word->account.creditor);
    settled.customer = wire_put_text(arena, word->account.customer);
    settled.number = wire_put_text(arena, word->number);
    settled.reminder_id = wire_put_text(arena, word->reminder);
    settled.outcome = sent ? ARREARS__BILLING__V1__REMINDER_OUTCOME__REMINDER_OUTCOME_SENT
                           : ARREARS__BILLING__V1__REMINDER_OUTCOME__REMINDER_OUTCOME_NOT_SENT;
    settled.reason = wire_put_text(arena, word->reason);
    settled.actor = &actor;
    Arrears__Billing__V1__BillingEvent message = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    message.event_case = ARREARS__BILLING__V1__BILLING_EVENT__EVENT_REMINDER_SETTLED;
    message.reminder_settled = &settled;
    return wire_pack(&message.base, arena);
}

static Str resend_pack(Cli *cli, const Word *word) {
    Arena *arena = &cli->arena;
    Arrears__Envelope__V1__Actor actor = actor_of(cli);
    Arrears__Billing__V1__ReminderResendRequested wish =
        ARREARS__BILLING__V1__REMINDER_RESEND_REQUESTED__INIT;
    wish.creditor = wire_put_text(arena, word->account.creditor);
    wish.customer = wire_put_text(arena, word->account.customer);
    wish.number = wire_put_text(arena, word->number);
    wish.reminder_id = wire_put_text(arena, word->reminder);
    wish.reason = wire_put_text(arena, word->reason);
    wish.actor = &actor;
    Arrears__Billing__V1__BillingEvent message = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    message.event_case = ARREARS__BILLING__V1__BILLING_EVENT__EVENT_REMINDER_RESEND_REQUESTED;
    message.reminder_resend_requested = &wish;
    return wire_pack(&message.base, arena);
}

/* Dunning hears it from the ledger, which notes it. */
static int word_send(Cli *cli, const Word *word, Str value, const char *what) {
    Err err;
    printf("%.*s\n", STR_ARGS(word->number));
    if (!person_put(cli, TOPIC_BILLING, account_key(&cli->arena, word->account), value, &err)) {
        return cli_fail(&err, "%s", what);
    }
    cli_say("%s: sent; `arrears dunning show %.*s %.*s` tells what became of it", what,
            STR_ARGS(word->account.creditor), STR_ARGS(word->reminder));
    return CLI_DONE;
}

int cli_dunning_settle(Cli *cli) {
    Word word;
    bool sent = str_equals(cli->arguments[2], S("sent"));
    if (!sent && !str_equals(cli->arguments[2], S("not-sent"))) {
        cli_say("\"%.*s\" is not sent or not-sent", STR_ARGS(cli->arguments[2]));
        return CLI_USAGE;
    }
    if (!word_read(cli, "RS", &word)) {
        return CLI_USAGE;
    }
    return word_send(cli, &word, settlement_pack(cli, &word, sent), "reminder settled");
}

int cli_dunning_resend(Cli *cli) {
    Word word;
    if (!word_read(cli, "RR", &word)) {
        return CLI_USAGE;
    }
    return word_send(cli, &word, resend_pack(cli, &word), "resend requested");
}
