/* Heads as signed notes. A text is read by taking it apart and printing it again: what does not
 * come out the same is refused, so that one head has one form. */
#include "contract/journal_head.h"

#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "contract/base64.h"

enum { KEY_HASH_SIZE = 4, ED25519 = 0x01, LINES = 5 };

#define DASH "\xe2\x80\x94" /* U+2014, which begins the line of a signature */

static const Str ORIGIN = {"arrears/ledger/", 15};
static const Str DAY = {"day ", 4};
static const Str PREVIOUS = {"previous ", 9};

/* ---- text */

static Str hash_print(Arena *arena, Hash hash) {
    return base64_print(arena, str_from(hash.bytes, HASH_SIZE));
}

static Str origin_print(Arena *arena, int32_t task) {
    return str_format(arena, "%.*s%d", STR_ARGS(ORIGIN), (int)task);
}

static Str text_print(const JournalHead *head, Arena *arena) {
    Str origin = origin_print(arena, head->task);
    Str root = hash_print(arena, head->root);
    Str day = date_print(arena, head->day);
    Str previous = head->has_previous ? hash_print(arena, head->previous) : S("none");
    return str_format(arena, "%.*s\n%" PRId64 "\n%.*s\n%.*s%.*s\n%.*s%.*s\n", STR_ARGS(origin),
                      head->size, STR_ARGS(root), STR_ARGS(DAY), STR_ARGS(day), STR_ARGS(PREVIOUS),
                      STR_ARGS(previous));
}

static bool hash_read(Str text, Arena *arena, Hash *hash) {
    Str bytes;
    if (!base64_parse(arena, text, &bytes) || bytes.len != HASH_SIZE) {
        return false;
    }
    memcpy(hash->bytes, bytes.ptr, HASH_SIZE);
    return true;
}

/* What follows a prefix; empty where it does not stand there, which nothing accepts. */
static Str after(Str line, Str prefix) {
    return str_starts_with(line, prefix) ? str_slice(line, prefix.len, line.len) : S("");
}

static bool lines_read(const Str *lines, Arena *arena, JournalHead *head) {
    int64_t task = -1;
    Str previous = after(lines[4], PREVIOUS);
    *head = (JournalHead){.has_previous = !str_equals(previous, S("none"))};
    if (!str_parse_i64(after(lines[0], ORIGIN), &task) || task < 0 || task > INT32_MAX) {
        return false;
    }
    head->task = (int32_t)task;
    return str_parse_i64(lines[1], &head->size) && head->size >= 0 &&
           hash_read(lines[2], arena, &head->root) &&
           date_parse(after(lines[3], DAY), &head->day) &&
           (!head->has_previous || hash_read(previous, arena, &head->previous));
}

/* ---- notes */

/* The text with its last line end, and the lines of signatures after the empty line. */
static bool note_cut(Str note, Str *text, Str *signatures) {
    for (ptrdiff_t i = note.len - 2; i >= 0 && note.len <= JOURNAL_NOTE_MAX; i--) {
        if (note.ptr[i] == '\n' && note.ptr[i + 1] == '\n') {
            *text = str_slice(note, 0, i + 1);
            *signatures = str_slice(note, i + 2, note.len);
            return true;
        }
    }
    return false;
}

bool journal_head_parse(Str note, Arena *arena, JournalHead *head) {
    Str text;
    Str signatures;
    Str lines[LINES];
    if (!note_cut(note, &text, &signatures)) {
        return false;
    }
    StrCut cut = {.tail = text};
    for (int i = 0; i < LINES; i++) {
        cut = str_cut(cut.tail, '\n');
        lines[i] = cut.head;
    }
    return lines_read(lines, arena, head) && str_equals(text_print(head, arena), text);
}

/* ---- signatures */

static Str key_hash(Str name, const uint8_t *public_key, Arena *arena) {
    Str head = str_format(arena, "%.*s\n%c", STR_ARGS(name), ED25519);
    char *bytes = arena_get(arena, 1, head.len + PUBLIC_KEY_SIZE);
    memcpy(bytes, head.ptr, (size_t)head.len);
    memcpy(bytes + head.len, public_key, PUBLIC_KEY_SIZE);
    Hash hash = hash_of(str_from(bytes, head.len + PUBLIC_KEY_SIZE));
    return str_copy(arena, str_from(hash.bytes, KEY_HASH_SIZE));
}

Str journal_head_sign(const JournalHead *head, const KeyPair *key, Arena *arena) {
    Str text = text_print(head, arena);
    Str name = origin_print(arena, head->task);
    Str hash = key_hash(name, key->public_key, arena);
    Str signature = signature_make(arena, key, text);
    StrBuilder bytes = str_builder(arena, KEY_HASH_SIZE + SIGNATURE_SIZE);
    str_add(&bytes, hash);
    str_add(&bytes, signature);
    Str line = base64_print(arena, str_built(&bytes));
    return str_format(arena, "%.*s\n" DASH " %.*s %.*s\n", STR_ARGS(text), STR_ARGS(name),
                      STR_ARGS(line));
}

typedef struct NoteCheck {
    Arena *arena;
    const KeyRing *ring;
    Str text;
    Str name;
} NoteCheck;

static bool bytes_are_of(const NoteCheck *check, Str bytes) {
    for (int i = 0; i < check->ring->count; i++) {
        const PublicKey *key = &check->ring->keys[i];
        Str hash = key_hash(check->name, key->bytes, check->arena);
        if (str_starts_with(bytes, hash) &&
            signature_verify(key, check->text, str_slice(bytes, hash.len, bytes.len))) {
            return true;
        }
    }
    return false;
}

static bool line_is_good(const NoteCheck *check, Str line) {
    Str bytes;
    StrCut cut = str_cut(after(line, S(DASH " ")), ' ');
    return str_equals(cut.head, check->name) && base64_parse(check->arena, cut.tail, &bytes) &&
           bytes_are_of(check, bytes);
}

bool journal_head_verify(Str note, const KeyRing *ring, Arena *arena) {
    Str signatures;
    NoteCheck check = {.arena = arena, .ring = ring};
    if (!note_cut(note, &check.text, &signatures)) {
        return false;
    }
    check.name = str_cut(check.text, '\n').head;
    StrCut cut = {.tail = signatures, .found = true};
    for (int i = 0; i < JOURNAL_SIGNATURES_MAX && cut.found; i++) {
        cut = str_cut(cut.tail, '\n');
        if (cut.found && line_is_good(&check, cut.head)) {
            return true;
        }
    }
    return false;
}
