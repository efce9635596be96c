/* `arrears dunning`: what it asks, what it prints of the answer, and what it sends. The service and
 * the broker are played here (ask.h and person.h). */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/ask.h"
#include "cli/http.h"
#include "cli/person.h"
#include "contract/json.h"
#include "contract/messages.h"
#include "contract/topics.h"
#include "contract/wire.h"

/* ---- the service and the broker */

static struct {
    const char *answer; /* of the service */
    Str asked;          /* path and query */
    int puts;
    Str key;
    Str value;
} world;

int ask(Cli *cli, const char *variable, Str url, Str path, const Str *pairs, int count,
        Answer *answer) {
    (void)url;
    assert_string_equal(variable, "ARREARS_DUNNING_URL");
    world.asked = http_query(&cli->arena, path, pairs, count);
    answer->body = str_of(world.answer);
    answer->json = json_loads(world.answer, 0, NULL);
    assert_non_null(answer->json);
    return CLI_DONE;
}

void ask_end(Answer *answer) {
    json_decref(answer->json);
}

Str json_text(const json_t *object, const char *name) {
    return str_of(json_string_value(json_object_get(object, name)));
}

int64_t json_number(const json_t *object, const char *name) {
    return json_integer_value(json_object_get(object, name));
}

bool person_is_known(const Cli *cli) {
    return id_is_number(cli->settings.actor);
}

bool person_account(const Cli *cli, Str text, Account *account) {
    (void)cli;
    return account_parse(text, account);
}

bool person_put(Cli *cli, const char *topic, Str key, Str value, Err *err) {
    (void)cli;
    (void)err;
    assert_string_equal(topic, TOPIC_BILLING);
    world.puts++;
    world.key = key;
    world.value = value;
    return true;
}

int person_send(Cli *cli, Account account, Str value, const char *what) {
    (void)cli;
    (void)account;
    (void)value;
    fail_msg("%s is sent another way", what);
    return CLI_USAGE;
}

/* ---- one command */

enum { PRINTED_MAX = 16 << 10 };

static Cli cli;
static char printed[PRINTED_MAX];

static void words(const CliOption *options, const char *const *arguments, int count) {
    arena_close(&cli.arena);
    cli = (Cli){.arena = arena_open("cli", 1 << 20), .known = options};
    cli.settings.actor = S("alice");
    for (int i = 0; i < count; i++) {
        cli.arguments[cli.argument_count++] = str_of(arguments[i]);
    }
    world.puts = 0;
    world.asked = (Str){0};
}

static void option(const char *name, const char *value) {
    for (int i = 0; cli.known[i].name != NULL; i++) {
        if (strcmp(cli.known[i].name, name) == 0) {
            cli.values[i] = str_of(value);
            return;
        }
    }
    fail_msg("%s is not known", name);
}

/* What the command prints, in `printed`. */
static int run(int (*command)(Cli *cli)) {
    FILE *file = tmpfile();
    assert_non_null(file);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    assert_true(kept >= 0 && dup2(fileno(file), STDOUT_FILENO) >= 0);
    int code = command(&cli);
    fflush(stdout);
    assert_true(dup2(kept, STDOUT_FILENO) >= 0);
    close(kept);
    rewind(file);
    size_t length = fread(printed, 1, PRINTED_MAX - 1, file);
    printed[length] = '\0';
    fclose(file);
    return code;
}

static void assert_asked(const char *path) {
    if (!str_equals(world.asked, str_of(path))) {
        fail_msg("expected %s\n     got %.*s", path, STR_ARGS(world.asked));
    }
}

/* ---- list */

