/* From a row of a table to billing events: which rows become what, and what is said of those that
 * do not. */
#include "cli/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arrears/billing/v1/billing.pb-c.h"
#include "contract/wire.h"

static const char HEAD[] = "country,customer,number,issued,due,amount,paid\n";

static const Mapping MAPPING = {
    .id = {"test", 4},
    .delimiter = ',',
    .dates = MAPPING_DATES_MDY,
    .customer = {"customer", 8},
    .number = {"number", 6},
    .amount = {"amount", 6},
    .issued_on = {"issued", 6},
    .due_on = {"due", 3},
    .paid_on = {"paid", 4},
};

typedef struct Outcome {
    Arena arena;
    ImportRules rules;
    bool has_head;
    bool head_is_good;
    int good;
    int faulty;
    ImportEvent events[2];
    int count;
    ImportFault fault;
} Outcome;

static bool on_row(void *self, const TableRow *row) {
    Outcome *outcome = self;
    if (!outcome->has_head) {
        outcome->has_head = true;
        outcome->head_is_good =
            import_head(row, &MAPPING, &outcome->arena, &outcome->rules.head, &outcome->fault);
        return outcome->head_is_good;
    }
    bool good = import_row(&outcome->rules, row, &outcome->arena, outcome->events, &outcome->count,
                           &outcome->fault);
    outcome->good += good;
    outcome->faulty += !good;
    return true;
}

static Outcome imported(const char *head, const char *rows) {
    Outcome outcome = {.arena = arena_open("import", 4 << 20)};
    outcome.rules.mapping = &MAPPING;
    outcome.rules.creditor = S("ACME");
    assert_true(currency_find(S("USD"), &outcome.rules.currency));
    Str text = str_format(&outcome.arena, "%s%s", head, rows);
    FILE *file = fmemopen((void *)(uintptr_t)text.ptr, (size_t)text.len, "rb");
    assert_non_null(file);
    Err err;
    assert_true(table_read(file, ',', on_row, &outcome, &err));
    fclose(file);
    return outcome;
}

static Date day(const char *text) {
    Date date;
    assert_true(date_parse(str_of(text), &date));
    return date;
}

static const Arrears__Billing__V1__BillingEvent *message(Outcome *outcome, int i) {
    return (const Arrears__Billing__V1__BillingEvent *)wire_unpack(
        &arrears__billing__v1__billing_event__descriptor, outcome->events[i].value, &outcome->arena,
        1 << 20);
}

static void a_row_is_an_invoice_and_its_payment(void **state) {
    (void)state;
    Outcome outcome =
        imported(HEAD, "391,0379-NEVHP,0000611365,1/2/2013,2/1/2013,55.9,1/15/2013\r\n");
    assert_int_equal(outcome.good, 1);
    assert_int_equal(outcome.count, 2);
    assert_true(str_equals(outcome.events[0].key, S("ACME/0379-NEVHP")));
    assert_int_equal(date_compare(outcome.events[0].on, day("2013-01-02")), 0);
    assert_int_equal(date_compare(outcome.events[1].on, day("2013-01-15")), 0);
    const Arrears__Billing__V1__InvoiceIssued *invoice = message(&outcome, 0)->invoice_issued;
    assert_string_equal(invoice->number, "0000611365"); /* zeros are part of a number */
    assert_int_equal(invoice->amount->minor, 5590);
    assert_string_equal(invoice->due_on, "2013-02-01");
    const Arrears__Billing__V1__PaymentReceived *payment = message(&outcome, 1)->payment_received;
    assert_string_equal(payment->number, "PAY-0000611365");
    assert_string_equal(payment->invoice_number, "0000611365");
    arena_close(&outcome.arena);
}

static void an_empty_day_of_payment_is_an_open_invoice(void **state) {
    (void)state;
    Outcome outcome = imported(HEAD, "391,c1,I-1,1/2/2013,2/1/2013,94,\n");
    assert_int_equal(outcome.count, 1);
    arena_close(&outcome.arena);
}

