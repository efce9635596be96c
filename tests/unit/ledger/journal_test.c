/* What each kind of entry does to the chart of accounts. */
#include "ledger/core/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/trap.h"
#include "tests/unit/ledger/values.h"

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
    };
    assert_int_equal(COUNT_OF(rows), ENTRY_KIND_COUNT - 1);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Entry entry = entry_of(rows[i].kind, usd(INT64_MAX));
        assert_string_equal(entry_kind_name(rows[i].kind), rows[i].name);
        assert_int_equal(entry.debit, rows[i].debit);
        assert_int_equal(entry.credit, rows[i].credit);
        assert_int_equal(entry.amount.minor, INT64_MAX);
    }
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
        cmocka_unit_test(entries_of_nothing_stop),
        cmocka_unit_test(every_account_has_a_name_and_a_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
