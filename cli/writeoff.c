/* `arrears writeoff propose`: a person proposes to write off what is open on some invoices, or a
 * part of an item. */
#include <inttypes.h>

#include "arrears/billing/v1/billing.pb-c.h"
#include "chassis/clock.h"
#include "cli/person.h"
#include "contract/act.h"
#include "contract/wire.h"

const CliOption WRITEOFF_PROPOSE_OPTIONS[] = {
    {"--reason", "TEXT", "Why, for those who decide and the audit."},
    {"--code", "CODE",
     "Why, for reports: uncollectible, insolvent, deceased, time_barred, uneconomic "
     "or other."},
    {"--amount", "AMOUNT", "So much of the one invoice that is named: '50.00 EUR'. Default: all."},
    {"--charge", "CHARGE", "With --amount: of its principal (default), interest or costs."},
    {"--instalment", "N", "With --amount: of this instalment, or of this one of its charges."},
    {"--number", "NUMBER",
     "Number of the proposal; sending the same one again has no effect. Default: a new one."},
    {NULL, NULL, NULL},
};

/* What is proposed, as the command line says it. */
typedef struct Proposed {
    Arrears__Billing__V1__DebtPart part;
    Arrears__Billing__V1__DebtPart *parts[1];
    bool in_part;
    char **invoices;
    size_t invoice_count;
} Proposed;

static bool charge_parse(Str name, Charge *charge) {
    for (int i = 0; i < CHARGE_COUNT; i++) {
        if (str_equals(name, str_of(charge_name((Charge)i)))) {
            *charge = (Charge)i;
            return true;
        }
    }
    return false;
}

/* "50.00 EUR" */
static bool amount_parse(Str text, Money *money) {
    StrCut cut = str_cut(str_trim(text), ' ');
    Currency currency = {0};
    return currency_find(str_trim(cut.tail), &currency) && money_parse(cut.head, currency, money) &&
           money->minor > 0;
}

/* False after saying what is wrong. */
static bool part_read(Cli *cli, Proposed *proposed) {
    Money amount;
    Charge charge = CHARGE_PRINCIPAL;
    int64_t instalment = 0;
    Str charge_text = cli_option(cli, "--charge");
    Str instalment_text = cli_option(cli, "--instalment");
    bool good = cli->argument_count == 2 && amount_parse(cli_option(cli, "--amount"), &amount) &&
                (!charge_text.ptr || charge_parse(charge_text, &charge)) &&
                (!instalment_text.ptr || (str_parse_i64(instalment_text, &instalment) &&
                                          instalment >= 0 && instalment <= ITEM_ORDINAL_MAX));
    if (!good) {
        cli_say("--amount is of one invoice: '50.00 EUR', with --charge principal, interest or "
                "costs and --instalment N");
        return false;
    }
    arrears__billing__v1__debt_part__init(&proposed->part);
    proposed->part.invoice_number = wire_put_text(&cli->arena, cli->arguments[1]);
    proposed->part.charge = wire_put_charge(charge);
    proposed->part.instalment = (int32_t)instalment;
    proposed->part.amount = wire_put_money(&cli->arena, amount);
    proposed->parts[0] = &proposed->part;
    return true;
}

/* False after saying what is wrong. */
static bool proposed_read(Cli *cli, Proposed *proposed) {
    Str reason = cli_option(cli, "--reason");
    *proposed = (Proposed){.in_part = cli_option(cli, "--amount").ptr != NULL};
    if (!reason.ptr || str_is_empty(str_trim(reason))) {
        cli_say("propose: --reason is needed");
        return false;
    }
    if (proposed->in_part) {
        return part_read(cli, proposed);
    }
    proposed->invoice_count = (size_t)cli->argument_count - 1;
    proposed->invoices = ARENA_ARRAY(&cli->arena, char *, cli->argument_count);
    for (int i = 1; i < cli->argument_count; i++) {
        proposed->invoices[i - 1] = wire_put_text(&cli->arena, cli->arguments[i]);
    }
    return true;
}

static Arrears__Envelope__V1__Actor *actor_of(Cli *cli) {
    Arrears__Envelope__V1__Actor *actor = ARENA_NEW(&cli->arena, Arrears__Envelope__V1__Actor);
    arrears__envelope__v1__actor__init(actor);
    actor->id = wire_put_text(&cli->arena, cli->settings.actor);
    return actor;
}

