/* Plays each script of a folder into a text and compares that with the script itself. */
#include "tests/harness/golden.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "tests/harness/file.h"

static bool play_line(GoldenScript *script, const GoldenPlayer *player, void *self, Str text) {
    if (text.len > 4 && text.ptr[0] >= '0' && text.ptr[0] <= '9') {
        Err err = {0};
        if (!player->event(self, text, &err)) {
            fprintf(stderr, "%s:%d: %s\n", script->path, script->line, err.text);
            return false;
        }
        return true;
    }
    if (str_starts_with(text, S("    "))) {
        return true; /* what came out when it was accepted */
    }
    if (player->remark != NULL) {
        player->remark(self, text);
    }
    str_addf(&script->out, "%.*s\n", STR_ARGS(text));
    return true;
}

static bool play_text(GoldenScript *script, const GoldenPlayer *player, Str text) {
    Err err = {0};
    void *self = player->start(script, &err);
    if (self == NULL) {
        fprintf(stderr, "%s: %s\n", script->path, err.text);
        return false;
    }
    while (!str_is_empty(text)) {
        StrCut cut = str_cut(text, '\n');
        script->line++;
        if (!play_line(script, player, self, cut.head)) {
            return false;
        }
        text = cut.tail;
    }
    CHECK(!script->out.full);
    return true;
}

static bool file_write(const char *path, Str text) {
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    bool written = fwrite(text.ptr, 1, (size_t)text.len, file) == (size_t)text.len;
    return fclose(file) == 0 && written;
}

/* The first line where the two part. */
static void show_difference(const char *path, Str expected, Str got) {
    int line = 1;
    StrCut e = str_cut(expected, '\n');
    StrCut g = str_cut(got, '\n');
    while (str_equals(e.head, g.head) && (e.found || g.found)) {
        e = str_cut(e.tail, '\n');
        g = str_cut(g.tail, '\n');
        line++;
    }
    fprintf(stderr, "%s:%d:\n  expected: %.*s\n  got:      %.*s\n", path, line, STR_ARGS(e.head),
            STR_ARGS(g.head));
}

static bool script_run(const GoldenPlayer *player, const char *path, bool accept) {
    GoldenScript script = {.arena = arena_open("golden", 16 << 20), .path = path};
    script.out = str_builder(&script.arena, FILE_MAX_BYTES);
    Str expected = file_read(&script.arena, path);
    bool good = play_text(&script, player, expected);
    Str got = str_built(&script.out);
    bool same = str_equals(expected, got);
    if (good && accept && !same) {
        good = file_write(path, got);
        printf("accepted %s\n", path);
    } else if (good && !same) {
        show_difference(path, expected, got);
        good = false;
    }
    arena_close(&script.arena);
    return good;
}

/* They begin with their number. */
static int is_script(const struct dirent *entry) {
    bool numbered = entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
    return numbered && str_ends_with(str_of(entry->d_name), S(".txt"));
}

int golden_main(int argc, char **argv, const GoldenPlayer *player) {
    bool accept = argc == 3 && strcmp(argv[1], "--accept") == 0;
    const char *folder = argc >= 2 ? argv[argc - 1] : "";
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_script, alphasort);
    if (argc > 3 || count <= 0) {
        fprintf(stderr, "usage: %s [--accept] FOLDER (with scripts NN_*.txt)\n", argv[0]);
        return 2;
    }
    int bad = 0;
    Arena arena = arena_open("paths", 1 << 20);
    for (int i = 0; i < count; i++) {
        Str path = str_format(&arena, "%s/%s", folder, entries[i]->d_name);
        bad += !script_run(player, str_terminated(&arena, path), accept);
        free(entries[i]);
    }
    free(entries);
    arena_close(&arena);
    printf("%d scripts, %d differ\n", count, bad);
    return bad == 0 ? 0 : 1;
}
