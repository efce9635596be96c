#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/kafka.h"
#include "contract/seal.h"

/* `arrears`: what a command gets, and the few things all of them do.
 *
 * Data goes to stdout, messages and progress to stderr. Settings come from the environment, secrets
 * from files. Memory is one arena for the life of the command; a command that streams uses one of
 * its own. */
enum {
    CLI_DONE = 0,    /* everything was done */
    CLI_PARTLY = 1,  /* some of it was not, or the answer is no; stderr says what */
    CLI_USAGE = 2,   /* wrong arguments or settings; nothing was done */
    CLI_AWAY = 3,    /* a service or the broker does not answer; nothing was done */
    CLI_UNKNOWN = 4, /* it may or may not have been done; stderr says how to find out */
};

typedef struct CliSettings {
    KafkaSettings kafka;
    Str ledger_url;
    Str scoring_url;
    Str dunning_url;
    Str smtp_url;
    Str approvals_url;
    Str operator_key_file;
    Str journal_keys; /* public: the key file's content */
    Str actor;
} CliSettings;

typedef enum CliFormat { CLI_TABLE, CLI_JSON, CLI_CSV, CLI_HLEDGER /* of a journal */ } CliFormat;

enum { CLI_ARGUMENTS_MAX = 101, CLI_OPTIONS_MAX = 16 };

/* An option of a command. Every one takes the form --name VALUE, or --name alone when `value` is
 * NULL. */
typedef struct CliOption {
    const char *name;  /* "--as-of" */
    const char *value; /* what stands for it in the help: "DATE"; NULL: a flag */
    const char *help;
} CliOption;

typedef struct Cli {
    Arena arena;
    CliSettings settings;
    CliFormat format; /* -o table|json|csv */
    const CliOption *known;
    Str arguments[CLI_ARGUMENTS_MAX];
    int argument_count;
    Str values[CLI_OPTIONS_MAX]; /* by the place of the option in `known`; ptr NULL: not given */
} Cli;

typedef struct CliCommand {
    const char *noun;
    const char *verb;
    const char *arguments;    /* "FILE", "[TASK]"; "" for none */
    int least, most;          /* how many of them */
    const char *summary;      /* one line */
    const char *example;      /* a line to type */
    const CliOption *options; /* ends with a NULL name; may be NULL */
    int (*run)(Cli *cli);     /* gives the exit code */
} CliCommand;

/* ---- what commands ask */

/* The value of an option; ptr NULL when it was not given. */
Str cli_option(const Cli *cli, const char *name);
bool cli_flag(const Cli *cli, const char *name);
/* False after saying what is wrong: then the command returns CLI_USAGE. */
bool cli_date(const Cli *cli, const char *what, Str text, Date *date) MUST_USE;
bool cli_number(const Cli *cli, const char *what, Str text, int64_t least, int64_t most,
                int64_t *number) MUST_USE;

/* ---- what commands say */

/* One line on stderr, "arrears: ...". */
void cli_say(const char *format, ...) PRINTF(1, 2);
/* Says err and gives the exit code that fits its verdict. */
int cli_fail(const Err *err, const char *format, ...) PRINTF(2, 3);

/* ---- files */

enum { CLI_FILE_MAX = 16 << 20 };
bool cli_read_file(Arena *arena, const char *path, Str *content, Err *err) MUST_USE;
/* The key of a file that `arrears keys new` wrote, and its id. */
bool cli_secret_key(Cli *cli, Str path, KeyPair *pair, Str *id, Err *err) MUST_USE;
/* The operator's key of the settings. */
bool cli_operator_key(Cli *cli, KeyPair *pair, Str *id, Err *err) MUST_USE;

