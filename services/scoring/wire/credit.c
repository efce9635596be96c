/* arrears.credit.v1, written and read back: what is read is what was written, to the last field. */
#include "arrears/credit/v1/credit.pb-c.h"
#include "base/check.h"
#include "contract/wire.h"
#include "scoring/wire.h"
#include "scoring/wire/room.h"

typedef Arrears__Credit__V1__CreditRecord Record;
typedef Arrears__Credit__V1__CreditState State;
typedef Arrears__Credit__V1__Checkpoint Checkpoint;

/* A thousand overdue invoices are 100 KiB of record and five times that when unpacked. */
enum {
    DECODED_MAX = 2 << 20,
    NAME_MAX_BYTES = 249, /* a topic's, Kafka's limit */
    ID_MAX_BYTES = 512,
    NONCE_MAX_BYTES = 64,
    MARKS_MAX = 100000,
};

/* ---- writing */

Arrears__Credit__V1__Reason **put_reasons(Arena *arena, const Reasons *reasons, size_t *count) {
    Arrears__Credit__V1__Reason **list =
        ARENA_ARRAY(arena, Arrears__Credit__V1__Reason *, reasons->count + 1);
    for (int i = 0; i < reasons->count; i++) {
        list[i] = ARENA_NEW(arena, Arrears__Credit__V1__Reason);
        arrears__credit__v1__reason__init(list[i]);
        list[i]->characteristic =
            (Arrears__Credit__V1__Characteristic)reasons->rows[i].characteristic;
        list[i]->value = reasons->rows[i].value;
        list[i]->points = reasons->rows[i].points;
        list[i]->missing = reasons->rows[i].missing;
    }
    *count = (size_t)reasons->count;
    return list;
}

static void put_exposures(Arena *arena, const Profile *profile, State *state) {
    state->n_exposures = (size_t)profile->exposure_count;
    state->exposures =
        ARENA_ARRAY(arena, Arrears__Credit__V1__Exposure *, profile->exposure_count + 1);
    for (int i = 0; i < profile->exposure_count; i++) {
        const Exposure *exposure = &profile->exposures[i];
        Arrears__Credit__V1__Exposure *put = ARENA_NEW(arena, Arrears__Credit__V1__Exposure);
        arrears__credit__v1__exposure__init(put);
        put->open = wire_put_money(arena, exposure->open);
        put->overdue = wire_put_money(arena, exposure->overdue);
        put->unapplied = wire_put_money(arena, exposure->unapplied);
        put->paid = wire_put_money(arena, exposure->paid);
        state->exposures[i] = put;
    }
}

static void put_overdue(Arena *arena, const Profile *profile, State *state) {
    state->n_overdue_invoices = (size_t)profile->overdue_count;
    state->overdue_invoices =
        ARENA_ARRAY(arena, Arrears__Credit__V1__OverdueInvoice *, profile->overdue_count + 1);
    for (int i = 0; i < profile->overdue_count; i++) {
        const OverdueItem *item = &profile->overdue[i];
        Arrears__Credit__V1__OverdueInvoice *put =
            ARENA_NEW(arena, Arrears__Credit__V1__OverdueInvoice);
        arrears__credit__v1__overdue_invoice__init(put);
        put->number = wire_put_text(arena, item->key.number);
        put->charge = wire_put_charge(item->key.charge);
        put->instalment = item->key.instalment;
        put->open = wire_put_money(arena, item->open);
        put->days_past_due = item->days_past_due;
        state->overdue_invoices[i] = put;
    }
}