static void same_row_gives_the_same_bytes(void **state) {
    (void)state;
    Outcome one = imported(HEAD, "391,c1,I-1,1/2/2013,2/1/2013,94,1/3/2013\n");
    Outcome two = imported(HEAD, "391,c1,I-1,1/2/2013,2/1/2013,94,1/3/2013\n");
    assert_true(str_equals(one.events[0].value, two.events[0].value));
    assert_true(str_equals(one.events[1].value, two.events[1].value));
    arena_close(&one.arena);
    arena_close(&two.arena);
}

static void byte_order_mark_quotes_and_column_order_do_not_matter(void **state) {
    (void)state;
    Outcome outcome = imported("\xEF\xBB\xBF"
                               "paid,amount,due,issued,number,customer\n",
                               ",\"1.00\",2/1/2013,1/2/2013,\"I,\"\"1\"\"\",c1\n");
    assert_true(outcome.head_is_good);
    assert_int_equal(outcome.good, 1);
    assert_string_equal(message(&outcome, 0)->invoice_issued->number, "I,\"1\"");
    arena_close(&outcome.arena);
}

static void faults_name_line_column_and_why(void **state) {
    (void)state;
    static const struct {
        const char *row;
        const char *column;
    } rows[] = {
        {"391,c 1,I-1,1/2/2013,2/1/2013,94,\n", "customer"},
        {"391,c1,,1/2/2013,2/1/2013,94,\n", "number"},
        {"391,c1,I-1,13/2/2013,2/1/2013,94,\n", "issued"},
        {"391,c1,I-1,1/2/2013,2/30/2013,94,\n", "due"},
        {"391,c1,I-1,1/2/2013,2/1/2013,94.123,\n", "amount"},
        {"391,c1,I-1,1/2/2013,2/1/2013,0,\n", "amount"},
        {"391,c1,I-1,1/2/2013,2/1/2013,-5,\n", "amount"},
        {"391,c1,I-1,1/2/2013,2/1/2013,94,soon\n", "paid"},
        {"391,c1,I-1,1/2/2013\n", ""},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Outcome outcome = imported(HEAD, rows[i].row);
        assert_int_equal(outcome.faulty, 1);
        assert_int_equal(outcome.fault.line, 2);
        assert_true(str_equals(outcome.fault.column, str_of(rows[i].column)));
        assert_true(outcome.fault.why.len > 10);
        arena_close(&outcome.arena);
    }
}

static void one_bad_row_leaves_the_others_alone(void **state) {
    (void)state;
    Outcome outcome = imported(HEAD, "391,c1,I-1,1/2/2013,2/1/2013,94,\n"
                                     "391,c1,I-2,x,2/1/2013,94,\n"
                                     "391,c1,I-3,1/2/2013,2/1/2013,94,\n");
    assert_int_equal(outcome.good, 2);
    assert_int_equal(outcome.faulty, 1);
    assert_int_equal(outcome.fault.line, 3);
    arena_close(&outcome.arena);
}

static void a_missing_column_is_named(void **state) {
    (void)state;
    Outcome outcome = imported("country,customer,number,issued,due,paid\n", "");
    assert_false(outcome.head_is_good);
    assert_true(str_equals(outcome.fault.column, S("amount")));
    arena_close(&outcome.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_an_invoice_and_its_payment),
        cmocka_unit_test(an_empty_day_of_payment_is_an_open_invoice),
        cmocka_unit_test(same_row_gives_the_same_bytes),
        cmocka_unit_test(byte_order_mark_quotes_and_column_order_do_not_matter),
        cmocka_unit_test(faults_name_line_column_and_why),
        cmocka_unit_test(one_bad_row_leaves_the_others_alone),
        cmocka_unit_test(a_missing_column_is_named),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
