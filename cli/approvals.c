/* `arrears approvals list|show|approve|reject`: requests, and what people with authority say. */
#include "arrears/approvals/v1/approvals.pb-c.h"
#include "cli/ask.h"
#include "cli/http.h"
#include "cli/item.h"
#include "cli/out.h"
#include "cli/person.h"
#include "contract/topics.h"
#include "contract/wire.h"

enum { HOLDS_DAYS = 7, REASON_MAX = 1000 };

const CliOption APPROVALS_LIST_OPTIONS[] = {
    {"--state", "waiting|decided", "Only those that wait, or only those that are decided."},
    {"--creditor", "CREDITOR", "Only this creditor's."},
    {NULL, NULL, NULL},
};
const CliOption APPROVALS_DECIDE_OPTIONS[] = {
    {"--key", "FILE", "Your secret key, as `arrears keys new` writes it."},
    {"--reason", "TEXT", "Why, for the audit."},
    {"--expires", "DATE", "Last day on which the decision holds. Default: a week."},
    {NULL, NULL, NULL},
};

/* ---- list */

static Str joined(Cli *cli, const json_t *ids) {
    size_t i;
    json_t *id;
    StrBuilder out = str_builder(&cli->arena, 64 << 10);
    json_array_foreach(ids, i, id) {
        str_addf(&out, "%s%s", i == 0 ? "" : " ", json_string_value(id));
    }
    return str_built(&out);
}

static void list_print(Cli *cli, const Answer *answer) {
    size_t i;
    json_t *row;
    Out out = out_start(&cli->arena, "request", "kind", "account", "state", ">amount", "currency",
                        "asked", "by", "tier", "approvers", "decided", NULL);
    json_array_foreach(json_object_get(answer->json, "requests"), i, row) {
        const json_t *amount = json_object_get(row, "amount");
        Str creditor = json_text(row, "creditor");
        Str customer = json_text(row, "customer");
        out_cell(&out, json_text(row, "request"));
        out_cell(&out, json_text(row, "kind"));
        out_cell(&out,
                 str_format(&cli->arena, "%.*s/%.*s", STR_ARGS(creditor), STR_ARGS(customer)));
        out_cell(&out, json_text(row, "state"));
        out_money(&out, json_number(amount, "minor"), json_text(amount, "currency"));
        out_cell(&out, json_text(amount, "currency"));
        out_cell(&out, json_text(row, "requested_on"));
        out_cell(&out, json_text(row, "requester"));
        out_cell(&out, json_text(row, "tier"));
        out_cell(&out, joined(cli, json_object_get(row, "approvers")));
        out_cell(&out, json_text(row, "decided_by"));
    }
    out_print(&out, cli->format);
}

int cli_approvals_list(Cli *cli) {
    Answer answer;
    Str pairs[] = {S("state"), cli_option(cli, "--state"), S("creditor"),
                   cli_option(cli, "--creditor")};
    int code = ask(cli, "ARREARS_APPROVALS_URL", cli->settings.approvals_url, S("/v1/approvals"),
                   pairs, COUNT_OF(pairs), &answer);
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

/* ---- show */

static int request_ask(Cli *cli, Answer *answer) {
    if (!id_is_part(cli->arguments[0]) || !id_is_number(cli->arguments[1])) {
        cli_say("\"%.*s\" \"%.*s\" are not a creditor and a request of it",
                STR_ARGS(cli->arguments[0]), STR_ARGS(cli->arguments[1]));
        return CLI_USAGE;
    }
    Str request = http_path_part(&cli->arena, cli->arguments[1]);
    Str path = str_format(&cli->arena, "/v1/approvals/%.*s/%.*s", STR_ARGS(cli->arguments[0]),
                          STR_ARGS(request));
    return ask(cli, "ARREARS_APPROVALS_URL", cli->settings.approvals_url, path, NULL, 0, answer);
}

static void line_print(const char *name, Str value) {
    printf("%-14s %.*s\n", name, STR_ARGS(value));
}

static Str amount_text(Cli *cli, const json_t *amount) {
    Currency currency = {0};
    (void)!currency_find(json_text(amount, "currency"), &currency);
    return money_print(&cli->arena, money_of(json_number(amount, "minor"), currency));
}

static void head_print(Cli *cli, const json_t *root) {
    static const char *const texts[] = {"creditor", "request", "customer", "state", "kind"};
    static const char *const more[] = {"requester", "requested_on", "reason_code", "reason",
                                       "tier"};
    for (int i = 0; i < COUNT_OF(texts); i++) {
        line_print(texts[i], json_text(root, texts[i]));
    }
    line_print("amount", amount_text(cli, json_object_get(root, "amount")));
    for (int i = 0; i < COUNT_OF(more); i++) {
        line_print(more[i], json_text(root, more[i]));
    }
    line_print("approvers", joined(cli, json_object_get(root, "approvers")));
    line_print("request_hash", json_text(root, "request_hash"));
    printf("%-14s %d\n", "days_past_due", (int)json_number(root, "days_past_due"));
    if (!str_is_empty(json_text(root, "credit_band"))) {
        printf("%-14s %.*s, score %d\n", "credit", STR_ARGS(json_text(root, "credit_band")),
               (int)json_number(root, "credit_score"));
    }
}

static void items_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *row;
    Out out = out_start(&cli->arena, "invoice", "charge", ">instalment", "due", ">open",
                        ">given up", "currency", NULL);
    json_array_foreach(json_object_get(root, "items"), i, row) {
        const json_t *open = json_object_get(row, "open");
        const json_t *amount = json_object_get(row, "amount");
        out_cell(&out, json_text(row, "invoice"));
        item_cells(&out, row);
        out_cell(&out, json_text(row, "due_on"));
        out_money(&out, json_number(open, "minor"), json_text(open, "currency"));
        out_money(&out, json_number(amount, "minor"), json_text(amount, "currency"));
        out_cell(&out, json_text(open, "currency"));
    }
    putchar('\n');
    out_print(&out, cli->format);
}

