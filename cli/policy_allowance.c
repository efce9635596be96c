/* Allowance documents beside the documents that they need: those of the aging, and of the series of
 * a market index. */
#include "base/check.h"
#include "cli/policy.h"
#include "policy/allowance.h"

/* How many are in that folder; a room for them is made by the caller. */
static int folder_count(const PolicyFiles *files, const char *folder) {
    int count = 0;
    for (int i = 0; i < files->count; i++) {
        count += policy_is_in(&files->files[i], folder);
    }
    return count;
}

typedef struct Read {
    Allowance *allowances;
    const PolicyFile **from; /* of each allowance */
    int count;
    Aging *agings;
    int aging_count;
    Series *series;
    int series_count;
} Read;

/* A document that does not parse has been complained of before, and then nothing is compared. */
static void file_read(const PolicyFile *file, Arena *arena, Read *read) {
    Err err;
    if (policy_is_in(file, "allowance")) {
        read->from[read->count] = file;
        CHECK(allowance_parse(file->yaml, arena, &read->allowances[read->count++], &err));
    } else if (policy_is_in(file, "aging")) {
        CHECK(aging_parse(file->yaml, arena, &read->agings[read->aging_count++], &err));
    } else if (policy_is_in(file, "series")) {
        CHECK(series_parse(file->yaml, arena, &read->series[read->series_count++], &err));
    }
}

static Read files_read(const PolicyFiles *files, Arena *arena) {
    int count = folder_count(files, "allowance");
    Read read = {.allowances = ARENA_ARRAY(arena, Allowance, count + 1),
                 .from = ARENA_ARRAY(arena, const PolicyFile *, count + 1),
                 .agings = ARENA_ARRAY(arena, Aging, folder_count(files, "aging") + 1),
                 .series = ARENA_ARRAY(arena, Series, folder_count(files, "series") + 1)};
    for (int i = 0; i < files->count; i++) {
        file_read(&files->files[i], arena, &read);
    }
    return read;
}

void policy_allowances_check(Cli *cli, PolicyFiles *files) {
    Err err;
    int faulty = 0;
    Read read = files_read(files, &cli->arena);
    AllowanceSet set = {.allowances = read.allowances,
                        .count = read.count,
                        .agings = read.agings,
                        .aging_count = read.aging_count,
                        .series = read.series,
                        .series_count = read.series_count};
    if (read.aging_count > 0 && !allowance_set_check(&set, &faulty, &err)) {
        cli_say("%.*s/%.*s: %s", STR_ARGS(files->folder), STR_ARGS(read.from[faulty]->path),
                err.text);
        files->faults++;
    }
}
