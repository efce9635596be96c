#include "approvals/wire/room.h"

bool room_is_good(const WireReader *reader, WireRefusal *refusal) {
    if (wire_is_good(reader)) {
        return true;
    }
    *refusal = (WireRefusal){str_of(reader->code), reader->sentence};
    return false;
}
