/* `arrears <noun> <verb>`: finds the command in the table, reads its words and the settings, runs
 * it. */
#include "base/check.h"
#include "chassis/log.h"
#include "chassis/settings.h"
#include "cli/cli.h"

static const CliCommand COMMANDS[] = {
    {"account", "show", "CREDITOR/CUSTOMER", 1, 1,
     "One account: open items, unapplied credit, journal.", "arrears account show ACME/0379-NEVHP",
     NULL, cli_account_show},
    {"approvals", "approve", "CREDITOR REQUEST", 2, 2, "Approve a request, with your signature.",
     "arrears approvals approve ACME WO-7 --key keys/mia.key --reason 'insolvent'",
     APPROVALS_DECIDE_OPTIONS, cli_approvals_approve},
    {"approvals", "list", "", 0, 0, "Requests that wait for somebody with authority.",
     "arrears approvals list --state waiting", APPROVALS_LIST_OPTIONS, cli_approvals_list},
    {"approvals", "reject", "CREDITOR REQUEST", 2, 2, "Reject a request, with your signature.",
     "arrears approvals reject ACME WO-7 --key keys/mia.key --reason 'they will pay'",
     APPROVALS_DECIDE_OPTIONS, cli_approvals_reject},
    {"approvals", "show", "CREDITOR REQUEST", 2, 2,
     "One request: what is asked, on what evidence, who may decide, what was decided.",
     "arrears approvals show ACME WO-7", NULL, cli_approvals_show},
    {"audit", "prove", "CREDITOR/CUSTOMER INVOICE", 2, 2,
     "Prove that the entries of an invoice stand in the signed journal.",
     "arrears audit prove ACME/0379-NEVHP INV-7 -o json >proof.json", AUDIT_OPTIONS,
     cli_audit_prove},
    {"audit", "verify", "", 0, 0,
     "Compare the journal with its signed heads, and the balances with their entries.",
     "arrears audit verify --key keys/journal.pub", AUDIT_OPTIONS, cli_audit_verify},
    {"credit", "list", "", 0, 0, "Customers by credit, the worst first.",
     "arrears credit list --band E --top 10", CREDIT_LIST_OPTIONS, cli_credit_list},
    {"credit", "show", "CREDITOR/CUSTOMER", 1, 1,
     "How one customer pays, and why the score is what it is.",
     "arrears credit show ACME/0379-NEVHP", NULL, cli_credit_show},
    {"day", "close", "DATE", 1, 1, "End a business day: everything due up to it is done.",
     "arrears day close 2026-11-21 --wait", DAY_CLOSE_OPTIONS, cli_day_close},
    {"day", "open", "DATE", 1, 1, "Open the first business day of an installation.",
     "arrears day open 2026-01-01", DAY_OPEN_OPTIONS, cli_day_open},
    {"dlq", "list", "", 0, 0, "Records that could not be read, with the reasons.",
     "arrears dlq list", NULL, cli_dlq_list},
    {"dlq", "resend", "TOPIC PARTITION OFFSET", 3, 3,
     "Send such a record again, as it was or put right.",
     "arrears dlq resend arrears.billing.v1.dlq 3 0 --event right.json", DLQ_RESEND_OPTIONS,
     cli_dlq_resend},
    {"dlq", "show", "TOPIC PARTITION OFFSET", 3, 3, "One such record, whole.",
     "arrears dlq show arrears.billing.v1.dlq 3 0", NULL, cli_dlq_show},
    {"doctor", "", "", 0, 0, "Is everything there that the line needs, and what to do if not.",
     "arrears doctor", NULL, cli_doctor},
    {"dunning", "list", "", 0, 0, "Reminders and what became of them; or whom a person must reach.",
     "arrears dunning list --state uncertain", DUNNING_LIST_OPTIONS, cli_dunning_list},
    {"dunning", "resend", "CREDITOR/CUSTOMER REMINDER", 2, 2,
     "Have a reminder that failed or is uncertain sent once more.",
     "arrears dunning resend ACME/c1 R-3-17 --reason 'the address was mended'",
     DUNNING_RESEND_OPTIONS, cli_dunning_resend},
    {"dunning", "settle", "CREDITOR/CUSTOMER REMINDER sent|not-sent", 3, 3,
     "Say what became of a reminder: an uncertain one, or one that came back.",
     "arrears dunning settle ACME/c1 R-3-17 not-sent --reason 'no trace of it in the log'",
     DUNNING_SETTLE_OPTIONS, cli_dunning_settle},
    {"dunning", "show", "CREDITOR REMINDER", 2, 2,
     "One reminder: its state, and the mail as written.", "arrears dunning show ACME R-3-17", NULL,
     cli_dunning_show},
    {"events", "play", "FILE", 1, 1,
     "Play dated events: close each day and wait until the line is quiet.",
     "arrears events play half-a-year.jsonl", EVENTS_PLAY_OPTIONS, cli_events_play},
    {"events", "send", "FILE", 1, 1,
     "Send events from JSON lines (- for stdin); say sent or unknown.",
     "arrears events send today.jsonl", EVENTS_SEND_OPTIONS, cli_events_send},
    {"events", "tail", "TOPIC", 1, 1, "Print the records of a topic as JSON lines.",
     "arrears events tail arrears.ledger.v1 --from start --until-end", EVENTS_TAIL_OPTIONS,
     cli_events_tail},
    {"hold", "clear", "CREDITOR/CUSTOMER TOPIC PARTITION OFFSET", 4, 4,
     "Say that the facts of a held account are complete again.",
     "arrears hold clear ACME/c1 arrears.billing.v1 3 17 --reason 'sent again as INV-7'",
     HOLD_CLEAR_OPTIONS, cli_hold_clear},
    {"hold", "list", "", 0, 0, "Accounts whose facts may be incomplete.", "arrears hold list", NULL,
     cli_hold_list},
    {"import", "invoices", "FILE", 1, 1, "Send a table of invoices (CSV) as billing events.",
     "arrears import invoices open.csv --mapping cli/mappings/ibm-accounts-receivable.yaml "
     "--creditor ACME --currency USD --play",
     IMPORT_INVOICES_OPTIONS, cli_import_invoices},
    {"keys", "new", "", 0, 0, "Make a key pair for signing ticks or decisions.",
     "arrears keys new --out keys/operator", KEYS_NEW_OPTIONS, cli_keys_new},
    {"payment", "move", "CREDITOR PAYMENT", 2, 2,
     "Say whose money a payment is, in suspense or on another customer's account.",
     "arrears payment move ACME BANK-4711 --to c1 --invoice INV-1 --reason 'his letter of 3 May'",
     PAYMENT_MOVE_OPTIONS, cli_payment_move},
    {"period", "close", "MONTH", 1, 1,
     "Seal a month of a creditor's books: what counts from it is not changed any more.",
     "arrears period close 2026-03 --creditor ACME", PERIOD_CLOSE_OPTIONS, cli_period_close},
    {"period", "reopen", "MONTH", 1, 1, "Open the last sealed month again.",
     "arrears period reopen 2026-03 --creditor ACME --request WO-17", PERIOD_REOPEN_OPTIONS,
     cli_period_reopen},
    {"policy", "approve", "FILE", 1, 1,
     "Sign the small balances of a bookkeeping document; prints the approval to put into it.",
     "arrears policy approve policies/bookkeeping/acme.yaml --as mia --key keys/mia.key "
     "--reference "
     "SB-1 --until 2027-12-31",
     POLICY_APPROVE_OPTIONS, cli_policy_approve},
    {"policy", "check", "FOLDER", 1, 1, "Check rule documents: form and meaning.",
     "arrears policy check policies/", NULL, cli_policy_check},
    {"policy", "observe", "FOLDER", 1, 1,
     "Write the loss rates that the ledger has seen into an allowance document, and publish it.",
     "arrears policy observe policies/ --months 12 --dry-run", POLICY_OBSERVE_OPTIONS,
     cli_policy_observe},
    {"policy", "publish", "FOLDER", 1, 1, "Publish rule documents as one set, by content hash.",
     "arrears policy publish policies/", NULL, cli_policy_publish},
    {"report", "aging", "", 0, 0, "What is open by days past due, on any day.",
     "arrears report aging --as-of 2013-06-30 --known-on 2013-07-05", REPORT_AGING_OPTIONS,
     cli_report_aging},
    {"report", "allowance", "", 0, 0,
     "What will not be paid, how that moved, and what is given up and still claimed.",
     "arrears report allowance --as-of 2013-06-30 --from 2013-04-01", REPORT_ALLOWANCE_OPTIONS,
     cli_report_allowance},
    {"report", "cut-off", "", 0, 0,
     "What was recorded on one side of a day and counts on the other.",
     "arrears report cut-off --as-of 2013-06-30", REPORT_CUT_OFF_OPTIONS, cli_report_cut_off},
    {"report", "exposure", "", 0, 0, "Who owes most.", "arrears report exposure --top 10",
     REPORT_EXPOSURE_OPTIONS, cli_report_exposure},
    {"report", "journal", "", 0, 0, "The entries of a span, for hledger too.",
     "arrears report journal --from 2013-01-01 --to 2013-06-30 -o hledger", REPORT_JOURNAL_OPTIONS,
     cli_report_journal},
    {"report", "kpi", "", 0, 0, "How fast debts become money.",
     "arrears report kpi --as-of 2013-06-30 --days 90", REPORT_KPI_OPTIONS, cli_report_kpi},
    {"report", "interest", "", 0, 0, "What late payment has cost, and what of it is posted.",
     "arrears report interest --customer 0379-NEVHP", REPORT_INTEREST_OPTIONS, cli_report_interest},
    {"report", "limitation", "", 0, 0,
     "Until when what is open or given up can be enforced, what ends soonest first.",
     "arrears report limitation --within 180", REPORT_LIMITATION_OPTIONS, cli_report_limitation},
    {"report", "owners", "", 0, 0, "What is open by salesperson.",
     "arrears report owners --as-of 2013-06-30", REPORT_OWNERS_OPTIONS, cli_report_owners},
    {"report", "recovery", "", 0, 0,
     "What came back of what was written off, and how items were closed.",
     "arrears report recovery --from 2013-01-01 --to 2013-06-30", REPORT_RECOVERY_OPTIONS,
     cli_report_recovery},
    {"report", "roll-rates", "", 0, 0, "Where what was open some days ago stands now.",
     "arrears report roll-rates --as-of 2013-06-30 --days 30", REPORT_ROLL_RATES_OPTIONS,
     cli_report_roll_rates},
    {"report", "small-balances", "", 0, 0,
     "What was given up under standing approvals, by approval and one by one.",
     "arrears report small-balances --from 2013-01-01 --to 2013-06-30",
     REPORT_SMALL_BALANCES_OPTIONS, cli_report_small_balances},
    {"report", "statement", "", 0, 0, "What is sent to a customer to compare books.",
     "arrears report statement --customer 0379-NEVHP --from 2013-01-01 --to 2013-06-30",
     REPORT_STATEMENT_OPTIONS, cli_report_statement},
    {"report", "suspense", "", 0, 0, "Money without a customer, by how long it waits.",
     "arrears report suspense --as-of 2013-06-30", REPORT_SUSPENSE_OPTIONS, cli_report_suspense},
    {"report", "tie-out", "", 0, 0,
     "Do items, credits and balances agree with the journal? Exit 1: no.", "arrears report tie-out",
     REPORT_TIE_OUT_OPTIONS, cli_report_tie_out},
    {"report", "trial-balance", "", 0, 0, "Every account of the chart, on any day.",
     "arrears report trial-balance --as-of 2013-06-30", REPORT_TRIAL_BALANCE_OPTIONS,
     cli_report_trial_balance},
    {"topics", "apply", "", 0, 0, "Make the topics of the contract and set their settings.",
     "arrears topics apply --partitions 64 --dry-run", TOPICS_APPLY_OPTIONS, cli_topics_apply},
    {"topics", "list", "", 0, 0, "The topics of the contract.", "arrears topics list",
     TOPICS_LIST_OPTIONS, cli_topics_list},
    {"waiver", "propose", "CREDITOR/CUSTOMER INVOICE...", 2, CLI_ARGUMENTS_MAX,
     "Propose to waive interest and costs that were charged on some invoices.",
     "arrears waiver propose ACME/c1 INV-1 --reason 'paid within the week'", WAIVER_PROPOSE_OPTIONS,
     cli_waiver_propose},
    {"writeoff", "propose", "CREDITOR/CUSTOMER INVOICE...", 2, CLI_ARGUMENTS_MAX,
     "Propose to write off what is open on some invoices, or a part of one.",
     "arrears writeoff propose ACME/c1 INV-1 INV-2 --reason 'insolvent, file 12 IN 34/26'",
     WRITEOFF_PROPOSE_OPTIONS, cli_writeoff_propose},
};

