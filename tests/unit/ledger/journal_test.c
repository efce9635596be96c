/* What each kind of entry does to the chart of accounts. */
#include "ledger/core/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/trap.h"
#include "tests/unit/ledger/values.h"

/* The books as an accountant would name them: what each document does to the accounts. */
static void entries_have_their_accounts(void **state) {
    (void)state;
    static const struct {
        EntryKind kind;
        const char *name;
        GlAccount debit;
        GlAccount credit;
    } rows[] = {
        {ENTRY_INVOICE, "invoice", GL_RECEIVABLE, GL_REVENUE},
        {ENTRY_PAYMENT, "payment", GL_BANK, GL_UNAPPLIED},
        {ENTRY_CREDIT_NOTE, "credit_note", GL_CREDIT_NOTES, GL_UNAPPLIED},
        {ENTRY_ALLOCATION, "allocation", GL_UNAPPLIED, GL_RECEIVABLE},
        {ENTRY_CANCELLATION, "cancellation", GL_REVENUE, GL_RECEIVABLE},
        {ENTRY_WRITE_OFF, "write_off", GL_BAD_DEBT, GL_RECEIVABLE},
        {ENTRY_RECOVERY, "recovery", GL_UNAPPLIED, GL_RECOVERY},
        {ENTRY_FEE, "fee", GL_RECEIVABLE, GL_FEES},
        {ENTRY_TAX, "tax", GL_REVENUE, GL_TAX},
        {ENTRY_DISCOUNT, "discount", GL_DISCOUNT, GL_RECEIVABLE},
        {ENTRY_DEBT_TO_BANK, "debt_to_bank", GL_RECEIVABLE, GL_BANK},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Entry entry = entry_of(rows[i].kind, usd(INT64_MAX));
        assert_string_equal(entry_kind_name(rows[i].kind), rows[i].name);
        assert_int_equal(entry.debit, rows[i].debit);
        assert_int_equal(entry.credit, rows[i].credit);
        assert_int_equal(entry.amount.minor, INT64_MAX);
    }
}

static void every_kind_has_two_accounts_and_a_name_of_its_own(void **state) {
    (void)state;
    for (EntryKind kind = ENTRY_NONE + 1; kind < ENTRY_KIND_COUNT; kind++) {
        Entry entry = entry_of(kind, usd(1));
        EntryKind found = ENTRY_NONE;
        assert_true(entry_kind_parse(str_of(entry_kind_name(kind)), &found));
        assert_int_equal(found, kind);
        assert_true(entry.debit > GL_NONE && entry.credit > GL_NONE);
        assert_int_not_equal(entry.debit, entry.credit);
    }
}

static void a_reversal_moves_the_same_accounts_back(void **state) {
    (void)state;
    int found = 0;
    for (EntryKind kind = ENTRY_NONE + 1; kind < ENTRY_KIND_COUNT; kind++) {
        EntryKind back = entry_kind_reversal(kind);
        if (back != ENTRY_NONE) {
            found++;
            assert_int_equal(entry_of(kind, usd(1)).debit, entry_of(back, usd(1)).credit);
            assert_int_equal(entry_of(kind, usd(1)).credit, entry_of(back, usd(1)).debit);
            assert_int_equal(entry_kind_reversal(back), ENTRY_NONE);
        }
    }
    assert_int_equal(found, 11);
}

static void entries_of_nothing_stop(void **state) {
    (void)state;
    assert_true(TRAPPED(entry_of(ENTRY_INVOICE, usd(0)).kind));
    assert_true(TRAPPED(entry_of(ENTRY_INVOICE, usd(-1)).kind));
    assert_true(TRAPPED(entry_of(ENTRY_NONE, usd(1)).kind));
}

static void every_account_has_a_name_and_a_kind(void **state) {
    (void)state;
    for (GlAccount account = GL_NONE + 1; account < GL_ACCOUNT_COUNT; account++) {
        assert_true(gl_name(account)[0] != '\0');
        assert_true(gl_kind(account) <= GL_EXPENSE);
    }
    assert_true(TRAPPED(gl_name(GL_NONE)));
    assert_true(TRAPPED(gl_name(GL_ACCOUNT_COUNT)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_have_their_accounts),
        cmocka_unit_test(every_kind_has_two_accounts_and_a_name_of_its_own),
        cmocka_unit_test(a_reversal_moves_the_same_accounts_back),
        cmocka_unit_test(entries_of_nothing_stop),
        cmocka_unit_test(every_account_has_a_name_and_a_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
