#include "contract/policy_record.h"

#include "arrears/policies/v1/policies.pb-c.h"
#include "base/check.h"
#include "contract/wire.h"

typedef Arrears__Policies__V1__PolicyRecord RecordMessage;
typedef Arrears__Policies__V1__PolicySet SetMessage;
typedef Arrears__Policies__V1__PolicySetEntry EntryMessage;

static bool entries_read(const SetMessage *set, Arena *arena, PolicyRecord *record) {
    if (set->n_entries == 0 || set->n_entries > POLICY_ENTRIES_MAX) {
        return false;
    }
    PolicyEntry *entries = ARENA_ARRAY(arena, PolicyEntry, (ptrdiff_t)set->n_entries);
    for (size_t i = 0; i < set->n_entries; i++) {
        Hash hash;
        entries[i] = (PolicyEntry){str_of(set->entries[i]->path), str_of(set->entries[i]->hash)};
        bool ordered = i == 0 || str_compare(entries[i - 1].path, entries[i].path) < 0;
        if (!ordered || !hash_parse(entries[i].hash, &hash)) {
            return false;
        }
    }
    record->is_set = true;
    record->entries = entries;
    record->entry_count = (int)set->n_entries;
    record->hash = hash_of(wire_pack(&set->base, arena));
    return true;
}

bool policy_record_decode(Str value, Arena *arena, PolicyRecord *record) {
    const RecordMessage *message = (const RecordMessage *)wire_unpack(
        &arrears__policies__v1__policy_record__descriptor, value, arena, 2 * POLICY_BYTES_MAX);
    *record = (PolicyRecord){0};
    if (!message) {
        return false;
    }
    switch (message->record_case) {
    case ARREARS__POLICIES__V1__POLICY_RECORD__RECORD_DOCUMENT:
        record->path = str_of(message->document->path);
        record->yaml =
            str_from(message->document->yaml.data, (ptrdiff_t)message->document->yaml.len);
        record->hash = hash_of(record->yaml);
        return !str_is_empty(record->path) && record->yaml.len <= POLICY_BYTES_MAX;
    case ARREARS__POLICIES__V1__POLICY_RECORD__RECORD_SET:
        return entries_read(message->set, arena, record);
    case ARREARS__POLICIES__V1__POLICY_RECORD__RECORD__NOT_SET:
    case _ARREARS__POLICIES__V1__POLICY_RECORD__RECORD__CASE_IS_INT_SIZE:
        return false;
    }
    return false;
}

static Str document_encode(PolicyRecord *record, Arena *arena) {
    Arrears__Policies__V1__PolicyDocument document = ARREARS__POLICIES__V1__POLICY_DOCUMENT__INIT;
    document.path = wire_put_text(arena, record->path);
    document.yaml.data = (uint8_t *)(uintptr_t)record->yaml.ptr;
    document.yaml.len = (size_t)record->yaml.len;
    RecordMessage message = ARREARS__POLICIES__V1__POLICY_RECORD__INIT;
    message.record_case = ARREARS__POLICIES__V1__POLICY_RECORD__RECORD_DOCUMENT;
    message.document = &document;
    record->hash = hash_of(record->yaml);
    return wire_pack(&message.base, arena);
}

static Str set_encode(PolicyRecord *record, Arena *arena) {
    SetMessage set = ARREARS__POLICIES__V1__POLICY_SET__INIT;
    set.entries = ARENA_ARRAY(arena, EntryMessage *, record->entry_count);
    set.n_entries = (size_t)record->entry_count;
    for (int i = 0; i < record->entry_count; i++) {
        set.entries[i] = ARENA_NEW(arena, EntryMessage);
        arrears__policies__v1__policy_set_entry__init(set.entries[i]);
        set.entries[i]->path = wire_put_text(arena, record->entries[i].path);
        set.entries[i]->hash = wire_put_text(arena, record->entries[i].hash);
    }
    RecordMessage message = ARREARS__POLICIES__V1__POLICY_RECORD__INIT;
    message.record_case = ARREARS__POLICIES__V1__POLICY_RECORD__RECORD_SET;
    message.set = &set;
    record->hash = hash_of(wire_pack(&set.base, arena));
    return wire_pack(&message.base, arena);
}

Str policy_record_encode(PolicyRecord *record, Arena *arena) {
    return record->is_set ? set_encode(record, arena) : document_encode(record, arena);
}
