/* Keys are read into their places at once, which are the caller's to wipe. */
#include "contract/journal_key.h"

#include "base/check.h"

/* What stands behind "id hex": nothing, or "until 2026-03-31". */
static bool until_parse(Str text, const KeyLines *at, Date *until, Err *err) {
    StrCut cut = str_cut(text, ' ');
    *until = DATE_NONE;
    if (str_is_empty(text)) {
        return true;
    }
    if (!str_equals(cut.head, S("until"))) {
        return key_lines_fault(at, err,
                               "behind the key stands something else than its last day; write it "
                               "as in until 2026-03-31, or nothing.");
    }
    return date_parse(str_trim(cut.tail), until) ||
           key_lines_fault(at, err,
                           "the last day of this key is in no calendar; write it as in until "
                           "2026-03-31.");
}

static bool key_parse(const KeyLines *at, JournalKey *key, Err *err) {
    Str hex = str_trim(str_cut(at->text, ' ').tail);
    Str behind = str_cut(hex, ' ').tail;
    Str pair = str_slice(at->text, 0, at->text.len - behind.len);
    if (!key_file_parse(pair, &key->id, &key->pair)) {
        return key_lines_fault(at, err,
                               "this is no secret key; copy the line that `arrears keys new` "
                               "wrote, an id, one blank and 128 hex digits.");
    }
    return until_parse(str_trim(behind), at, &key->until, err);
}

static bool has_id(const JournalKeys *keys, Str id) {
    for (int i = 0; i < keys->count; i++) {
        if (str_equals(keys->keys[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* Whether a key may come after those that are there. */
static bool key_follows(const JournalKeys *keys, const JournalKey *key, const KeyLines *at,
                        Err *err) {
    if (keys->count == 0) {
        return true;
    }
    Date before = keys->keys[keys->count - 1].until;
    if (has_id(keys, key->id)) {
        return key_lines_fault(at, err,
                               "the id of this key stands on a line above already; make the new "
                               "key under an id of its own.");
    }
    if (date_is_none(before)) {
        return key_lines_fault(at, err,
                               "the key above has no last day, so this one would never sign; "
                               "write until and its last day behind the one above.");
    }
    return date_is_none(key->until) || date_compare(key->until, before) > 0 ||
           key_lines_fault(at, err,
                           "its last day is not after that of the key above; put the keys in the "
                           "order in which they sign.");
}

bool journal_keys_parse(Str text, JournalKeys *keys, Err *err) {
    KeyLines last = {0};
    keys->count = 0;
    for (KeyLines lines = key_lines(text); key_lines_next(&lines); last = lines) {
        if (keys->count == JOURNAL_KEYS_MAX) {
            return key_lines_fault(&lines, err,
                                   "more than 32 keys; take away those that ended "
                                   "before the first day of the journal.");
        }
        JournalKey *key = &keys->keys[keys->count];
        if (!key_parse(&lines, key, err) || !key_follows(keys, key, &lines, err)) {
            return false;
        }
        keys->count++;
    }
    if (keys->count == 0) {
        return err_set(err, VERDICT_STOP, "KEY_FILE",
                       "it holds no key; write the line into it that `arrears keys new` wrote.");
    }
    return date_is_none(keys->keys[keys->count - 1].until) ||
           key_lines_fault(&last, err,
                           "the last key has a last day, so nobody signs after it; take its until "
                           "away, or add the line of the key that follows.");
}

const KeyPair *journal_keys_of(const JournalKeys *keys, Date day) {
    int i = 0;
    CHECK(keys->count > 0);
    while (i < keys->count - 1 && date_compare(keys->keys[i].until, day) < 0) {
        i++;
    }
    return &keys->keys[i].pair;
}
