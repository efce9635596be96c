#include "cli/tick.h"

#include "arrears/approvals/v1/approvals.pb-c.h"
#include "arrears/billing/v1/billing.pb-c.h"
#include "base/check.h"
#include "chassis/clock.h"
#include "contract/policy_record.h"
#include "contract/topics.h"
#include "contract/wire.h"

typedef Arrears__Billing__V1__BillingEvent BillingMessage;
typedef Arrears__Approvals__V1__DecisionEvent DecisionMessage;
typedef Arrears__Envelope__V1__Signed SignedMessage;

static const char *const NAMES[] = {TOPIC_BILLING, TOPIC_DECISIONS};

enum { SEARCH_FIRST = 200, SEARCH_MOST = 20000000, TICK_BYTES_MAX = 64 << 10 };

/* ---- opening */

typedef struct NewestSet {
    Arena *arena;
    Str hash;
} NewestSet;

static void set_visit(void *self, const Record *record) {
    NewestSet *newest = self;
    PolicyRecord decoded;
    Arena scratch = arena_open("policy", 4 << 20);
    if (record->has_value && policy_record_decode(record->value, &scratch, &decoded) &&
        decoded.is_set) {
        newest->hash = hash_hex(newest->arena, decoded.hash);
    }
    arena_close(&scratch);
}

static bool policy_set_find(Cli *cli, Str *hash, Err *err) {
    const char *topic = TOPIC_POLICIES;
    NewestSet newest = {.arena = &cli->arena};
    if (!kafka_tails(&cli->settings.kafka, (KafkaTopics){&topic, 1}, 1, SEARCH_MOST, set_visit,
                     &newest, err)) {
        return false;
    }
    *hash = newest.hash;
    return newest.hash.ptr ||
           err_set(err, VERDICT_POISON, "NO_RULES",
                   "no rule set is published: run `arrears policy publish policies/` first");
}

static bool partitions_find(Cli *cli, int32_t *partitions, Err *err) {
    KafkaClient *client;
    if (!kafka_client_open(&cli->settings.kafka, &client, err)) {
        return false;
    }
    bool found = kafka_partition_count(client, TOPIC_BILLING, partitions, err);
    kafka_client_close(client);
    return found && (*partitions > 0 ||
                     err_set(err, VERDICT_POISON, "TOPIC_MISSING",
                             "there is no topic %s: run `arrears topics apply`", TOPIC_BILLING));
}

bool tick_line_open(Cli *cli, TickLine *line, Err *err) {
    *line = (TickLine){.cli = cli};
    return cli_operator_key(cli, &line->key, &line->key_id, err) &&
           partitions_find(cli, &line->partitions, err) &&
           policy_set_find(cli, &line->policy_set, err) &&
           sender_open(cli, (KafkaTopics){NAMES, COUNT_OF(NAMES)}, &line->sender, err);
}

void tick_line_close(TickLine *line) {
    if (line->sender) {
        sender_close(line->sender);
    }
}

/* ---- a tick as bytes */

static Str tick_pack(TickTopic topic, SignedMessage *tick, Arena *arena) {
    if (topic == TICK_BILLING) {
        BillingMessage message = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
        message.event_case = ARREARS__BILLING__V1__BILLING_EVENT__EVENT_TICK;
        message.tick = tick;
        return wire_pack(&message.base, arena);
    }
    DecisionMessage message = ARREARS__APPROVALS__V1__DECISION_EVENT__INIT;
    message.event_case = ARREARS__APPROVALS__V1__DECISION_EVENT__EVENT_TICK;
    message.tick = tick;
    return wire_pack(&message.base, arena);
}

static SignedMessage signed_make(const TickLine *line, const char *type, Str payload) {
    Arena *arena = &line->cli->arena;
    Str signature = seal_sign(arena, &line->key, str_of(type), payload);
    SignedMessage made = ARREARS__ENVELOPE__V1__SIGNED__INIT;
    made.payload = (ProtobufCBinaryData){(size_t)payload.len, (uint8_t *)(uintptr_t)payload.ptr};
    made.signature =
        (ProtobufCBinaryData){(size_t)signature.len, (uint8_t *)(uintptr_t)signature.ptr};
    made.key_id = wire_put_text(arena, line->key_id);
    return made;
}

static Str tick_make(TickLine *line, TickTopic topic, const DayMark *mark) {
    Arena *arena = &line->cli->arena;
    SignedMessage tick = signed_make(line, TICK_PAYLOAD_TYPE, tick_encode(mark, arena));
    return tick_pack(topic, &tick, arena);
}

static const SignedMessage *tick_unpack(TickTopic topic, Str value, Arena *arena) {
    if (topic == TICK_BILLING) {
        const BillingMessage *message = (const BillingMessage *)wire_unpack(
            &arrears__billing__v1__billing_event__descriptor, value, arena, TICK_BYTES_MAX);
        bool is_tick =
            message && message->event_case == ARREARS__BILLING__V1__BILLING_EVENT__EVENT_TICK;
        return is_tick ? message->tick : NULL;
    }
    const DecisionMessage *message = (const DecisionMessage *)wire_unpack(
        &arrears__approvals__v1__decision_event__descriptor, value, arena, TICK_BYTES_MAX);
    bool is_tick =
        message && message->event_case == ARREARS__APPROVALS__V1__DECISION_EVENT__EVENT_TICK;
    return is_tick ? message->tick : NULL;
}