static const Setting SETTINGS[] = {
    SETTING_TEXT(CliSettings, ledger_url, "ARREARS_LEDGER_URL", "", 0, 4096,
                 "Address of the ledger's API; several replicas separated by commas."),
    SETTING_TEXT(CliSettings, scoring_url, "ARREARS_SCORING_URL", "", 0, 4096,
                 "Address of scoring's API."),
    SETTING_TEXT(CliSettings, dunning_url, "ARREARS_DUNNING_URL", "", 0, 4096,
                 "Address of dunning's API."),
    SETTING_TEXT(CliSettings, approvals_url, "ARREARS_APPROVALS_URL", "", 0, 4096,
                 "Address of approvals' API."),
    SETTING_TEXT(CliSettings, smtp_url, "ARREARS_SMTP_URL", "", 0, 1024,
                 "The mail server that dunning uses; `doctor` looks whether it answers."),
    SETTING_TEXT(CliSettings, operator_key_file, "ARREARS_OPERATOR_KEY_FILE", "", 0, 4096,
                 "Secret key that signs day ticks, as `arrears keys new` writes it."),
    SETTING_TEXT(CliSettings, journal_keys, "ARREARS_JOURNAL_KEYS", "", 0, 16384,
                 "Public keys of those who sign the journal: lines \"id hex\"."),
    SETTING_TEXT(CliSettings, actor, "ARREARS_ACTOR", "", 0, 64, "Who you are, in what you send."),
};