static void put_warnings(Arena *arena, const Profile *profile, State *state) {
    state->n_open_warnings = (size_t)profile->warning_count;
    state->open_warnings =
        ARENA_ARRAY(arena, Arrears__Credit__V1__OpenWarning *, profile->warning_count + 1);
    for (int i = 0; i < profile->warning_count; i++) {
        const Warning *warning = &profile->warnings[i];
        Arrears__Credit__V1__OpenWarning *put = ARENA_NEW(arena, Arrears__Credit__V1__OpenWarning);
        arrears__credit__v1__open_warning__init(put);
        put->id = wire_put_text(arena, warning->id);
        put->from = (Arrears__Credit__V1__Band)warning->from;
        put->to = (Arrears__Credit__V1__Band)warning->to;
        put->score = warning->score;
        put->raised_on = wire_put_date(arena, warning->raised_on);
        put->reasons = put_reasons(arena, &warning->reasons, &put->n_reasons);
        state->open_warnings[i] = put;
    }
}

static Arrears__Credit__V1__Applied **put_marks(Arena *arena, const AppliedMark *marks, int count) {
    Arrears__Credit__V1__Applied **list =
        ARENA_ARRAY(arena, Arrears__Credit__V1__Applied *, count + 1);
    for (int i = 0; i < count; i++) {
        list[i] = ARENA_NEW(arena, Arrears__Credit__V1__Applied);
        arrears__credit__v1__applied__init(list[i]);
        list[i]->topic = wire_put_text(arena, marks[i].topic);
        list[i]->service = wire_put_text(arena, marks[i].service);
        list[i]->task = marks[i].task;
        list[i]->seq = marks[i].seq;
    }
    return list;
}

static State *put_state(Arena *arena, const Profile *profile) {
    State *state = ARENA_NEW(arena, State);
    arrears__credit__v1__credit_state__init(state);
    state->creditor = wire_put_text(arena, profile->account.creditor);
    state->customer = wire_put_text(arena, profile->account.customer);
    state->version = profile->version;
    state->day = wire_put_date(arena, profile->day);
    state->score = profile->score;
    state->band = (Arrears__Credit__V1__Band)profile->band;
    state->reasons = put_reasons(arena, &profile->reasons, &state->n_reasons);
    state->settled_count = profile->settled_count;
    state->settled_late_count = profile->settled_late_count;
    state->mean_days_late_milli = profile->mean_days_late_milli;
    state->late_share_percent = (int32_t)profile_value(profile, CHARACTERISTIC_LATE_SHARE);
    state->written_off_count = profile->written_off_count;
    state->scorecard = wire_put_text(arena, profile->scorecard);
    state->n_applied = (size_t)profile->applied_count;
    state->applied = put_marks(arena, profile->applied, profile->applied_count);
    put_exposures(arena, profile, state);
    put_overdue(arena, profile, state);
    put_warnings(arena, profile, state);
    return state;
}

static Arrears__Credit__V1__Claim *put_claim(Arena *arena, Str nonce) {
    Arrears__Credit__V1__Claim *claim = ARENA_NEW(arena, Arrears__Credit__V1__Claim);
    arrears__credit__v1__claim__init(claim);
    claim->nonce = wire_put_text(arena, nonce);
    return claim;
}

static Arrears__Credit__V1__Phase phase_of(const CreditCheckpoint *checkpoint) {
    if (str_is_empty(checkpoint->policy_set)) {
        return ARREARS__CREDIT__V1__PHASE__PHASE_UNSPECIFIED;
    }
    return checkpoint->closing ? ARREARS__CREDIT__V1__PHASE__PHASE_CLOSING
                               : ARREARS__CREDIT__V1__PHASE__PHASE_OPEN;
}

static Checkpoint *put_checkpoint(Arena *arena, const CreditCheckpoint *from) {
    Checkpoint *checkpoint = ARENA_NEW(arena, Checkpoint);
    arrears__credit__v1__checkpoint__init(checkpoint);
    checkpoint->n_positions = (size_t)from->position_count;
    checkpoint->positions =
        ARENA_ARRAY(arena, Arrears__Credit__V1__InputPosition *, from->position_count + 1);
    for (int i = 0; i < from->position_count; i++) {
        Arrears__Credit__V1__InputPosition *put =
            ARENA_NEW(arena, Arrears__Credit__V1__InputPosition);
        arrears__credit__v1__input_position__init(put);
        put->topic = wire_put_text(arena, from->positions[i].topic);
        put->next = from->positions[i].next;
        if (put->next > 0) {
            put->last_hash.data = (uint8_t *)from->positions[i].last_hash.bytes;
            put->last_hash.len = HASH_SIZE;
        }
        checkpoint->positions[i] = put;
    }
    checkpoint->n_marks = (size_t)from->mark_count;
    checkpoint->marks = put_marks(arena, from->marks, from->mark_count);
    checkpoint->day = wire_put_date(arena, from->day);
    checkpoint->phase = phase_of(from);
    checkpoint->policy_set = wire_put_text(arena, from->policy_set);
    checkpoint->simulated = from->simulated;
    return checkpoint;
}

