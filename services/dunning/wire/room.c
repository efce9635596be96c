#include "dunning/wire/room.h"

bool room_is_good(const WireReader *reader, WireRefusal *refusal) {
    if (wire_is_good(reader)) {
        return true;
    }
    *refusal = (WireRefusal){str_of(reader->code), reader->sentence};
    return false;
}

Account room_account(WireReader *reader, const char *creditor, const char *customer) {
    if (str_is_empty(str_of(customer))) {
        return (Account){0};
    }
    return (Account){.creditor = wire_part(reader, "creditor", creditor),
                     .customer = wire_part(reader, "customer", customer)};
}

void room_need_account(WireReader *reader, const DunningMessage *message) {
    if (message->input.kind != DUNNING_NOTHING && str_is_empty(message->account.customer)) {
        wire_fault(reader, "ACCOUNT_MISSING", "An event about an account names no customer.");
    }
}
