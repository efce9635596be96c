#include "chassis/intake.h"

#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/crash.h"

static const ServiceInput *input_of(const Intake *intake, const Taken *taken) {
    return &intake->service->inputs[taken->record.topic];
}

void intake_refuse(Taken *taken, Str code, Str sentence) {
    taken->fate = FATE_DEAD;
    taken->refusal = (Refusal){code, sentence};
}

static void stop(Taken *taken, Str code, Str sentence) {
    taken->fate = FATE_STOP;
    taken->refusal = (Refusal){code, sentence};
}

/* The account a key names, when the key is sound and the record lies where that key belongs. Only
 * then may a record that cannot be read put its account on hold. */
static bool key_read(const Intake *intake, Taken *taken) {
    const Record *record = &taken->record;
    Account account = {record->key, {NULL, 0}};
    bool formed = input_of(intake, taken)->key == KEY_ACCOUNT ? account_parse(record->key, &account)
                                                              : id_is_part(record->key);
    if (!formed) {
        intake_refuse(taken, S("KEY_MALFORMED"),
                      S("The key is not creditor/customer (or creditor) of 1 to 64 characters "
                        "[A-Za-z0-9._~-] each: send it again with the right key."));
        return false;
    }
    if (kafka_partition_of(record->key, intake->partitions) != record->partition) {
        intake_refuse(taken, S("PARTITION_WRONG"),
                      S("The record is not in the partition murmur2(key) names: set the producer's "
                        "partitioner to murmur2 (librdkafka's default is not) and send it again."));
        return false;
    }
    taken->event.account = account;
    return true;
}

static bool keys_agree(const Intake *intake, const Taken *taken, Account from_key) {
    if (input_of(intake, taken)->key == KEY_CREDITOR) {
        return str_equals(taken->event.account.creditor, from_key.creditor);
    }
    return account_equals(taken->event.account, from_key);
}

static void tick_read(const Intake *intake, Arena *arena, Taken *taken) {
    const Signed *tick = taken->event.body;
    DayMark *mark = ARENA_NEW(arena, DayMark);
    Str why = {0};
    if (!BROKEN("no_tick_check") &&
        !seal_verify(&intake->operators, tick->key_id, str_of(TICK_PAYLOAD_TYPE), tick->payload,
                     tick->signature, arena)) {
        intake_refuse(taken, S("TICK_UNSIGNED"),
                      S("The day tick is not signed by an operator key of this service "
                        "(ARREARS_OPERATOR_KEYS): use `arrears day` with the right key."));
    } else if (!tick_decode(tick->payload, arena, mark, &why)) {
        intake_refuse(taken, S("TICK_MALFORMED"), why);
    } else {
        taken->event.kind = mark->opened ? EVENT_DAY_OPENED : EVENT_DAY_CLOSED;
        taken->event.body = mark;
    }
}

/* As a tick, but the service reads what was signed. */
static void notice_read(const Intake *intake, Arena *arena, Taken *taken) {
    const Service *service = intake->service;
    const Signed *notice = taken->event.body;
    Refusal refusal = {0};
    if (!seal_verify(&intake->operators, notice->key_id, str_of(service->notice_type),
                     notice->payload, notice->signature, arena)) {
        intake_refuse(taken, S("NOTICE_UNSIGNED"),
                      S("The notice is not signed by an operator key of this service "
                        "(ARREARS_OPERATOR_KEYS): use the command line with the right key."));
    } else if (!service->notice(service->self, notice->payload, taken->record.timestamp, arena,
                                &taken->event, &refusal)) {
        intake_refuse(taken, refusal.code, refusal.sentence);
    } else {
        taken->event.kind = EVENT_INPUT;
    }
}

static bool event_decode(const Intake *intake, Arena *arena, Taken *taken) {
    const Service *service = intake->service;
    Event decoded = {.input = taken->record.topic, .task = taken->record.partition};
    Refusal refusal = {0};
    CRASH_ON(taken->record.value);
    bool good = service->decode(service->self, taken->record.topic, &taken->record, arena, &decoded,
                                &refusal);
    if (!good) {
        taken->refusal = refusal;
        return false;
    }
    decoded.cause = taken->event.cause;
    taken->event = decoded;
    return true;
}

static void outside_decode(const Intake *intake, Arena *arena, Taken *taken) {
    Account from_key = {0};
    if (taken->record.has_key) {
        if (!key_read(intake, taken)) {
            return;
        }
        from_key = taken->event.account;
    }
    if (!event_decode(intake, arena, taken)) {
        taken->event.account = from_key;
        intake_refuse(taken, taken->refusal.code, taken->refusal.sentence);
    } else if (taken->event.kind == EVENT_TICK) {
        tick_read(intake, arena, taken);
    } else if (taken->event.kind == EVENT_NOTICE) {
        notice_read(intake, arena, taken);
    } else if (!taken->record.has_key) {
        taken->event.account = (Account){0};
        intake_refuse(taken, S("KEY_MISSING"),
                      S("The record has no key: send it again with its key."));
    } else if (!keys_agree(intake, taken, from_key)) {
        taken->event.account = from_key;
        intake_refuse(
            taken, S("KEY_UNLIKE_BODY"),
            S("The key names another account than the event does: send it again with the account's "
              "own key."));
    }
}

static void ours_decode(const Intake *intake, Arena *arena, Taken *taken) {
    if (!event_decode(intake, arena, taken)) {
        stop(taken, taken->refusal.code, taken->refusal.sentence);
    } else if (str_is_empty(taken->event.origin.service) || taken->event.origin.seq < 1) {
        stop(taken, S("NUMBER_MISSING"),
             S("The record has no number: only services of Arrears may write here."));
    } else if (taken->event.origin.hops > HOPS_MAX) {
        stop(taken, S("HOPS"),
             S("The event went through more than 16 services: two services answer each other."));
    } else if (taken->record.has_key && kafka_partition_of(taken->record.key, intake->partitions) !=
                                            taken->record.partition) {
        stop(taken, S("PARTITION_WRONG"), S("The record is not in the partition its key names."));
    }
}

/* Records about a task (claims, checkpoints) lie where their writer put them and name no customer.
 */
static void state_decode(const Intake *intake, Arena *arena, Taken *taken) {
    if (!event_decode(intake, arena, taken)) {
        stop(taken, taken->refusal.code, taken->refusal.sentence);
    } else if (str_is_empty(taken->event.account.customer)) {
        taken->fate = FATE_PASS;
    } else if (kafka_partition_of(taken->record.key, intake->partitions) !=
               taken->record.partition) {
        stop(taken, S("PARTITION_WRONG"), S("The record is not in the partition its key names."));
    }
}

void intake_decode(const Intake *intake, Arena *arena, Taken *taken) {
    const Record *record = &taken->record;
    taken->fate = FATE_APPLY;
    taken->event = (Event){
        .input = record->topic,
        .task = record->partition,
        .cause = {.kind = CAUSE_RECORD,
                  .topic = str_of(input_of(intake, taken)->topic),
                  .partition = record->partition,
                  .offset = record->offset},
    };
    switch (input_of(intake, taken)->kind) {
    case INPUT_OUTSIDE:
        outside_decode(intake, arena, taken);
        return;
    case INPUT_OURS:
        ours_decode(intake, arena, taken);
        return;
    case INPUT_STATES:
        state_decode(intake, arena, taken);
        return;
    }
}