Str wire_write_credit(const CreditMessage *message, Arena *arena) {
    Record record = ARREARS__CREDIT__V1__CREDIT_RECORD__INIT;
    record.epoch = message->epoch;
    record.commit_no = message->commit_no;
    switch (message->kind) {
    case CREDIT_STATE:
        record.record_case = ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD_STATE;
        record.state = put_state(arena, &message->profile);
        break;
    case CREDIT_CLAIM:
        record.record_case = ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD_CLAIM;
        record.claim = put_claim(arena, message->nonce);
        break;
    case CREDIT_CHECKPOINT:
        record.record_case = ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD_CHECKPOINT;
        record.checkpoint = put_checkpoint(arena, &message->checkpoint);
        break;
    }
    return wire_pack(&record.base, arena);
}

/* ---- reading */

static void bounds_check(WireReader *reader, const char *field, int64_t value, int64_t least,
                         int64_t most) {
    if (value < least || value > most) {
        wire_fault(reader, "NUMBER_RANGE", "%s is %jd; %jd to %jd are lawful.", field,
                   (intmax_t)value, (intmax_t)least, (intmax_t)most);
    }
}

static bool count_is_good(WireReader *reader, const char *field, size_t count, size_t most) {
    if (count > most) {
        wire_fault(reader, "LIST_SIZE", "%s has %zu items; at most %zu are lawful.", field, count,
                   most);
    }
    return count <= most;
}

static Band read_band(WireReader *reader, const char *field, int64_t band) {
    bounds_check(reader, field, band, BAND_NONE, BAND_E);
    return wire_is_good(reader) ? (Band)band : BAND_NONE;
}

static Reasons read_reasons(WireReader *reader, Arrears__Credit__V1__Reason *const *list,
                            size_t count) {
    Reasons reasons = {0};
    if (!count_is_good(reader, "reasons", count, PROFILE_REASONS_MAX)) {
        return reasons;
    }
    for (size_t i = 0; i < count; i++) {
        bounds_check(reader, "characteristic", (int64_t)list[i]->characteristic, 1,
                     CHARACTERISTIC_COUNT - 1);
        reasons.rows[reasons.count++] = (Reason){(Characteristic)list[i]->characteristic,
                                                 list[i]->value, list[i]->points, list[i]->missing};
    }
    return reasons;
}

static void read_exposures(WireReader *reader, const State *state, Profile *profile) {
    profile->exposures = ARENA_ARRAY(reader->arena, Exposure, (ptrdiff_t)state->n_exposures + 1);
    for (size_t i = 0; i < state->n_exposures; i++) {
        const Arrears__Credit__V1__Exposure *from = state->exposures[i];
        Exposure *exposure = &profile->exposures[profile->exposure_count++];
        *exposure = (Exposure){.open = wire_money(reader, "open", from->open),
                               .overdue = wire_money(reader, "overdue", from->overdue),
                               .unapplied = wire_money(reader, "unapplied", from->unapplied),
                               .paid = wire_money(reader, "paid", from->paid)};
        Currency currency = exposure->open.currency;
        bool one = currency_equals(currency, exposure->overdue.currency) &&
                   currency_equals(currency, exposure->unapplied.currency) &&
                   currency_equals(currency, exposure->paid.currency);
        if (!one || (i > 0 && strcmp(exposure[-1].open.currency.code, currency.code) >= 0)) {
            wire_fault(reader, "EXPOSURES", "exposures are not one for each currency, by code.");
        }
    }
}