/* What both proposals say under the same names. */
#define PROPOSAL_FILL(cli, message, account, said, named)                                          \
    do {                                                                                           \
        (message)->creditor = wire_put_text(&(cli)->arena, (account).creditor);                    \
        (message)->customer = wire_put_text(&(cli)->arena, (account).customer);                    \
        (message)->number = wire_put_text(&(cli)->arena, (said));                                  \
        (message)->reason = wire_put_text(&(cli)->arena, cli_option((cli), "--reason"));           \
        (message)->actor = actor_of(cli);                                                          \
        (message)->n_invoice_numbers = (named)->invoice_count;                                     \
        (message)->invoice_numbers = (named)->invoices;                                            \
        (message)->n_parts = (named)->in_part ? 1 : 0;                                             \
        (message)->parts = (named)->parts;                                                         \
    } while (0)

static int propose(Cli *cli, Account account, Str number,
                   const Arrears__Billing__V1__BillingEvent *message, const char *what) {
    printf("%.*s\n", STR_ARGS(number));
    return person_send(cli, account, wire_pack(&message->base, &cli->arena), what);
}

static Str number_of(Cli *cli, const char *prefix) {
    Str number = cli_option(cli, "--number");
    return number.ptr ? number : str_format(&cli->arena, "%s-%" PRId64, prefix, clock_now().us);
}

int cli_writeoff_propose(Cli *cli) {
    Account account;
    Proposed proposed;
    WriteOffReason code = WRITE_OFF_NOT_SAID;
    Str named = cli_option(cli, "--code");
    if (!person_is_known(cli) || !person_account(cli, cli->arguments[0], &account) ||
        !proposed_read(cli, &proposed)) {
        return CLI_USAGE;
    }
    if (named.ptr && (!write_off_reason_parse(named, &code) || code == WRITE_OFF_SMALL_BALANCE)) {
        cli_say("--code \"%.*s\" is none of those that `--help` lists", STR_ARGS(named));
        return CLI_USAGE;
    }
    Str number = number_of(cli, "WO");
    Arrears__Billing__V1__WriteOffProposed proposal =
        ARREARS__BILLING__V1__WRITE_OFF_PROPOSED__INIT;
    PROPOSAL_FILL(cli, &proposal, account, number, &proposed);
    proposal.reason_code = (Arrears__Envelope__V1__WriteOffReason)code;
    Arrears__Billing__V1__BillingEvent message = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    message.event_case = ARREARS__BILLING__V1__BILLING_EVENT__EVENT_WRITE_OFF_PROPOSED;
    message.write_off_proposed = &proposal;
    return propose(cli, account, number, &message, "write-off proposed");
}

const CliOption WAIVER_PROPOSE_OPTIONS[] = {
    {"--reason", "TEXT", "Why, for those who decide and the audit."},
    {"--amount", "AMOUNT", "So much of the one invoice that is named: '5.00 EUR'. Default: all."},
    {"--charge", "CHARGE", "With --amount: of its interest or costs."},
    {"--instalment", "N", "With --amount: of this one of its charges."},
    {"--number", "NUMBER",
     "Number of the proposal; sending the same one again has no effect. Default: a new one."},
    {NULL, NULL, NULL},
};

int cli_waiver_propose(Cli *cli) {
    Account account;
    Proposed proposed;
    if (!person_is_known(cli) || !person_account(cli, cli->arguments[0], &account) ||
        !proposed_read(cli, &proposed)) {
        return CLI_USAGE;
    }
    if (proposed.in_part && proposed.part.charge == wire_put_charge(CHARGE_PRINCIPAL)) {
        cli_say("only interest and costs can be waived: --charge interest, or costs, is needed");
        return CLI_USAGE;
    }
    Str number = number_of(cli, "WV");
    Arrears__Billing__V1__WaiverProposed proposal = ARREARS__BILLING__V1__WAIVER_PROPOSED__INIT;
    PROPOSAL_FILL(cli, &proposal, account, number, &proposed);
    Arrears__Billing__V1__BillingEvent message = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    message.event_case = ARREARS__BILLING__V1__BILLING_EVENT__EVENT_WAIVER_PROPOSED;
    message.waiver_proposed = &proposal;
    return propose(cli, account, number, &message, "waiver proposed");
}
