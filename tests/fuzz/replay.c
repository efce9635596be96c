/* A main for fuzz targets without a fuzzer: runs every file of the folders it is given, in the
 * order of their names, and says how many. No file at all is a failure: a test that tests nothing.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/str.h"
#include "tests/fuzz/fuzz.h"

enum { INPUT_MAX = 1 << 20 }; /* larger inputs are nobody's small test case */

static bool replay_file(Arena *arena, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return false;
    }
    uint8_t *data = arena_get(arena, 1, INPUT_MAX);
    size_t size = fread(data, 1, INPUT_MAX, file);
    bool whole = feof(file) != 0;
    fclose(file);
    if (!whole) {
        fprintf(stderr, "%s: not read to its end (limit %d bytes)\n", path, INPUT_MAX);
        return false;
    }
    uint8_t *exact = malloc(size == 0 ? 1 : size); /* so that a read past the end is seen */
    CHECK(exact != NULL);
    memcpy(exact, data, size);
    printf("%s\n", path);
    fflush(stdout);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return true;
}

static int is_input(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

/* The number of files run; -1 after a failure. */
static int replay_folder(Arena *arena, const char *folder) {
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_input, alphasort);
    if (count < 0) {
        perror(folder);
        return -1;
    }
    bool ok = true;
    for (int i = 0; i < count; i++) {
        Str path = str_format(arena, "%s/%s", folder, entries[i]->d_name);
        ok = replay_file(arena, str_terminated(arena, path)) && ok;
        arena_reset(arena);
        free(entries[i]);
    }
    free(entries);
    return ok ? count : -1;
}

int main(int argc, char **argv) {
    Arena arena = arena_open("replay", 2 * INPUT_MAX);
    int files = 0;
    bool ok = true;
    for (int i = 1; i < argc; i++) {
        int count = replay_folder(&arena, argv[i]);
        ok = ok && count >= 0;
        files += count > 0 ? count : 0;
    }
    arena_close(&arena);
    printf("%d inputs\n", files);
    return ok && files > 0 ? 0 : 1;
}