static void read_overdue(WireReader *reader, const State *state, Profile *profile) {
    if (!count_is_good(reader, "overdue_invoices", state->n_overdue_invoices,
                       PROFILE_OVERDUE_MAX)) {
        return;
    }
    profile->overdue =
        ARENA_ARRAY(reader->arena, OverdueItem, (ptrdiff_t)state->n_overdue_invoices + 1);
    for (size_t i = 0; i < state->n_overdue_invoices; i++) {
        const Arrears__Credit__V1__OverdueInvoice *from = state->overdue_invoices[i];
        OverdueItem *item = &profile->overdue[profile->overdue_count++];
        *item = (OverdueItem){.key = wire_item(reader, &(WireItem){"number", from->number,
                                                                   from->charge, from->instalment}),
                              .open = wire_money(reader, "open", from->open),
                              .days_past_due = from->days_past_due};
        if (i > 0 && item_key_compare(item[-1].key, item->key) >= 0) {
            wire_fault(reader, "OVERDUE", "overdue_invoices are not in order.");
        }
    }
}

static void read_warnings(WireReader *reader, const State *state, Profile *profile) {
    if (!count_is_good(reader, "open_warnings", state->n_open_warnings, PROFILE_WARNINGS_MAX)) {
        return;
    }
    for (size_t i = 0; i < state->n_open_warnings; i++) {
        const Arrears__Credit__V1__OpenWarning *from = state->open_warnings[i];
        profile->warnings[profile->warning_count++] =
            (Warning){.id = wire_text(reader, "id", from->id, ID_MAX_BYTES),
                      .from = read_band(reader, "from", (int64_t)from->from),
                      .to = read_band(reader, "to", (int64_t)from->to),
                      .score = from->score,
                      .raised_on = wire_date(reader, "raised_on", from->raised_on),
                      .reasons = read_reasons(reader, from->reasons, from->n_reasons)};
    }
}

static AppliedMark *read_marks(WireReader *reader, Arrears__Credit__V1__Applied *const *list,
                               size_t count, int *read) {
    *read = 0;
    if (!count_is_good(reader, "applied", count, MARKS_MAX)) {
        return NULL;
    }
    AppliedMark *marks = ARENA_ARRAY(reader->arena, AppliedMark, (ptrdiff_t)count + 1);
    for (size_t i = 0; i < count; i++) {
        bounds_check(reader, "seq", list[i]->seq, 1, INT64_MAX);
        bounds_check(reader, "task", list[i]->task, 0, INT32_MAX);
        marks[(*read)++] =
            (AppliedMark){.topic = wire_text(reader, "topic", list[i]->topic, NAME_MAX_BYTES),
                          .service = wire_part(reader, "service", list[i]->service),
                          .task = list[i]->task,
                          .seq = list[i]->seq};
    }
    return marks;
}

static void read_state(WireReader *reader, const State *state, Profile *profile) {
    *profile = (Profile){
        .account = {wire_part(reader, "creditor", state->creditor),
                    wire_part(reader, "customer", state->customer)},
        .version = state->version,
        .day = wire_date(reader, "day", state->day),
        .score = state->score,
        .band = read_band(reader, "band", (int64_t)state->band),
        .reasons = read_reasons(reader, state->reasons, state->n_reasons),
        .scorecard = wire_text(reader, "scorecard", state->scorecard, ID_PART_MAX),
        .settled_count = state->settled_count,
        .settled_late_count = state->settled_late_count,
        .mean_days_late_milli = state->mean_days_late_milli,
        .written_off_count = state->written_off_count,
    };
    bounds_check(reader, "version", state->version, 1, INT64_MAX);
    bounds_check(reader, "score", state->score, 0, SCORE_MOST);
    /* Counts are far below the ends, so that one more never overflows. */
    bounds_check(reader, "settled_count", state->settled_count, 0, INT32_MAX);
    bounds_check(reader, "settled_late_count", state->settled_late_count, 0, state->settled_count);
    bounds_check(reader, "written_off_count", state->written_off_count, 0, INT32_MAX);
    bounds_check(reader, "mean_days_late_milli", state->mean_days_late_milli, 0, INT32_MAX);
    read_exposures(reader, state, profile);
    read_overdue(reader, state, profile);
    read_warnings(reader, state, profile);
    profile->applied =
        read_marks(reader, state->applied, state->n_applied, &profile->applied_count);
}

