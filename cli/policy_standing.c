/* `arrears policy approve`, and what `policy check` says of standing approvals. */
#include "base/id.h"
#include "chassis/clock.h"
#include "cli/policy.h"
#include "contract/seal.h"
#include "policy/bookkeeping.h"

_Static_assert((int)STANDING_SIGNATURE_SIZE == (int)SIGNATURE_SIZE &&
                   (int)AUTHORITY_KEY_SIZE == (int)PUBLIC_KEY_SIZE,
               "the policy's keys and signatures are the contract's");

const CliOption POLICY_APPROVE_OPTIONS[] = {
    {"--as", "ID", "Who signs: a person of the authority document."},
    {"--key", "FILE", "The secret key of that person, as `arrears keys new` writes it."},
    {"--reference", "NUMBER", "By which write-offs and reports name the approval."},
    {"--until", "DATE", "The last day on which it holds."},
    {"--on", "DATE", "The first day on which it holds. Default: today."},
    {NULL, NULL, NULL},
};

/* ---- approve */

static bool approval_read(Cli *cli, StandingApproval *approval) {
    Str on = cli_option(cli, "--on");
    approval->by = cli_option(cli, "--as");
    approval->reference = cli_option(cli, "--reference");
    approval->on = instant_utc_date(clock_now());
    if (!id_is_part(approval->by) || !id_is_part(approval->reference) ||
        !cli_option(cli, "--until").ptr) {
        cli_say("policy approve: --as ID, --reference NUMBER and --until DATE are needed");
        return false;
    }
    return cli_date(cli, "--until", cli_option(cli, "--until"), &approval->until) &&
           (!on.ptr || cli_date(cli, "--on", on, &approval->on));
}

static void approval_print(Cli *cli, const StandingApproval *approval, Str signature) {
    Str on = date_print(&cli->arena, approval->on);
    Str until = date_print(&cli->arena, approval->until);
    Str hex = str_hex(&cli->arena, signature);
    printf("  approval:\n    by: %.*s\n    reference: %.*s\n    on: %.*s\n    until: %.*s\n"
           "    signature: %.*s\n",
           STR_ARGS(approval->by), STR_ARGS(approval->reference), STR_ARGS(on), STR_ARGS(until),
           STR_ARGS(hex));
}

static int approve(Cli *cli, Bookkeeping *keeping) {
    Err err;
    Str id;
    KeyPair pair;
    StandingApproval *approval = &keeping->small.approval;
    if (!approval_read(cli, approval)) {
        return CLI_USAGE;
    }
    if (!cli_option(cli, "--key").ptr ||
        !cli_secret_key(cli, cli_option(cli, "--key"), &pair, &id, &err)) {
        cli_say("policy approve: --key FILE is needed, a secret key as `arrears keys new` writes "
                "it");
        return CLI_USAGE;
    }
    if (date_compare(approval->until, approval->on) < 0) {
        cli_say("policy approve: --until is before the day it holds from");
        return CLI_USAGE;
    }
    if (date_days_between(approval->on, approval->until) > STANDING_DAYS_MAX) {
        cli_say("policy approve: --until: an approval stands for %d days at most, then it is given "
                "anew",
                STANDING_DAYS_MAX);
        return CLI_USAGE;
    }
    const SmallBalanceRule rule = {keeping->id, keeping->valid_from, &keeping->small};
    Str content = small_balance_content(&rule, &cli->arena);
    cli_say("%.*s signs:\n%.*s", STR_ARGS(approval->by), STR_ARGS(content));
    approval_print(cli, approval,
                   seal_sign(&cli->arena, &pair, S(SMALL_BALANCE_PAYLOAD_TYPE), content));
    return CLI_DONE;
}

int cli_policy_approve(Cli *cli) {
    Err err;
    Str yaml;
    Bookkeeping keeping = {0};
    const char *path = str_terminated(&cli->arena, cli->arguments[0]);
    if (!cli_read_file(&cli->arena, path, &yaml, &err) ||
        !bookkeeping_parse(yaml, &cli->arena, &keeping, &err)) {
        cli_say("%s: %s", path, err.text);
        return CLI_PARTLY;
    }
    if (keeping.small.most_count == 0) {
        cli_say("%s: small_balances: missing; there is nothing to approve", path);
        return CLI_PARTLY;
    }
    return approve(cli, &keeping);
}

/* ---- check */

static int authorities_of(Cli *cli, const PolicyFiles *files, Authority *authorities) {
    Err err;
    int count = 0;
    for (int i = 0; i < files->count; i++) {
        const PolicyFile *file = &files->files[i];
        if (policy_is_in(file, "authority") &&
            authority_parse(file->yaml, &cli->arena, &authorities[count], &err)) {
            count++;
        }
    }
    return count;
}

static void standing_check(Cli *cli, PolicyFiles *files, const PolicyFile *file,
                           const Authority *authorities, int count) {
    Err err = {0};
    Bookkeeping keeping = {0};
    if (!bookkeeping_parse(file->yaml, &cli->arena, &keeping, &err) ||
        keeping.small.most_count == 0) {
        return;
    }
    const SmallBalanceRule rule = {keeping.id, keeping.valid_from, &keeping.small};
    if (str_is_empty(keeping.small.approval.reference)) {
        cli_say("%.*s/%.*s: small_balances: without an approval nothing is given up; let it be "
                "signed: `arrears policy approve`",
                STR_ARGS(files->folder), STR_ARGS(file->path));
    } else if (!small_balance_verify(&rule, authorities, count, seal_verify_by, &cli->arena,
                                     &err)) {
        cli_say("%.*s/%.*s: %s", STR_ARGS(files->folder), STR_ARGS(file->path), err.text);
        files->faults++;
    }
}

void policy_standing_check(Cli *cli, PolicyFiles *files) {
    Authority *authorities = ARENA_ARRAY(&cli->arena, Authority, files->count + 1);
    int count = authorities_of(cli, files, authorities);
    for (int i = 0; i < files->count; i++) {
        if (policy_is_in(&files->files[i], "bookkeeping")) {
            standing_check(cli, files, &files->files[i], authorities, count);
        }
    }
}