/* ---- a tick that was half sent */

typedef struct Search {
    TickLine *line;
    TickTopic topic;
    const DayMark *mark;
    bool *holds;   /* by partition: the tick is there */
    bool *reached; /* by partition: an earlier tick was seen, so the search went far enough */
    int64_t *seen; /* by partition: records looked at */
    Date today;    /* by the wall clock */
    Str bytes;     /* the tick as found; ptr NULL: nowhere */
} Search;

/* Only what the operator's key has signed is passed on; anybody may have written the record. */
static bool tick_counts(const Search *search, const SignedMessage *tick, Str payload,
                        Arena *arena) {
    PublicKey key = {.id = search->line->key_id};
    memcpy(key.bytes, search->line->key.public_key, PUBLIC_KEY_SIZE);
    Str signature = str_from(tick->signature.data, (ptrdiff_t)tick->signature.len);
    return seal_verify(&(KeyRing){&key, 1}, str_of(tick->key_id), str_of(TICK_PAYLOAD_TYPE),
                       payload, signature, arena);
}

/* Sent before its day, such a tick went to the dead letters, unless days are played; now that the
 * day has come it is sent again. Where days are played that repeats it, which has no effect. */
static bool was_refused_as_future(const Search *search, const DayMark *mark, const Record *record) {
    bool day_has_come = date_compare(search->today, mark->day) >= 0;
    return day_has_come && date_compare(instant_utc_date(record->timestamp), mark->day) < 0;
}

static void search_visit(void *self, const Record *record) {
    Search *search = self;
    Arena scratch = arena_open("tick", 1 << 20);
    search->seen[record->partition]++;
    const SignedMessage *tick = record->has_key || !record->has_value
                                    ? NULL
                                    : tick_unpack(search->topic, record->value, &scratch);
    DayMark mark;
    Str why;
    Str payload =
        tick ? str_from(tick->payload.data, (ptrdiff_t)tick->payload.len) : (Str){NULL, 0};
    if (tick && tick_counts(search, tick, payload, &scratch) &&
        tick_decode(payload, &scratch, &mark, &why)) {
        search->reached[record->partition] = true;
        bool in_time = !was_refused_as_future(search, &mark, record);
        if (in_time && mark.opened == search->mark->opened &&
            date_compare(mark.day, search->mark->day) == 0) {
            search->holds[record->partition] = true;
            search->bytes = search->bytes.ptr ? search->bytes
                                              : str_copy(&search->line->cli->arena, record->value);
        }
    }
    arena_close(&scratch);
}

/* Looks further back until every partition shows some tick, or has been read whole. */
static bool search_back(Search *search, Err *err) {
    int32_t partitions = search->line->partitions;
    const char *name = NAMES[search->topic];
    for (int64_t last = SEARCH_FIRST; last <= SEARCH_MOST; last *= 10) {
        memset(search->seen, 0, (size_t)partitions * sizeof(int64_t));
        if (!kafka_tails(&search->line->cli->settings.kafka, (KafkaTopics){&name, 1}, partitions,
                         last, search_visit, search, err)) {
            return false;
        }
        bool enough = true;
        for (int32_t p = 0; p < partitions; p++) {
            enough &= search->reached[p] || search->seen[p] < last;
        }
        if (enough) {
            return true;
        }
    }
    return true;
}

bool tick_send(TickLine *line, TickTopic topic, const DayMark *mark, bool search, Err *err) {
    Arena *arena = &line->cli->arena;
    Search found = {.line = line,
                    .topic = topic,
                    .mark = mark,
                    .today = instant_utc_date(clock_now()),
                    .holds = ARENA_ARRAY(arena, bool, line->partitions),
                    .reached = ARENA_ARRAY(arena, bool, line->partitions),
                    .seen = ARENA_ARRAY(arena, int64_t, line->partitions)};
    if (search && !search_back(&found, err)) {
        return false;
    }
    Str bytes = found.bytes.ptr ? found.bytes : tick_make(line, topic, mark);
    for (int32_t p = 0; p < line->partitions; p++) {
        if (!found.holds[p] && !sender_put(line->sender, (int)topic, p, line->partitions,
                                           (Str){NULL, 0}, bytes, err)) {
            return false;
        }
    }
    return sender_finish(line->sender, err);
}

bool period_send(TickLine *line, Str payload, Err *err) {
    SignedMessage notice = signed_make(line, PERIOD_PAYLOAD_TYPE, payload);
    BillingMessage message = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    message.event_case = ARREARS__BILLING__V1__BILLING_EVENT__EVENT_PERIOD;
    message.period = &notice;
    Str bytes = wire_pack(&message.base, &line->cli->arena);
    for (int32_t p = 0; p < line->partitions; p++) {
        if (!sender_put(line->sender, TICK_BILLING, p, line->partitions, (Str){NULL, 0}, bytes,
                        err)) {
            return false;
        }
    }
    return sender_finish(line->sender, err);
}