static void read_positions(WireReader *reader, const Checkpoint *from,
                           CreditCheckpoint *checkpoint) {
    CreditPosition *positions =
        ARENA_ARRAY(reader->arena, CreditPosition, (ptrdiff_t)from->n_positions + 1);
    for (size_t i = 0; i < from->n_positions; i++) {
        const Arrears__Credit__V1__InputPosition *position = from->positions[i];
        bounds_check(reader, "next", position->next, 0, INT64_MAX);
        positions[i].topic = wire_text(reader, "topic", position->topic, NAME_MAX_BYTES);
        positions[i].next = position->next;
        bool has_hash = position->last_hash.len == HASH_SIZE;
        if (has_hash) {
            memcpy(positions[i].last_hash.bytes, position->last_hash.data, HASH_SIZE);
        }
        if (has_hash != (position->next > 0)) {
            wire_fault(reader, "HASH", "last_hash is not that of one record.");
        }
    }
    checkpoint->positions = positions;
    checkpoint->position_count = (int)from->n_positions;
}

static void read_checkpoint(WireReader *reader, const Checkpoint *from,
                            CreditCheckpoint *checkpoint) {
    *checkpoint = (CreditCheckpoint){
        .day = wire_date_or_none(reader, "day", from->day),
        .closing = from->phase == ARREARS__CREDIT__V1__PHASE__PHASE_CLOSING,
        .simulated = from->simulated,
    };
    if (!str_is_empty(str_of(from->policy_set))) {
        checkpoint->policy_set = wire_hash(reader, "policy_set", from->policy_set);
    }
    if (!count_is_good(reader, "positions", from->n_positions, 64)) {
        return;
    }
    read_positions(reader, from, checkpoint);
    checkpoint->marks = read_marks(reader, from->marks, from->n_marks, &checkpoint->mark_count);
}

static void read_record(WireReader *reader, const Record *record, CreditMessage *message) {
    switch (record->record_case) {
    case ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD_STATE:
        message->kind = CREDIT_STATE;
        read_state(reader, record->state, &message->profile);
        return;
    case ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD_CLAIM:
        message->kind = CREDIT_CLAIM;
        message->nonce = wire_text(reader, "nonce", record->claim->nonce, NONCE_MAX_BYTES);
        return;
    case ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD_CHECKPOINT:
        message->kind = CREDIT_CHECKPOINT;
        read_checkpoint(reader, record->checkpoint, &message->checkpoint);
        return;
    case ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD__NOT_SET:
    case _ARREARS__CREDIT__V1__CREDIT_RECORD__RECORD__CASE_IS_INT_SIZE:
        break;
    }
    wire_fault(reader, "RECORD_UNKNOWN", "A newer producer wrote it.");
}

bool wire_read_credit(Str value, Arena *arena, CreditMessage *message) {
    const Record *record = (const Record *)wire_unpack(
        &arrears__credit__v1__credit_record__descriptor, value, arena, DECODED_MAX);
    *message = (CreditMessage){0};
    if (record == NULL) {
        return false;
    }
    WireReader reader = wire_reader(arena);
    message->epoch = record->epoch;
    message->commit_no = record->commit_no;
    bounds_check(&reader, "epoch", record->epoch, 0, INT64_MAX);
    bounds_check(&reader, "commit_no", record->commit_no, 0, INT64_MAX);
    read_record(&reader, record, message);
    return wire_is_good(&reader);
}
