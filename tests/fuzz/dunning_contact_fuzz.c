/* wire_read_contact: any bytes are refused with a code and a sentence, or are a contact of which
 * nothing can end a line of a mail's header. */
#include "base/check.h"
#include "base/mail_address.h"
#include "dunning/wire.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 20);
    DunningMessage message;
    WireRefusal refusal = {0};
    if (!wire_read_contact(str_from(data, (ptrdiff_t)size), &arena, &message, &refusal)) {
        CHECK(refusal.code.len > 0 && refusal.sentence.len > 0);
    } else {
        const Contact *contact = &message.input.contact;
        CHECK(message.input.kind == DUNNING_CONTACT && !contact->refused);
        CHECK(id_is_part(message.account.creditor) && id_is_part(message.account.customer));
        CHECK(contact->hash.len == 64 && str_is_line(contact->name));
        CHECK(str_is_empty(contact->mail) || mail_address_is_valid(contact->mail));
    }
    arena_close(&arena);
    return 0;
}