static const CliOption FORMAT_OPTION = {"-o", "table|json|csv",
                                        "Form of the output. Default table."};

/* ---- help */

static void print_command(FILE *to, const CliCommand *command) {
    fprintf(to, "  arrears %s %s%s%s\n      %s\n", command->noun, command->verb,
            command->arguments[0] ? " " : "", command->arguments, command->summary);
}

static int print_help(FILE *to, Str noun, int code) {
    fprintf(to, "arrears: receivables collection from the command line\n\n");
    for (ptrdiff_t i = 0; i < COUNT_OF(COMMANDS); i++) {
        if (str_is_empty(noun) || str_equals(noun, str_of(COMMANDS[i].noun))) {
            print_command(to, &COMMANDS[i]);
        }
    }
    fprintf(to, "\n`arrears NOUN VERB --help` tells more, `arrears --settings` lists the "
                "environment variables.\n"
                "Exit codes: 0 done; 1 not or not all of it; 2 wrong arguments or settings; 3 a "
                "service or the\n"
                "broker does not answer; 4 the outcome is unknown.\n");
    return code;
}

static int print_command_help(const CliCommand *command) {
    printf("%s\n\nUsage: arrears %s %s%s%s [options]\n\nOptions:\n", command->summary,
           command->noun, command->verb, command->arguments[0] ? " " : "", command->arguments);
    for (const CliOption *option = command->options; option && option->name; option++) {
        printf("  %s%s%s\n      %s\n", option->name, option->value ? " " : "",
               option->value ? option->value : "", option->help);
    }
    printf("  %s %s\n      %s\n\nExample:\n  %s\n", FORMAT_OPTION.name, FORMAT_OPTION.value,
           FORMAT_OPTION.help, command->example);
    return CLI_DONE;
}