static const char REMINDERS[] =
    "{\"reminders\": ["
    "{\"reminder\": \"R-3-17\", \"creditor\": \"ACME\", \"customer\": \"c1\", \"level\": 2,"
    " \"level_name\": \"second\", \"tone\": \"plain\", \"issued_on\": \"2026-03-02\","
    " \"total\": {\"currency\": \"EUR\", \"minor\": 123456}, \"state\": \"failed\", \"attempt\": 1,"
    " \"sentence\": \"550 nobody, really\", \"said_by\": \"\", \"paused\": true},"
    "{\"reminder\": \"R-3-18\", \"creditor\": \"ACME\", \"customer\": \"c2\", \"level\": 1,"
    " \"level_name\": \"first\", \"tone\": \"courteous\", \"issued_on\": \"2026-03-03\","
    " \"total\": {\"currency\": \"JPY\", \"minor\": 900}, \"state\": \"sent\", \"attempt\": 2,"
    " \"sentence\": \"\", \"said_by\": \"alice\"}]}";

static void reminders_are_listed(void **state) {
    (void)state;
    world.answer = REMINDERS;
    words(DUNNING_LIST_OPTIONS, NULL, 0);
    assert_int_equal(run(cli_dunning_list), CLI_DONE);
    assert_asked("/v1/dunning/reminders");
    assert_string_equal(
        printed, "reminder  account  state   level   tone         total  currency  issued      "
                 "attempt  now     by     sentence\n"
                 "R-3-17    ACME/c1  failed  second  plain      1234.56  EUR       2026-03-02  "
                 "      1  paused         550 nobody, really\n"
                 "R-3-18    ACME/c2  sent    first   courteous      900  JPY       2026-03-03  "
                 "      2          alice  \n");
}

static void a_list_has_its_forms(void **state) {
    (void)state;
    world.answer = REMINDERS;
    words(DUNNING_LIST_OPTIONS, NULL, 0);
    option("--state", "failed");
    option("--creditor", "ACME");
    option("--customer", "c1");
    cli.format = CLI_JSON;
    assert_int_equal(run(cli_dunning_list), CLI_DONE);
    assert_asked("/v1/dunning/reminders?creditor=ACME&customer=c1&state=failed");
    assert_memory_equal(printed, REMINDERS, sizeof REMINDERS - 1);
    words(DUNNING_LIST_OPTIONS, NULL, 0);
    cli.format = CLI_CSV;
    assert_int_equal(run(cli_dunning_list), CLI_DONE);
    assert_non_null(strstr(printed, "\nR-3-17,ACME/c1,failed,second,plain,1234.56,EUR,2026-03-02,1,"
                                    "paused,,\"550 nobody, really\"\n"));
}

static void persons_are_listed(void **state) {
    (void)state;
    world.answer = "{\"accounts\": [{\"creditor\": \"ACME\", \"customer\": \"c1\", \"reason\": "
                   "\"no_contact\", \"overdue\": {\"currency\": \"EUR\", \"minor\": 5000}, "
                   "\"days_past_due\": 33, \"since\": \"2026-03-02\"}]}";
    words(DUNNING_LIST_OPTIONS, NULL, 0);
    option("--persons", "true");
    option("--creditor", "ACME");
    assert_int_equal(run(cli_dunning_list), CLI_DONE);
    assert_asked("/v1/dunning/persons?creditor=ACME");
    assert_string_equal(printed, "account  reason      overdue  currency  days  since\n"
                                 "ACME/c1  no_contact    50.00  EUR         33  2026-03-02\n");
}

static void a_list_that_cannot_be_is_not_asked(void **state) {
    (void)state;
    words(DUNNING_LIST_OPTIONS, NULL, 0);
    option("--state", "lost");
    assert_int_equal(run(cli_dunning_list), CLI_USAGE);
    words(DUNNING_LIST_OPTIONS, NULL, 0);
    option("--persons", "true");
    option("--customer", "c1");
    assert_int_equal(run(cli_dunning_list), CLI_USAGE);
    words(DUNNING_LIST_OPTIONS, NULL, 0);
    option("--persons", "true");
    option("--paused", "true");
    assert_int_equal(run(cli_dunning_list), CLI_USAGE);
    assert_true(str_is_empty(world.asked));
}

