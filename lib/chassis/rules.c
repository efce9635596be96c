#include "chassis/rules.h"

#include "base/check.h"
#include "chassis/log.h"
#include "contract/policy_record.h"
#include "contract/topics.h"

enum {
    RULES_BYTES = 256 << 20, /* every version of every document since the installation began */
    RECORDS_A_TURN = 256,
};

/* A record of the topic, by its content's hash. */
typedef struct Kept {
    struct Kept *next;
    Hash hash;
    PolicyRecord record;
    const void *compiled; /* of a set, once it was in force */
    bool faulty;
    Err fault;
} Kept;

struct Rules {
    const Service *service;
    KafkaReader *reader;
    Arena arena;   /* everything read and compiled, for the life of the process */
    Arena scratch; /* one record */
    Kept *kept;
};

bool rules_open(const KafkaSettings *settings, const Service *service, Rules **opened, Err *err) {
    Rules *rules = calloc(1, sizeof *rules);
    CHECK(rules);
    *rules = (Rules){.service = service,
                     .arena = arena_open("rules", RULES_BYTES),
                     .scratch = arena_open("rule record", 4 << 20)};
    if (!kafka_reader_open(settings, (KafkaSpan){TOPIC_POLICIES, 0, 1, 0}, &rules->reader, err)) {
        rules_close(rules);
        return false;
    }
    *opened = rules;
    return true;
}

void rules_close(Rules *rules) {
    if (rules) {
        kafka_reader_close(rules->reader);
        arena_close(&rules->arena);
        arena_close(&rules->scratch);
        free(rules);
    }
}

static Kept *kept_find(Rules *rules, Hash hash) {
    for (Kept *kept = rules->kept; kept; kept = kept->next) {
        if (hash_equals(kept->hash, hash)) {
            return kept;
        }
    }
    return NULL;
}

/* Looked at in scratch: only what is new and sound costs memory for the life of the process. */
static void keep(Rules *rules, const Record *record) {
    Hash key;
    PolicyRecord decoded;
    bool good = policy_record_decode(record->value, &rules->scratch, &decoded) &&
                hash_parse(record->key, &key) && hash_equals(key, decoded.hash);
    if (!good) {
        LOG_WARNING("policy_ignored", "a record of the policies topic is not what its key says",
                    log_int("offset", record->offset));
        return;
    }
    if (kept_find(rules, key)) {
        return; /* published again */
    }
    if (arena_room(&rules->arena) < 4 * record->value.len + (1 << 20)) {
        LOG_ERROR("policy_no_room",
                  "too many rule documents were published; start the service again",
                  log_int("offset", record->offset));
        return;
    }
    Kept *kept = ARENA_NEW(&rules->arena, Kept);
    *kept = (Kept){.next = rules->kept, .hash = key};
    CHECK(
        policy_record_decode(str_copy(&rules->arena, record->value), &rules->arena, &kept->record));
    rules->kept = kept;
}

bool rules_serve(Rules *rules, Err *err) {
    for (int i = 0; i < RECORDS_A_TURN; i++) {
        Record record;
        KafkaTake took;
        arena_reset(&rules->scratch);
        if (!kafka_reader_take(rules->reader, 0, &rules->scratch, &record, &took, err)) {
            return err_context(err, "reading %s", TOPIC_POLICIES);
        }
        if (took == KAFKA_TAKE_NOTHING) {
            return true;
        }
        if (took == KAFKA_TAKE_RECORD && record.has_key && record.has_value) {
            keep(rules, &record);
        }
    }
    return true;
}

/* All documents of the set, or false while one has not been read. */
static bool documents_find(Rules *rules, const PolicyRecord *set, RuleDocument *documents) {
    for (int i = 0; i < set->entry_count; i++) {
        Hash hash;
        Kept *kept = hash_parse(set->entries[i].hash, &hash) ? kept_find(rules, hash) : NULL;
        if (!kept || kept->record.is_set) {
            return false;
        }
        documents[i] =
            (RuleDocument){set->entries[i].path, set->entries[i].hash, kept->record.yaml};
    }
    return true;
}

static RulesAnswer compile(Rules *rules, Kept *set, Err *err) {
    const Service *service = rules->service;
    RuleDocument *documents = ARENA_ARRAY(&rules->arena, RuleDocument, set->record.entry_count);
    if (!documents_find(rules, &set->record, documents)) {
        return RULES_ABSENT;
    }
    if (!service->compile(service->self, documents, set->record.entry_count, &rules->arena,
                          &set->compiled, &set->fault)) {
        set->faulty = true;
        *err = set->fault;
        return RULES_FAULTY;
    }
    return RULES_FOUND;
}

RulesAnswer rules_find(Rules *rules, Str set, const void **compiled, Err *err) {
    Hash hash;
    Kept *kept = hash_parse(set, &hash) ? kept_find(rules, hash) : NULL;
    if (!kept || !kept->record.is_set) {
        return RULES_ABSENT;
    }
    if (kept->faulty) {
        *err = kept->fault;
        return RULES_FAULTY;
    }
    RulesAnswer answer = kept->compiled ? RULES_FOUND : compile(rules, kept, err);
    *compiled = kept->compiled;
    return answer;
}