/* ---- words */

static bool option_take(Cli *cli, const CliOption *option, int place, char **words, int count,
                        int *at) {
    if (!option->value) {
        cli->values[place] = S("true");
        return true;
    }
    if (*at + 1 >= count) {
        cli_say("%s needs a value: %s", option->name, option->value);
        return false;
    }
    cli->values[place] = str_of(words[++*at]);
    return true;
}

static bool format_take(Cli *cli, char **words, int count, int *at) {
    static const char *const names[] = {"table", "json", "csv", "hledger"};
    Str value = S("");
    if (*at + 1 < count) {
        value = str_of(words[++*at]);
    }
    for (int i = 0; i < COUNT_OF(names); i++) {
        if (str_equals(value, str_of(names[i]))) {
            cli->format = (CliFormat)i;
            return true;
        }
    }
    cli_say("-o: \"%.*s\" is not table, json or csv", STR_ARGS(value));
    return false;
}

static bool word_take(Cli *cli, char **words, int count, int *at) {
    const char *word = words[*at];
    if (strcmp(word, FORMAT_OPTION.name) == 0) {
        return format_take(cli, words, count, at);
    }
    if (word[0] != '-' || word[1] == 0) {
        if (cli->argument_count == CLI_ARGUMENTS_MAX) {
            cli_say("too many arguments");
            return false;
        }
        cli->arguments[cli->argument_count++] = str_of(word);
        return true;
    }
    for (int place = 0; cli->known && cli->known[place].name; place++) {
        if (strcmp(cli->known[place].name, word) == 0) {
            return option_take(cli, &cli->known[place], place, words, count, at);
        }
    }
    cli_say("there is no option %s here; see --help", word);
    return false;
}

