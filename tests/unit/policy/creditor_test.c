/* The creditor document: the shipped one, and every fault with its place. */
#include "policy/creditor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/file.h"

/* What is in a repository may be taken for real: the shipped creditor says that it is not. */
static void the_shipped_creditor_is_a_demo(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    Creditor creditor;
    Err err = {0};
    assert_true(
        creditor_parse(file_read(&arena, "policies/creditor/acme.yaml"), &arena, &creditor, &err));
    assert_true(str_equals(creditor.id, S("acme")));
    assert_true(str_ends_with(creditor.name, S("(demo)")));
    assert_true(str_ends_with(creditor.mail_from, S(".test")));
    assert_true(str_ends_with(creditor.mail_reply_to, S(".test")));
    assert_true(str_equals(creditor.ladder, S("standard")));
    assert_int_equal(creditor.address_count, 3);
    assert_int_equal(creditor.pay_to_count, 3);
    arena_close(&arena);
}

#define HEAD        "id: x\nvalid_from: 2020-01-01\n"
#define NAME        "name: X\n"
#define ADDRESS     "address: [Street 1]\n"
#define MAIL        "mail: {from: x@acme.test}\n"
#define PHONE       "phone: \"1\"\n"
#define PAY_TO      "pay_to: [IBAN 1]\n"
#define LADDER      "ladder: standard\n"
#define REST        ADDRESS MAIL PHONE PAY_TO LADDER
#define SEVEN       "1234567"
#define LINE_56     SEVEN SEVEN SEVEN SEVEN SEVEN SEVEN SEVEN SEVEN
#define LONGEST(x)  HEAD NAME "address: [" LINE_56 x "]\n" MAIL PHONE PAY_TO LADDER
#define MAILS(m)    HEAD NAME ADDRESS "mail: " m "\n" PHONE PAY_TO LADDER
#define PAYMENTS(p) HEAD NAME ADDRESS MAIL PHONE "pay_to: " p "\n" LADDER

static void answers_go_to_the_sender_if_nowhere_else(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    Creditor creditor;
    Err err = {0};
    assert_true(creditor_parse(S(LONGEST("")), &arena, &creditor, &err));
    assert_true(str_equals(creditor.mail_reply_to, S("x@acme.test")));
    assert_true(creditor_parse(S(MAILS("{from: x@acme.test, reply_to: y@acme.test}")), &arena,
                               &creditor, &err));
    assert_true(str_equals(creditor.mail_from, S("x@acme.test")));
    assert_true(str_equals(creditor.mail_reply_to, S("y@acme.test")));
    arena_close(&arena);
}

static void faults_have_their_place(void **state) {
    (void)state;
    static const struct {
        const char *place;
        const char *yaml;
    } rows[] = {
        {"there is nothing", ""},
        {"near line 1: Unexpected key: iban", "iban: x\n"},
        {"near line", HEAD NAME},
        {"near line", LONGEST("x")},
        {"near line", PAYMENTS("[1, 2, 3, 4, 5, 6, 7, 8, 9]")},
        {"id: 1 to 64 characters", "id: a/b\nvalid_from: 2020-01-01\n" NAME REST},
        {"valid_from: \"2020-02-30\"", "id: x\nvalid_from: 2020-02-30\n" NAME REST},
        {"name: it has a control character", HEAD "name: \"X\\r\\nBcc: y@acme.test\"\n" REST},
        {"name: there is nothing in it", HEAD "name: \"  \"\n" REST},
        {"address[1]: it has a control character",
         HEAD NAME "address: [a, \"b\\nc\"]\n" MAIL PHONE PAY_TO LADDER},
        {"mail.from: it is no mail address", MAILS("{from: acme.test}")},
        {"mail.from: it is no mail address", MAILS("{from: \"x@acme.test\\nBcc: y@acme.test\"}")},
        {"mail.reply_to: it is no mail address", MAILS("{from: x@acme.test, reply_to: y}")},
        {"near line", MAILS("{reply_to: x@acme.test}")},
        {"phone: it has a control character",
         HEAD NAME ADDRESS MAIL "phone: \"1\\e[2J\"\n" PAY_TO LADDER},
        {"pay_to[0]: there is nothing in it", PAYMENTS("[\" \"]")},
        {"near line", PAYMENTS("[]")},
        {"ladder: 1 to 64 characters", HEAD NAME ADDRESS MAIL PHONE PAY_TO "ladder: a b\n"},
    };
    Arena arena = arena_open("test", 1 << 20);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Creditor creditor;
        Err err = {0};
        bool good = creditor_parse(str_of(rows[i].yaml), &arena, &creditor, &err);
        if (good || !str_starts_with(str_of(err.text), str_of(rows[i].place))) {
            fail_msg("row %td: wanted \"%s\", got \"%s\"", i, rows[i].place, err.text);
        }
        assert_int_equal(err.verdict, VERDICT_STOP);
    }
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_creditor_is_a_demo),
        cmocka_unit_test(answers_go_to_the_sender_if_nowhere_else),
        cmocka_unit_test(faults_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
