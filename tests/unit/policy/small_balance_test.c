/* Small balances: what is signed, and who may sign it. With real keys. */
#include "policy/small_balance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contract/seal.h"

static Arena arena;
static KeyPair pair;
static SmallBalances small;
static Authority authorities[2];
static int authority_count;

static Date day(const char *text) {
    Date found;
    assert_true(date_parse(str_of(text), &found));
    return found;
}

static SmallBalanceRule rule(void) {
    return (SmallBalanceRule){S("acme"), day("2024-01-01"), &small};
}

static void sign(void) {
    SmallBalanceRule signed_rule = rule();
    Str content = small_balance_content(&signed_rule, &arena);
    Str signature = seal_sign(&arena, &pair, S(SMALL_BALANCE_PAYLOAD_TYPE), content);
    memcpy(small.approval.signature, signature.ptr, STANDING_SIGNATURE_SIZE);
}

static void authority_put(int at, const char *valid_from, const char *manager_most) {
    Str key = str_hex(&arena, str_from((const char *)pair.public_key, PUBLIC_KEY_SIZE));
    Str yaml =
        str_format(&arena,
                   "id: x\nvalid_from: %s\npersons:\n  - {id: mia, role: manager, key: %.*s}\n"
                   "  - {id: bob, role: board}\ntiers:\n"
                   "  - {name: manager, up_to: [{currency: EUR, minor: %s}], persons: [mia]}\n"
                   "  - {name: board, persons: [bob]}\n",
                   valid_from, STR_ARGS(key), manager_most);
    Err err = {0};
    assert_true(authority_parse(yaml, &arena, &authorities[at], &err));
}

static int set_up(void **state) {
    (void)state;
    arena = arena_open("test", 1 << 20);
    pair = key_pair_new();
    Currency euro = {0};
    assert_true(currency_find(S("EUR"), &euro));
    small = (SmallBalances){.most = {money_of(500, euro)},
                            .most_count = 1,
                            .days_past_due = 60,
                            .approval = {.reference = S("SB-1"),
                                         .by = S("mia"),
                                         .on = day("2024-02-01"),
                                         .until = day("2024-12-31")}};
    authority_put(0, "1900-01-01", "1000");
    authority_count = 1;
    sign();
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_close(&arena);
    return 0;
}

static void assert_verified(const char *fault) {
    Err err = {0};
    SmallBalanceRule checked = rule();
    bool good =
        small_balance_verify(&checked, authorities, authority_count, seal_verify_by, &arena, &err);
    if (fault == NULL) {
        assert_true(good);
        return;
    }
    assert_false(good);
    if (strncmp(err.text, fault, strlen(fault)) != 0) {
        fail_msg("%s", err.text);
    }
}

static void all_of_the_rule_is_signed(void **state) {
    (void)state;
    SmallBalanceRule signed_rule = rule();
    assert_true(str_equals(small_balance_content(&signed_rule, &arena),
                           S("small balances of acme\nvalid from 2024-01-01\ndays past due 60\n"
                             "most EUR 500\nreference SB-1\nby mia\non 2024-02-01\n"
                             "until 2024-12-31\n")));
    assert_verified(NULL);
}

static void what_was_changed_afterwards_is_not_approved(void **state) {
    (void)state;
    const SmallBalances as_signed = small;
    small.most[0].minor = 501;
    assert_verified("small_balances.approval.signature: ");
    small = as_signed;
    small.days_past_due = 59;
    assert_verified("small_balances.approval.signature: ");
    small = as_signed;
    small.approval.until = day("2025-12-31");
    assert_verified("small_balances.approval.signature: ");
    small = as_signed;
    small.approval.signature[0] ^= 1;
    assert_verified("small_balances.approval.signature: ");
    small = as_signed;
    assert_verified(NULL);
}

static void who_signs_must_be_known_and_may_decide_on_it(void **state) {
    (void)state;
    small.approval.by = S("zoe");
    sign();
    assert_verified("small_balances.approval.by: no person");
    small.approval.by = S("bob"); /* who has no key */
    sign();
    assert_verified("small_balances.approval.by: no person");
    small.approval.by = S("mia");
    small.most[0].minor = 1001;
    sign();
    assert_verified("small_balances.approval.by: the authority of \"mia\" does not reach");
    authority_count = 0;
    assert_verified("small_balances.approval.by: the rule set has no authority");
}

/* The one that was in force when it was signed. */
static void a_later_authority_document_changes_nothing(void **state) {
    (void)state;
    authority_put(1, "2024-03-01", "100");
    authority_count = 2;
    assert_verified(NULL);
    small.approval.on = day("2024-03-01");
    sign();
    assert_verified("small_balances.approval.by: the authority of \"mia\" does not reach");
}

static void without_an_approval_it_does_nothing(void **state) {
    (void)state;
    assert_false(small_balance_holds(&small, day("2024-01-31")));
    assert_true(small_balance_holds(&small, day("2024-02-01")));
    assert_true(small_balance_holds(&small, day("2024-12-31")));
    assert_false(small_balance_holds(&small, day("2025-01-01")));
    small.approval = (StandingApproval){0};
    assert_false(small_balance_holds(&small, day("2024-06-01")));
    assert_verified(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(all_of_the_rule_is_signed),
        TEST(what_was_changed_afterwards_is_not_approved),
        TEST(who_signs_must_be_known_and_may_decide_on_it),
        TEST(a_later_authority_document_changes_nothing),
        TEST(without_an_approval_it_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