/* ---- the commands, one file a noun */
int cli_account_show(Cli *cli);
int cli_approvals_approve(Cli *cli);
int cli_approvals_list(Cli *cli);
int cli_approvals_reject(Cli *cli);
int cli_approvals_show(Cli *cli);
int cli_audit_prove(Cli *cli);
int cli_audit_verify(Cli *cli);
int cli_credit_list(Cli *cli);
int cli_credit_show(Cli *cli);
int cli_day_close(Cli *cli);
int cli_day_open(Cli *cli);
int cli_payment_move(Cli *cli);
int cli_period_close(Cli *cli);
int cli_period_reopen(Cli *cli);
int cli_dlq_list(Cli *cli);
int cli_dlq_resend(Cli *cli);
int cli_dlq_show(Cli *cli);
int cli_doctor(Cli *cli);
int cli_dunning_list(Cli *cli);
int cli_dunning_resend(Cli *cli);
int cli_dunning_settle(Cli *cli);
int cli_dunning_show(Cli *cli);
int cli_events_play(Cli *cli);
int cli_events_send(Cli *cli);
int cli_events_tail(Cli *cli);
int cli_hold_clear(Cli *cli);
int cli_hold_list(Cli *cli);
int cli_import_invoices(Cli *cli);
int cli_keys_new(Cli *cli);
int cli_policy_approve(Cli *cli);
int cli_policy_check(Cli *cli);
int cli_policy_observe(Cli *cli);
int cli_policy_publish(Cli *cli);
int cli_report_aging(Cli *cli);
int cli_report_allowance(Cli *cli);
int cli_report_cut_off(Cli *cli);
int cli_report_exposure(Cli *cli);
int cli_report_journal(Cli *cli);
int cli_report_kpi(Cli *cli);
int cli_report_owners(Cli *cli);
int cli_report_recovery(Cli *cli);
int cli_report_roll_rates(Cli *cli);
int cli_report_statement(Cli *cli);
int cli_report_interest(Cli *cli);
int cli_report_limitation(Cli *cli);
int cli_report_small_balances(Cli *cli);
int cli_report_suspense(Cli *cli);
int cli_report_tie_out(Cli *cli);
int cli_report_trial_balance(Cli *cli);
int cli_topics_apply(Cli *cli);
int cli_topics_list(Cli *cli);
int cli_waiver_propose(Cli *cli);
int cli_writeoff_propose(Cli *cli);

extern const CliOption APPROVALS_DECIDE_OPTIONS[];
extern const CliOption APPROVALS_LIST_OPTIONS[];
extern const CliOption AUDIT_OPTIONS[];
extern const CliOption CREDIT_LIST_OPTIONS[];
extern const CliOption DAY_CLOSE_OPTIONS[];
extern const CliOption DAY_OPEN_OPTIONS[];
extern const CliOption PERIOD_CLOSE_OPTIONS[];
extern const CliOption PERIOD_REOPEN_OPTIONS[];
extern const CliOption DLQ_RESEND_OPTIONS[];
extern const CliOption DUNNING_LIST_OPTIONS[];
extern const CliOption DUNNING_RESEND_OPTIONS[];
extern const CliOption DUNNING_SETTLE_OPTIONS[];
extern const CliOption EVENTS_PLAY_OPTIONS[];
extern const CliOption EVENTS_SEND_OPTIONS[];
extern const CliOption EVENTS_TAIL_OPTIONS[];
extern const CliOption HOLD_CLEAR_OPTIONS[];
extern const CliOption IMPORT_INVOICES_OPTIONS[];
extern const CliOption KEYS_NEW_OPTIONS[];
extern const CliOption PAYMENT_MOVE_OPTIONS[];
extern const CliOption POLICY_APPROVE_OPTIONS[];
extern const CliOption POLICY_OBSERVE_OPTIONS[];
extern const CliOption REPORT_AGING_OPTIONS[];
extern const CliOption REPORT_ALLOWANCE_OPTIONS[];
extern const CliOption REPORT_CUT_OFF_OPTIONS[];
extern const CliOption REPORT_EXPOSURE_OPTIONS[];
extern const CliOption REPORT_JOURNAL_OPTIONS[];
extern const CliOption REPORT_KPI_OPTIONS[];
extern const CliOption REPORT_OWNERS_OPTIONS[];
extern const CliOption REPORT_RECOVERY_OPTIONS[];
extern const CliOption REPORT_ROLL_RATES_OPTIONS[];
extern const CliOption REPORT_STATEMENT_OPTIONS[];
extern const CliOption REPORT_INTEREST_OPTIONS[];
extern const CliOption REPORT_LIMITATION_OPTIONS[];
extern const CliOption REPORT_SMALL_BALANCES_OPTIONS[];
extern const CliOption REPORT_SUSPENSE_OPTIONS[];
extern const CliOption REPORT_TIE_OUT_OPTIONS[];
extern const CliOption REPORT_TRIAL_BALANCE_OPTIONS[];
extern const CliOption TOPICS_APPLY_OPTIONS[];
extern const CliOption TOPICS_LIST_OPTIONS[];
extern const CliOption WAIVER_PROPOSE_OPTIONS[];
extern const CliOption WRITEOFF_PROPOSE_OPTIONS[];
