#include "tests/unit/ledger/values.h"

#include "base/check.h"

Date day(const char *text) {
    Date date = DATE_NONE;
    CHECK(date_parse(str_of(text), &date));
    return date;
}

static Money money(const char *code, int64_t minor) {
    Currency currency = {0};
    CHECK(currency_find(str_of(code), &currency));
    return money_of(minor, currency);
}

Money usd(int64_t minor) {
    return money("USD", minor);
}

Money jpy(int64_t minor) {
    return money("JPY", minor);
}

Item open_invoice(const char *number, int64_t minor, const char *due_on) {
    return (Item){.key = {.number = str_of(number)},
                  .amount = usd(minor),
                  .open = usd(minor),
                  .written_off = usd(0),
                  .written_off_tax = usd(0),
                  .issued_on = day("2013-01-01"),
                  .due_on = day(due_on),
                  .first_due_on = day(due_on),
                  .state = ITEM_OPEN,
                  .bucket = S("current"),
                  .applied_on = DATE_NONE,
                  .written_off_on = DATE_NONE};
}
