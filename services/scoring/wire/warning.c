/* arrears.warnings.v1. */
#include "arrears/warnings/v1/warnings.pb-c.h"
#include "contract/wire.h"
#include "scoring/wire.h"
#include "scoring/wire/room.h"

Str wire_write_warning(const Warning *warning, Account account, Arena *arena) {
    Arrears__Warnings__V1__BandFell fell = ARREARS__WARNINGS__V1__BAND_FELL__INIT;
    fell.from = (Arrears__Credit__V1__Band)warning->from;
    fell.to = (Arrears__Credit__V1__Band)warning->to;
    fell.score = warning->score;
    fell.reasons = put_reasons(arena, &warning->reasons, &fell.n_reasons);
    Arrears__Warnings__V1__WarningEvent event = ARREARS__WARNINGS__V1__WARNING_EVENT__INIT;
    event.id = wire_put_text(arena, warning->id);
    event.creditor = wire_put_text(arena, account.creditor);
    event.customer = wire_put_text(arena, account.customer);
    event.raised_on = wire_put_date(arena, warning->raised_on);
    event.warning_case = ARREARS__WARNINGS__V1__WARNING_EVENT__WARNING_BAND_FELL;
    event.band_fell = &fell;
    return wire_pack(&event.base, arena);
}