static void reminders_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *row;
    Out out = out_start(&cli->arena, ">reminder", "issued", "outcome", NULL);
    json_array_foreach(json_object_get(root, "reminders"), i, row) {
        out_number(&out, json_number(row, "level"));
        out_cell(&out, json_text(row, "issued_on"));
        out_cell(&out, json_text(row, "outcome"));
    }
    if (out.count > 0) {
        putchar('\n');
        out_print(&out, cli->format);
    }
}

static void decisions_print(Cli *cli, const json_t *root) {
    size_t i;
    json_t *row;
    Out out = out_start(&cli->arena, "decided", "by", "answer", "state", "sentence", NULL);
    json_array_foreach(json_object_get(root, "decisions"), i, row) {
        out_cell(&out, json_text(row, "decided_on"));
        out_cell(&out, json_text(row, "actor"));
        out_cell(&out, json_text(row, "answer"));
        out_cell(&out, json_text(row, "state"));
        out_cell(&out, json_text(row, "sentence"));
    }
    if (out.count > 0) {
        putchar('\n');
        out_print(&out, cli->format);
    }
}

static void request_print(Cli *cli, const json_t *root) {
    head_print(cli, root);
    items_print(cli, root);
    reminders_print(cli, root);
    decisions_print(cli, root);
}

int cli_approvals_show(Cli *cli) {
    Answer answer;
    int code = request_ask(cli, &answer);
    if (code != CLI_DONE) {
        return code;
    }
    if (cli->format == CLI_JSON) {
        printf("%.*s\n", STR_ARGS(str_trim(answer.body)));
    } else {
        request_print(cli, answer.json);
    }
    ask_end(&answer);
    return CLI_DONE;
}

/* ---- approve, reject */

typedef struct Days {
    Date first;
    Date last;
} Days;

static bool days_read(Cli *cli, const json_t *root, Days *days) {
    Str expires = cli_option(cli, "--expires");
    if (!date_parse(json_text(root, "day"), &days->first)) {
        cli_say("approvals has no day open yet");
        return false;
    }
    days->last = date_add(days->first, HOLDS_DAYS);
    return !expires.ptr || cli_date(cli, "--expires", expires, &days->last);
}

static ProtobufCBinaryData bytes_of(Str bytes) {
    return (ProtobufCBinaryData){.len = (size_t)bytes.len, .data = (uint8_t *)bytes.ptr};
}

