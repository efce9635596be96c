/* `arrears payment move`: a person says whose money a payment is. */
#include <inttypes.h>

#include "arrears/billing/v1/billing.pb-c.h"
#include "chassis/clock.h"
#include "cli/person.h"
#include "contract/suspense.h"
#include "contract/wire.h"

const CliOption PAYMENT_MOVE_OPTIONS[] = {
    {"--from", "CUSTOMER", "On whose account the payment is. Default: ~suspense."},
    {"--to", "CUSTOMER", "Whose money it is."},
    {"--amount", "AMOUNT", "\"12.50 EUR\": so much of it. Default: all that waits."},
    {"--invoice", "NUMBER", "The invoice it is for. Default: the oldest debts."},
    {"--reason", "TEXT", "How it is known, for the audit."},
    {"--number", "NUMBER",
     "Number of the statement; sending the same one again has no effect. Default: a new one."},
    {NULL, NULL, NULL},
};

/* What a person wants. */
typedef struct Wish {
    Account from;
    Str payment;
    Str to;
    Money amount; /* 0: all */
    Str invoice;
    Str number;
} Wish;

static bool amount_read(Cli *cli, Money *amount) {
    Str text = cli_option(cli, "--amount");
    StrCut cut = str_cut(str_trim(text), ' ');
    Currency currency = {0};
    *amount = (Money){0};
    bool good = !text.ptr || (currency_find(str_trim(cut.tail), &currency) &&
                              money_parse(cut.head, currency, amount) && amount->minor > 0);
    if (!good) {
        cli_say("--amount: \"%.*s\" is no amount; write it as \"12.50 EUR\"", STR_ARGS(text));
    }
    return good;
}

static Str option_or(const Cli *cli, const char *name, Str fallback) {
    Str value = cli_option(cli, name);
    return value.ptr ? value : fallback;
}

/* False after saying what is wrong. */
static bool wish_read(Cli *cli, Wish *wish) {
    Str new_number = str_format(&cli->arena, "MV-%" PRId64, clock_now().us);
    *wish = (Wish){.from = {cli->arguments[0], option_or(cli, "--from", str_of(SUSPENSE_CUSTOMER))},
                   .payment = cli->arguments[1],
                   .to = cli_option(cli, "--to"),
                   .invoice = cli_option(cli, "--invoice"),
                   .number = option_or(cli, "--number", new_number)};
    if (!id_is_part(wish->from.creditor) || !id_is_part(wish->from.customer) ||
        !id_is_part(wish->to)) {
        cli_say("payment move: CREDITOR, --from and --to are names of 1 to 64 characters");
        return false;
    }
    if (str_is_empty(str_trim(cli_option(cli, "--reason")))) {
        cli_say("payment move: --reason is needed");
        return false;
    }
    return amount_read(cli, &wish->amount);
}

static Str move_pack(Cli *cli, const Wish *wish) {
    Arena *arena = &cli->arena;
    Arrears__Envelope__V1__Actor actor = ARREARS__ENVELOPE__V1__ACTOR__INIT;
    actor.id = wire_put_text(arena, cli->settings.actor);
    Arrears__Billing__V1__PaymentShare share = ARREARS__BILLING__V1__PAYMENT_SHARE__INIT;
    share.customer = wire_put_text(arena, wish->to);
    share.amount = money_is_zero(wish->amount) ? NULL : wire_put_money(arena, wish->amount);
    share.invoice_number = wire_put_text(arena, wish->invoice);
    Arrears__Billing__V1__PaymentShare *shares[] = {&share};
    Arrears__Billing__V1__PaymentMoved moved = ARREARS__BILLING__V1__PAYMENT_MOVED__INIT;
    moved.creditor = wire_put_text(arena, wish->from.creditor);
    moved.customer = wire_put_text(arena, wish->from.customer);
    moved.number = wire_put_text(arena, wish->number);
    moved.payment_number = wire_put_text(arena, wish->payment);
    moved.reason = wire_put_text(arena, cli_option(cli, "--reason"));
    moved.actor = &actor;
    moved.n_shares = COUNT_OF(shares);
    moved.shares = shares;
    Arrears__Billing__V1__BillingEvent message = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    message.event_case = ARREARS__BILLING__V1__BILLING_EVENT__EVENT_PAYMENT_MOVED;
    message.payment_moved = &moved;
    return wire_pack(&message.base, arena);
}

int cli_payment_move(Cli *cli) {
    Wish wish;
    if (!person_is_known(cli) || !wish_read(cli, &wish)) {
        return CLI_USAGE;
    }
    printf("%.*s\n", STR_ARGS(wish.number));
    return person_send(cli, wish.from, move_pack(cli, &wish), "payment moved");
}
