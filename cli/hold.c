/* `arrears hold list|clear`: accounts whose facts may be incomplete. */
#include "arrears/billing/v1/billing.pb-c.h"
#include "base/check.h"
#include "cli/ask.h"
#include "cli/out.h"
#include "cli/person.h"
#include "contract/wire.h"

const CliOption HOLD_CLEAR_OPTIONS[] = {
    {"--reason", "TEXT", "What was done about it, for the audit."},
    {NULL, NULL, NULL},
};

static void holds_print(Cli *cli, const json_t *holds) {
    size_t i;
    json_t *hold;
    Out out = out_start(&cli->arena, "account", "topic", ">partition", ">offset", "since", "reason",
                        NULL);
    json_array_foreach(holds, i, hold) {
        Str creditor = json_text(hold, "creditor");
        Str customer = json_text(hold, "customer");
        out_cell(&out,
                 str_format(&cli->arena, "%.*s/%.*s", STR_ARGS(creditor), STR_ARGS(customer)));
        out_cell(&out, json_text(hold, "topic"));
        out_number(&out, json_number(hold, "partition"));
        out_number(&out, json_number(hold, "offset"));
        out_cell(&out, json_text(hold, "held_on"));
        out_cell(&out, json_text(hold, "reason"));
    }
    out_print(&out, cli->format);
}

/* Each service shows the holds of the records that it could not read itself. */
static int holds_add(Cli *cli, const char *variable, Str url, json_t *holds) {
    Answer answer;
    int code = ask(cli, variable, url, S("/v1/holds"), NULL, 0, &answer);
    if (code == CLI_DONE) {
        CHECK(json_array_extend(holds, json_object_get(answer.json, "holds")) == 0);
        ask_end(&answer);
    }
    return code;
}

int cli_hold_list(Cli *cli) {
    json_t *root = json_pack("{s:[]}", "holds");
    json_t *holds = json_object_get(root, "holds");
    int code = holds_add(cli, "ARREARS_LEDGER_URL", cli->settings.ledger_url, holds);
    if (code == CLI_DONE && !str_is_empty(cli->settings.dunning_url)) {
        code = holds_add(cli, "ARREARS_DUNNING_URL", cli->settings.dunning_url, holds);
    }
    if (code == CLI_DONE && cli->format == CLI_JSON) {
        json_dumpf(root, stdout, JSON_COMPACT);
        putchar('\n');
    } else if (code == CLI_DONE) {
        holds_print(cli, holds);
    }
    json_decref(root);
    return code;
}

int cli_hold_clear(Cli *cli) {
    Account account;
    int64_t partition;
    int64_t offset;
    Str reason = cli_option(cli, "--reason");
    if (!person_is_known(cli) || !person_account(cli, cli->arguments[0], &account) ||
        !cli_number(cli, "PARTITION", cli->arguments[2], 0, INT32_MAX, &partition) ||
        !cli_number(cli, "OFFSET", cli->arguments[3], 0, INT64_MAX, &offset)) {
        return CLI_USAGE;
    }
    if (!reason.ptr || str_is_empty(str_trim(reason))) {
        cli_say("hold clear: --reason is needed");
        return CLI_USAGE;
    }
    Arena *arena = &cli->arena;
    Arrears__Envelope__V1__Actor actor = ARREARS__ENVELOPE__V1__ACTOR__INIT;
    actor.id = wire_put_text(arena, cli->settings.actor);
    Arrears__Billing__V1__HoldCleared cleared = ARREARS__BILLING__V1__HOLD_CLEARED__INIT;
    cleared.creditor = wire_put_text(arena, account.creditor);
    cleared.customer = wire_put_text(arena, account.customer);
    cleared.topic = wire_put_text(arena, cli->arguments[1]);
    cleared.partition = (int32_t)partition;
    cleared.offset = offset;
    cleared.reason = wire_put_text(arena, reason);
    cleared.actor = &actor;
    Arrears__Billing__V1__BillingEvent message = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    message.event_case = ARREARS__BILLING__V1__BILLING_EVENT__EVENT_HOLD_CLEARED;
    message.hold_cleared = &cleared;
    return person_send(cli, account, wire_pack(&message.base, arena), "hold cleared");
}