static void what_stands_still_is_listed(void **state) {
    (void)state;
    world.answer =
        "{\"pauses\": [{\"creditor\": \"ACME\", \"customer\": \"c1\", \"invoice\": \"INV-1\","
        " \"pause\": \"Z-1\", \"starts_on\": \"2026-03-02\", \"ends_on\": null,"
        " \"open\": {\"currency\": \"EUR\", \"minor\": 5000}}, {\"creditor\": \"ACME\","
        " \"customer\": \"c2\", \"invoice\": \"INV-9\", \"pause\": \"Z-2\","
        " \"starts_on\": \"2026-03-02\", \"ends_on\": \"2026-04-02\", \"open\": null}]}";
    words(DUNNING_LIST_OPTIONS, NULL, 0);
    option("--paused", "true");
    option("--customer", "c1");
    assert_int_equal(run(cli_dunning_list), CLI_DONE);
    assert_string_equal(printed,
                        "account  invoice  pause  from        until        open  currency\n"
                        "ACME/c1  INV-1    Z-1    2026-03-02              50.00  EUR\n"
                        "ACME/c2  INV-9    Z-2    2026-03-02  2026-04-02         \n");
}

/* ---- show */

static void a_reminder_is_shown(void **state) {
    (void)state;
    world.answer =
        "{\"reminder\": \"R 3/17\", \"creditor\": \"ACME\", \"customer\": \"c1\", \"level\": 2,"
        " \"level_name\": \"second\", \"tone\": \"plain\", \"issued_on\": \"2026-03-02\","
        " \"total\": {\"currency\": \"EUR\", \"minor\": 5000}, \"state\": \"sent\", \"attempt\": 1,"
        " \"sentence\": \"\", \"said_by\": \"\", \"credit_band\": \"C\", \"ladder_hash\": \"ab\","
        " \"contact_hash\": \"cd\", \"items\": [{\"invoice\": \"INV-1\", \"charge\": "
        "\"principal\", \"instalment\": 2, \"paused\": true, \"open\": {\"currency\":"
        " \"EUR\", \"minor\": 5000}, \"due_on\": \"2026-02-01\"}], \"attempts\": [{\"attempt\": 1,"
        " \"outcome\": \"sent\", \"detail\": \"250 ok\", \"claimed_at\": \"2026-03-02T20:00:00Z\","
        " \"ended_at\": \"2026-03-02T20:00:01Z\"}], \"to\": \"Zo\\u00eb <z@c1.test>\","
        " \"subject\": \"Reminder\", \"body\": \"Dear Zo\\u00eb,\\n\\nplease pay.\"}";
    words(NULL, (const char *const[]){"ACME", "R 3/17"}, 2);
    assert_int_equal(run(cli_dunning_show), CLI_DONE);
    assert_asked("/v1/dunning/reminders/ACME/%52%20%33%2F%31%37");
    assert_string_equal(printed,
                        "reminder       R 3/17\ncreditor       ACME\ncustomer       c1\n"
                        "state          sent\nissued_on      2026-03-02\nlevel          2 second\n"
                        "total          50.00 EUR\ntone           plain\ncredit_band    C\n"
                        "ladder_hash    ab\ncontact_hash   cd\n"
                        "\ninvoice  charge     instalment  due          open  currency  now\n"
                        "INV-1    principal           2  2026-02-01  50.00  EUR       paused\n"
                        "\nattempt  outcome  begun                 ended                 detail\n"
                        "      1  sent     2026-03-02T20:00:00Z  2026-03-02T20:00:01Z  250 ok\n"
                        "\nTo: Zo\xc3\xab <z@c1.test>\nSubject: Reminder\n"
                        "\nDear Zo\xc3\xab,\n\nplease pay.\n");
}

/* ---- settle, resend */

