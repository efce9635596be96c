/* `arrears writeoff propose`: a person proposes to write off what is open on some invoices. */
#include <inttypes.h>

#include "arrears/billing/v1/billing.pb-c.h"
#include "chassis/clock.h"
#include "cli/person.h"
#include "contract/wire.h"

const CliOption WRITEOFF_PROPOSE_OPTIONS[] = {
    {"--reason", "TEXT", "Why, for those who decide and the audit."},
    {"--number", "NUMBER",
     "Number of the proposal; sending the same one again has no effect. Default: a new one."},
    {NULL, NULL, NULL},
};

static Str proposal_pack(Cli *cli, Account account, Str number) {
    Arena *arena = &cli->arena;
    Arrears__Envelope__V1__Actor actor = ARREARS__ENVELOPE__V1__ACTOR__INIT;
    actor.id = wire_put_text(arena, cli->settings.actor);
    Arrears__Billing__V1__WriteOffProposed proposal =
        ARREARS__BILLING__V1__WRITE_OFF_PROPOSED__INIT;
    proposal.creditor = wire_put_text(arena, account.creditor);
    proposal.customer = wire_put_text(arena, account.customer);
    proposal.number = wire_put_text(arena, number);
    proposal.reason = wire_put_text(arena, cli_option(cli, "--reason"));
    proposal.actor = &actor;
    proposal.n_invoice_numbers = (size_t)cli->argument_count - 1;
    proposal.invoice_numbers = ARENA_ARRAY(arena, char *, cli->argument_count);
    for (int i = 1; i < cli->argument_count; i++) {
        proposal.invoice_numbers[i - 1] = wire_put_text(arena, cli->arguments[i]);
    }
    Arrears__Billing__V1__BillingEvent message = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    message.event_case = ARREARS__BILLING__V1__BILLING_EVENT__EVENT_WRITE_OFF_PROPOSED;
    message.write_off_proposed = &proposal;
    return wire_pack(&message.base, arena);
}

int cli_writeoff_propose(Cli *cli) {
    Account account;
    Str reason = cli_option(cli, "--reason");
    if (!person_is_known(cli) || !person_account(cli, cli->arguments[0], &account)) {
        return CLI_USAGE;
    }
    if (!reason.ptr || str_is_empty(str_trim(reason))) {
        cli_say("writeoff propose: --reason is needed");
        return CLI_USAGE;
    }
    Str number = cli_option(cli, "--number");
    if (!number.ptr) {
        number = str_format(&cli->arena, "WO-%" PRId64, clock_now().us);
    }
    printf("%.*s\n", STR_ARGS(number));
    return person_send(cli, account, proposal_pack(cli, account, number), "write-off proposed");
}