static bool words_read(Cli *cli, const CliCommand *command, char **words, int count) {
    cli->known = command->options;
    for (int at = 0; at < count; at++) {
        if (!word_take(cli, words, count, &at)) {
            return false;
        }
    }
    if (cli->argument_count < command->least || cli->argument_count > command->most) {
        cli_say("%s %s takes %s%s; see --help", command->noun, command->verb,
                command->most == 0 ? "no argument" : "", command->arguments);
        return false;
    }
    if (cli->format == CLI_HLEDGER && command->run != cli_report_journal) {
        cli_say("-o hledger is for `arrears report journal` alone");
        return false;
    }
    return true;
}

/* ---- settings */

static const char *from_environment(const char *variable) {
    return getenv(variable);
}

static int settings_tables(CliSettings *settings, SettingsTable *tables) {
    tables[0] = (SettingsTable){"arrears", SETTINGS, COUNT_OF(SETTINGS), settings};
    tables[1] = (SettingsTable){"Kafka", KAFKA_SETTINGS, KAFKA_SETTINGS_COUNT,
                                settings ? &settings->kafka : NULL};
    return 2;
}

static bool settings_read(Cli *cli) {
    SettingsTable tables[2];
    Str faults;
    int count = settings_tables(&cli->settings, tables);
    cli->settings.kafka.client_id = S("arrears");
    if (settings_load(tables, count, from_environment, &cli->arena, &faults)) {
        return true;
    }
    fprintf(stderr, "%.*s", STR_ARGS(faults));
    cli_say("a running local stack prints its settings: eval \"$(deploy/local/env)\"");
    return false;
}

/* ---- finding the command */

static const CliCommand *command_find(const char *noun, const char *verb) {
    for (ptrdiff_t i = 0; i < COUNT_OF(COMMANDS); i++) {
        if (strcmp(COMMANDS[i].noun, noun) == 0 && strcmp(COMMANDS[i].verb, verb) == 0) {
            return &COMMANDS[i];
        }
    }
    return NULL;
}

static bool wants_help(char **words, int count) {
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

static int run(const CliCommand *command, char **words, int count) {
    Cli cli = {.arena = arena_open("arrears", (ptrdiff_t)1 << 30)};
    int code = CLI_USAGE;
    if (words_read(&cli, command, words, count) && settings_read(&cli)) {
        code = command->run(&cli);
    }
    arena_close(&cli.arena);
    return code;
}

int main(int argc, char **argv) {
    log_open("arrears", LOG_LEVEL_ERROR);
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("arrears %s\n", ARREARS_VERSION);
        return CLI_DONE;
    }
    if (argc == 2 && strcmp(argv[1], "--settings") == 0) {
        SettingsTable tables[2];
        settings_print(tables, settings_tables(NULL, tables), stdout);
        return CLI_DONE;
    }
    const CliCommand *alone = argc > 1 ? command_find(argv[1], "") : NULL;
    if (alone) {
        return wants_help(argv + 2, argc - 2) ? print_command_help(alone)
                                              : run(alone, argv + 2, argc - 2);
    }
    if (argc < 3 || argv[2][0] == '-') {
        bool asked = argc < 2 || wants_help(argv + 1, argc - 1);
        Str noun = argc > 1 && argv[1][0] != '-' ? str_of(argv[1]) : S("");
        return print_help(asked ? stdout : stderr, noun, asked ? CLI_DONE : CLI_USAGE);
    }
    const CliCommand *command = command_find(argv[1], argv[2]);
    if (!command) {
        cli_say("there is no command \"%s %s\"", argv[1], argv[2]);
        return print_help(stderr, S(""), CLI_USAGE);
    }
    if (wants_help(argv + 3, argc - 3)) {
        return print_command_help(command);
    }
    return run(command, argv + 3, argc - 3);
}
