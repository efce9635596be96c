/* Mail addresses. */
#include "base/mail_address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"

#define TEN      "0123456789"
#define SIXTY    TEN TEN TEN TEN TEN TEN
#define LABEL_63 SIXTY "abc"

static void addresses_are_local_part_and_domain(void **state) {
    (void)state;
    static const struct {
        Str text;
        bool is_valid;
    } rows[] = {
        {S("a@b.test"), true},
        {S("Anna.Huber@ACME.Test"), true},
        {S("anna+invoices@mail.acme.test"), true},
        {S("o'neill@acme.test"), true},
        {S("0!#$%&'*+-/=?^_`{|}~9@acme.test"), true},
        {S("info@xn--mller-kva.test"), true},
        {S("a@1-2.3com.test"), true},
        {S(SIXTY "abcd@acme.test"), true},
        {S("a@" LABEL_63 ".test"), true},
        {S(""), false},
        {S("@"), false},
        {S("acme.test"), false},
        {S("@acme.test"), false},
        {S("anna@"), false},
        {S("anna@acme"), false},
        {S("anna@.test"), false},
        {S("anna@acme."), false},
        {S("anna@acme..test"), false},
        {S(".anna@acme.test"), false},
        {S("anna.@acme.test"), false},
        {S("an..na@acme.test"), false},
        {S("anna@huber@acme.test"), false},
        {S("anna huber@acme.test"), false},
        {S(" anna@acme.test"), false},
        {S("anna@acme.test "), false},
        {S("\"anna\"@acme.test"), false},
        {S("anna(huber)@acme.test"), false},
        {S("Anna <anna@acme.test>"), false},
        {S("anna@acme.test,bert@acme.test"), false},
        {S("anna@acme.test\r\nBcc: all@acme.test"), false},
        {S("anna@acme.test\n"), false},
        {S("anna\t@acme.test"), false},
        {S("anna@acme.te\0st"), false},
        {S("anna@-acme.test"), false},
        {S("anna@acme-.test"), false},
        {S("anna@ac_me.test"), false},
        {S("anna@[192.0.2.1]"), false},
        {S("anna@192.0.2.1"), false},
        {S("m\xc3\xbcller@acme.test"), false},
        {S("anna@m\xc3\xbcller.test"), false},
        {S("\xff@acme.test"), false},
        {S(SIXTY "abcde@acme.test"), false},
        {S("a@" LABEL_63 "d.test"), false},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        if (mail_address_is_valid(rows[i].text) != rows[i].is_valid) {
            fail_msg("row %td: '%.*s'", i, STR_ARGS(rows[i].text));
        }
    }
}

static void the_whole_address_has_a_limit(void **state) {
    (void)state;
    static const char longest[] = SIXTY "@" LABEL_63 "." LABEL_63 "." LABEL_63 ".ab";
    Str text = str_of(longest);
    assert_int_equal(text.len, MAIL_ADDRESS_MAX + 1);
    assert_false(mail_address_is_valid(text));
    assert_true(mail_address_is_valid(str_slice(text, 1, text.len)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_local_part_and_domain),
        cmocka_unit_test(the_whole_address_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
