/* arrears.credit.v1: band and score of a customer; the rest of a state is scoring's own. */
#include "arrears/credit/v1/credit.pb-c.h"
#include "dunning/wire/room.h"

typedef Arrears__Credit__V1__CreditRecord CreditRecord;
typedef Arrears__Credit__V1__CreditState CreditMessage;

/* A state lists up to 1000 overdue invoices. */
enum { DECODED_MAX = 1 << 20 };

static void read_state(WireReader *reader, const CreditRecord *record, const CreditMessage *state,
                       DunningMessage *message) {
    if ((int)state->band < BAND_NONE || (int)state->band > BAND_E || state->score < 0 ||
        state->score > SCORE_MOST || record->epoch < 0 || state->version < 1) {
        wire_fault(reader, "STATE_UNLAWFUL",
                   "band, score, epoch or version is none this program knows: a newer producer "
                   "wrote it; upgrade dunning first.");
        return;
    }
    message->account = room_account(reader, state->creditor, state->customer);
    message->input.kind = DUNNING_CREDIT;
    message->input.credit = (CreditState){.band = (Band)state->band,
                                          .score = state->score,
                                          .epoch = record->epoch,
                                          .version = state->version,
                                          .day = wire_date(reader, "day", state->day)};
    room_need_account(reader, message);
}

bool wire_read_credit(Str value, Arena *arena, DunningMessage *message, WireRefusal *refusal) {
    const CreditRecord *record = (const CreditRecord *)wire_unpack(
        &arrears__credit__v1__credit_record__descriptor, value, arena, DECODED_MAX);
    WireReader reader = wire_reader(arena);
    *message = (DunningMessage){0};
    if (record == NULL) {
        wire_fault(&reader, "MESSAGE_UNREADABLE",
                   "The value is no arrears.credit.v1.CreditRecord.");
        return room_is_good(&reader, refusal);
    }
    switch (record->record_case) {
    case ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD_STATE:
        read_state(&reader, record, record->state, message);
        break;
    case ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD_CLAIM:
    case ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD_CHECKPOINT:
        break; /* about scoring's tasks */
    case ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD__NOT_SET:
    case _ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD__CASE_IS_INT_SIZE:
        wire_fault(&reader, "EVENT_UNKNOWN",
                   "Scoring says something this program does not know: a newer producer wrote it; "
                   "upgrade dunning first.");
    }
    return room_is_good(&reader, refusal);
}