/* The bytes to be signed: everything that was decided on. Empty when the answer is none. */
static Str decision_pack(Cli *cli, const json_t *root, Arrears__Approvals__V1__Verdict verdict,
                         Days days) {
    Arena *arena = &cli->arena;
    const json_t *shown = json_object_get(root, "amount");
    Arrears__Envelope__V1__Money amount = ARREARS__ENVELOPE__V1__MONEY__INIT;
    amount.currency = wire_put_text(arena, json_text(shown, "currency"));
    amount.minor = json_number(shown, "minor");
    Arrears__Approvals__V1__Decision decision = ARREARS__APPROVALS__V1__DECISION__INIT;
    Str hash = {0};
    if (!str_parse_hex(arena, json_text(root, "request_hash"), &hash)) {
        return (Str){0};
    }
    decision.request_id = wire_put_text(arena, json_text(root, "request"));
    decision.verdict = verdict;
    decision.request_hash = bytes_of(hash);
    decision.creditor = wire_put_text(arena, json_text(root, "creditor"));
    decision.customer = wire_put_text(arena, json_text(root, "customer"));
    decision.amount = &amount;
    decision.actor = wire_put_text(arena, cli->settings.actor);
    decision.reason = wire_put_text(arena, cli_option(cli, "--reason"));
    decision.not_before = wire_put_date(arena, days.first);
    decision.expires_on = wire_put_date(arena, days.last);
    decision.nonce = bytes_of(nonce_new(arena));
    return wire_pack(&decision.base, arena);
}

static Str event_pack(Cli *cli, const KeyPair *pair, Str payload) {
    Arena *arena = &cli->arena;
    Arrears__Envelope__V1__Signed seal = ARREARS__ENVELOPE__V1__SIGNED__INIT;
    seal.payload = bytes_of(payload);
    seal.key_id = wire_put_text(arena, cli->settings.actor);
    seal.signature = bytes_of(seal_sign(arena, pair, str_of(DECISION_PAYLOAD_TYPE), payload));
    Arrears__Approvals__V1__DecisionEvent message = ARREARS__APPROVALS__V1__DECISION_EVENT__INIT;
    message.event_case = ARREARS__APPROVALS__V1__DECISION_EVENT__EVENT_DECISION;
    message.decision = &seal;
    return wire_pack(&message.base, arena);
}

static void signing_print(Cli *cli, const json_t *root, const char *word, Days days) {
    Str first = date_print(&cli->arena, days.first);
    Str last = date_print(&cli->arena, days.last);
    printf("You sign as    %.*s: %s\n", STR_ARGS(cli->settings.actor), word);
    head_print(cli, root);
    items_print(cli, root);
    printf("\nholds          %.*s to %.*s\n", STR_ARGS(first), STR_ARGS(last));
    line_print("because", cli_option(cli, "--reason"));
    fflush(stdout);
}

static int decision_send(Cli *cli, const json_t *root, Arrears__Approvals__V1__Verdict verdict,
                         const KeyPair *pair) {
    Err err;
    Days days;
    bool approves = verdict == ARREARS__APPROVALS__V1__VERDICT__VERDICT_APPROVE;
    if (!days_read(cli, root, &days)) {
        return CLI_USAGE;
    }
    Str payload = decision_pack(cli, root, verdict, days);
    if (str_is_empty(payload)) {
        cli_say("approvals answers without a request_hash");
        return CLI_PARTLY;
    }
    signing_print(cli, root, approves ? "approve" : "reject", days);
    if (!person_put(cli, TOPIC_DECISIONS, cli->arguments[0], event_pack(cli, pair, payload),
                    &err)) {
        return cli_fail(&err, "decision");
    }
    cli_say("decision: sent; `arrears approvals show %.*s %.*s` tells whether it counts",
            STR_ARGS(cli->arguments[0]), STR_ARGS(cli->arguments[1]));
    return CLI_DONE;
}

static int decide(Cli *cli, Arrears__Approvals__V1__Verdict verdict) {
    Err err;
    Str id;
    KeyPair pair;
    Answer answer;
    Str key = cli_option(cli, "--key");
    Str reason = cli_option(cli, "--reason");
    if (!person_is_known(cli)) {
        return CLI_USAGE;
    }
    if (!key.ptr || !reason.ptr || str_is_empty(str_trim(reason)) || reason.len > REASON_MAX) {
        cli_say("approvals: --key FILE and --reason TEXT (at most %d bytes) are needed",
                REASON_MAX);
        return CLI_USAGE;
    }
    if (!cli_secret_key(cli, key, &pair, &id, &err)) {
        (void)cli_fail(&err, "--key");
        return CLI_USAGE;
    }
    int code = request_ask(cli, &answer);
    if (code != CLI_DONE) {
        return code;
    }
    code = decision_send(cli, answer.json, verdict, &pair);
    ask_end(&answer);
    return code;
}

int cli_approvals_approve(Cli *cli) {
    return decide(cli, ARREARS__APPROVALS__V1__VERDICT__VERDICT_APPROVE);
}

int cli_approvals_reject(Cli *cli) {
    return decide(cli, ARREARS__APPROVALS__V1__VERDICT__VERDICT_REJECT);
}
