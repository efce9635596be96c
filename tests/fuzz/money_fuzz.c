/* money_parse: what parses prints to a text that parses to the same amount. The first byte picks
 * the currency. */
#include "base/check.h"
#include "base/money.h"
#include "tests/fuzz/fuzz.h"

static Currency pick(uint8_t byte) {
    static const Str codes[] = {S("USD"), S("JPY"), S("KWD"), S("CLF")};
    Currency currency = {0};
    CHECK(currency_find(codes[byte % COUNT_OF(codes)], &currency));
    return currency;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Money money;
    if (size == 0 || !money_parse(str_from(data + 1, (ptrdiff_t)size - 1), pick(data[0]), &money)) {
        return 0;
    }
    Arena arena = arena_open("fuzz", 1 << 12);
    Money back;
    CHECK(money_parse(money_print_plain(&arena, money), money.currency, &back));
    CHECK(back.minor == money.minor);
    arena_close(&arena);
    return 0;
}