static void assert_sent(const char *number, const char *expected) {
    Str json = {0};
    Err err = {0};
    const ProtobufCMessage *message =
        wire_unpack(message_of_topic(str_of(TOPIC_BILLING)), world.value, &cli.arena, 1 << 16);
    assert_non_null(message);
    assert_true(json_print(message, &cli.arena, &json, &err));
    if (!str_equals(json, str_of(expected))) {
        fail_msg("expected %s\n     got %.*s", expected, STR_ARGS(json));
    }
    assert_int_equal(world.puts, 1);
    assert_true(str_equals(world.key, S("ACME/c1")));
    assert_string_equal(printed, number);
}

static void settlements_are_sent(void **state) {
    (void)state;
    words(DUNNING_SETTLE_OPTIONS, (const char *const[]){"ACME/c1", "R-3-17", "not-sent"}, 3);
    option("--reason", "it came back");
    option("--number", "S-1");
    assert_int_equal(run(cli_dunning_settle), CLI_DONE);
    assert_sent("S-1\n", "{\"reminderSettled\":{\"creditor\":\"ACME\",\"customer\":\"c1\","
                         "\"number\":\"S-1\",\"reminderId\":\"R-3-17\","
                         "\"outcome\":\"REMINDER_OUTCOME_NOT_SENT\",\"reason\":\"it came back\","
                         "\"actor\":{\"id\":\"alice\"}}}");
    words(DUNNING_SETTLE_OPTIONS, (const char *const[]){"ACME/c1", "R-3-17", "sent"}, 3);
    option("--reason", "in the log");
    assert_int_equal(run(cli_dunning_settle), CLI_DONE);
    assert_memory_equal(printed, "RS-", 3);
}

static void wishes_are_sent(void **state) {
    (void)state;
    words(DUNNING_RESEND_OPTIONS, (const char *const[]){"ACME/c1", "R-3-17"}, 2);
    option("--reason", "mended");
    option("--number", "S-2");
    assert_int_equal(run(cli_dunning_resend), CLI_DONE);
    assert_sent("S-2\n", "{\"reminderResendRequested\":{\"creditor\":\"ACME\",\"customer\":\"c1\","
                         "\"number\":\"S-2\",\"reminderId\":\"R-3-17\",\"reason\":\"mended\","
                         "\"actor\":{\"id\":\"alice\"}}}");
}

static void what_is_incomplete_is_not_sent(void **state) {
    (void)state;
    static const struct {
        const char *account;
        const char *reminder;
        const char *outcome;
        const char *reason;
        const char *actor;
    } rows[] = {
        {"ACME", "R-3-17", "sent", "x", "alice"},    {"ACME/c1", "", "sent", "x", "alice"},
        {"ACME/c1", "R-3-17", "lost", "x", "alice"}, {"ACME/c1", "R-3-17", "sent", " ", "alice"},
        {"ACME/c1", "R-3-17", "sent", "x", ""},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        const char *arguments[] = {rows[i].account, rows[i].reminder, rows[i].outcome};
        words(DUNNING_SETTLE_OPTIONS, arguments, 3);
        cli.settings.actor = str_of(rows[i].actor);
        option("--reason", rows[i].reason);
        assert_int_equal(run(cli_dunning_settle), CLI_USAGE);
        assert_int_equal(world.puts, 0);
    }
}

static int end(void **state) {
    (void)state;
    arena_close(&cli.arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reminders_are_listed),
        cmocka_unit_test(a_list_has_its_forms),
        cmocka_unit_test(persons_are_listed),
        cmocka_unit_test(a_list_that_cannot_be_is_not_asked),
        cmocka_unit_test(what_stands_still_is_listed),
        cmocka_unit_test(a_reminder_is_shown),
        cmocka_unit_test(settlements_are_sent),
        cmocka_unit_test(wishes_are_sent),
        cmocka_unit_test(what_is_incomplete_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
