#include "ledger/core/transfer.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/id.h"

enum {
    DIGITS_MAX = 19, /* of an entry's number */
    SHOWN_MAX = ID_NUMBER_MAX - DIGITS_MAX - 2,
    HEAD_BYTES = 16, /* of a name that is not shown as a whole */
};

/* A name of 43 to 64 characters: its beginning, and 64 bits that tell it from others. */
static Str shortened(Arena *arena, Str customer) {
    ptrdiff_t half = customer.len / 2;
    Str head = str_slice(customer, 0, HEAD_BYTES);
    return str_format(arena, "%.*s~%08" PRIx32 "%08" PRIx32, STR_ARGS(head),
                      str_hash(str_slice(customer, 0, half)),
                      str_hash(str_slice(customer, half, customer.len)));
}

Str transfer_id(Arena *arena, Str customer, int64_t entry) {
    Str shown = customer.len <= SHOWN_MAX ? customer : shortened(arena, customer);
    Str id = str_format(arena, "~%.*s/%" PRId64, STR_ARGS(shown), entry);
    CHECK(id_is_number(id));
    return id;
}

bool transfer_is(Str number) {
    return str_starts_with(number, S("~"));
}
