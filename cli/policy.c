/* `arrears policy check|publish`: rule documents by content hash. */
#include "cli/policy.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/check.h"
#include "cli/cli.h"
#include "cli/send.h"
#include "contract/policy_record.h"
#include "contract/topics.h"
#include "policy/aging.h"
#include "policy/allowance.h"
#include "policy/authority.h"
#include "policy/bookkeeping.h"
#include "policy/calendar.h"
#include "policy/creditor.h"
#include "policy/fee.h"
#include "policy/interest.h"
#include "policy/ladder.h"
#include "policy/scorecard.h"
#include "policy/series.h"

/* A kind of document is a folder of policies/, with what reads it. */
typedef struct PolicyKind {
    const char *folder;
    bool (*check)(Str yaml, Arena *arena, Err *err);
} PolicyKind;

static bool aging_check(Str yaml, Arena *arena, Err *err) {
    Aging aging;
    return aging_parse(yaml, arena, &aging, err);
}

static bool allowance_check(Str yaml, Arena *arena, Err *err) {
    Allowance allowance;
    return allowance_parse(yaml, arena, &allowance, err);
}

static bool authority_check(Str yaml, Arena *arena, Err *err) {
    Authority authority;
    return authority_parse(yaml, arena, &authority, err);
}

static bool bookkeeping_check(Str yaml, Arena *arena, Err *err) {
    Bookkeeping keeping;
    return bookkeeping_parse(yaml, arena, &keeping, err);
}

static bool calendar_check(Str yaml, Arena *arena, Err *err) {
    Calendar calendar;
    return calendar_parse(yaml, arena, &calendar, err);
}

static bool creditor_check(Str yaml, Arena *arena, Err *err) {
    Creditor creditor;
    return creditor_parse(yaml, arena, &creditor, err);
}

static bool fee_check(Str yaml, Arena *arena, Err *err) {
    Fee fee;
    return fee_parse(yaml, arena, &fee, err);
}

static bool interest_check(Str yaml, Arena *arena, Err *err) {
    Interest interest;
    return interest_parse(yaml, arena, &interest, err);
}

static bool ladder_check(Str yaml, Arena *arena, Err *err) {
    Ladder ladder;
    return ladder_parse(yaml, arena, &ladder, err);
}

static bool scorecard_check(Str yaml, Arena *arena, Err *err) {
    Scorecard card;
    return scorecard_parse(yaml, arena, &card, err);
}

static bool series_check(Str yaml, Arena *arena, Err *err) {
    Series series;
    return series_parse(yaml, arena, &series, err);
}

static const PolicyKind KINDS[] = {{"aging", aging_check},
                                   {"allowance", allowance_check},
                                   {"authority", authority_check},
                                   {"bookkeeping", bookkeeping_check},
                                   {"calendar", calendar_check},
                                   {"creditor", creditor_check},
                                   {"fee", fee_check},
                                   {"interest", interest_check},
                                   {"ladder", ladder_check},
                                   {"scorecard", scorecard_check},
                                   {"series", series_check}};

static const PolicyKind *kind_of(Str path) {
    StrCut cut = str_cut(path, '/');
    for (ptrdiff_t i = 0; i < COUNT_OF(KINDS); i++) {
        if (str_equals(cut.head, str_of(KINDS[i].folder))) {
            return &KINDS[i];
        }
    }
    return NULL;
}

/* ---- reading the folder */

static void file_add(Cli *cli, PolicyFiles *files, Str folder, Str path) {
    Err err;
    Arena *arena = &cli->arena;
    const char *full =
        str_terminated(arena, str_format(arena, "%.*s/%.*s", STR_ARGS(folder), STR_ARGS(path)));
    PolicyFile *file = &files->files[files->count];
    *file = (PolicyFile){.path = path};
    const PolicyKind *kind = kind_of(path);
    if (!kind) {
        cli_say("%s: no service reads documents of this folder", full);
        files->faults++;
    } else if (!cli_read_file(arena, full, &file->yaml, &err) ||
               !kind->check(file->yaml, arena, &err)) {
        cli_say("%s: %s", full, err.text);
        files->faults++;
    } else {
        files->count++;
    }
}

static void folder_read(Cli *cli, PolicyFiles *files, Str root, Str below) {
    Arena *arena = &cli->arena;
    Str full = str_is_empty(below)
                   ? root
                   : str_format(arena, "%.*s/%.*s", STR_ARGS(root), STR_ARGS(below));
    DIR *dir = opendir(str_terminated(arena, full));
    if (!dir) {
        cli_say("%.*s: %s", STR_ARGS(full), strerror(errno));
        files->faults++;
        return;
    }
    for (struct dirent *entry;
         (entry = readdir(dir)) != NULL && files->count < POLICY_ENTRIES_MAX;) {
        Str name = str_copy(arena, str_of(entry->d_name));
        Str path = str_is_empty(below)
                       ? name
                       : str_format(arena, "%.*s/%.*s", STR_ARGS(below), STR_ARGS(name));
        struct stat status;
        const char *at =
            str_terminated(arena, str_format(arena, "%.*s/%.*s", STR_ARGS(root), STR_ARGS(path)));
        if (str_starts_with(name, S(".")) || stat(at, &status) != 0) {
            continue;
        }
        if (S_ISDIR(status.st_mode) && str_is_empty(below)) {
            folder_read(cli, files, root, path);
        } else if (S_ISREG(status.st_mode) && str_ends_with(name, S(".yaml"))) {
            file_add(cli, files, root, path);
        }
    }
    closedir(dir);
}

/* ---- documents that name others. All were read before: a fault here would be none of theirs. */

static Str bookkeeping_calendar(Str yaml, Arena *arena, Err *err) {
    Bookkeeping keeping;
    return bookkeeping_parse(yaml, arena, &keeping, err) ? keeping.calendar : S("");
}

static Str bookkeeping_interest(Str yaml, Arena *arena, Err *err) {
    Bookkeeping keeping;
    return bookkeeping_parse(yaml, arena, &keeping, err) ? keeping.interest : S("");
}

static Str bookkeeping_fees(Str yaml, Arena *arena, Err *err) {
    Bookkeeping keeping;
    return bookkeeping_parse(yaml, arena, &keeping, err) ? keeping.fees : S("");
}

static Str calendar_id(Str yaml, Arena *arena, Err *err) {
    Calendar calendar;
    return calendar_parse(yaml, arena, &calendar, err) ? calendar.id : S("");
}

static Str creditor_ladder(Str yaml, Arena *arena, Err *err) {
    Creditor creditor;
    return creditor_parse(yaml, arena, &creditor, err) ? creditor.ladder : S("");
}

static Str fee_id(Str yaml, Arena *arena, Err *err) {
    Fee fee;
    return fee_parse(yaml, arena, &fee, err) ? fee.id : S("");
}

static Str interest_series(Str yaml, Arena *arena, Err *err) {
    Interest interest;
    return interest_parse(yaml, arena, &interest, err) ? interest.series : S("");
}

static Str interest_id(Str yaml, Arena *arena, Err *err) {
    Interest interest;
    return interest_parse(yaml, arena, &interest, err) ? interest.id : S("");
}

static Str ladder_id(Str yaml, Arena *arena, Err *err) {
    Ladder ladder;
    return ladder_parse(yaml, arena, &ladder, err) ? ladder.id : S("");
}

static Str series_id(Str yaml, Arena *arena, Err *err) {
    Series series;
    return series_parse(yaml, arena, &series, err) ? series.id : S("");
}

/* A field of one kind of documents that is the id of another kind. */
typedef struct PolicyReference {
    const char *folder;
    const char *field;
    Str (*named)(Str yaml, Arena *arena, Err *err); /* empty: it names none */
    const char *wanted;                             /* the folder of what is named */
    Str (*id)(Str yaml, Arena *arena, Err *err);
} PolicyReference;

/* A creditor whose ladder is missing would send no reminders, and nobody would be told; a regime
 * without its series would find no interest. */
static const PolicyReference REFERENCES[] = {
    {"bookkeeping", "calendar", bookkeeping_calendar, "calendar", calendar_id},
    {"bookkeeping", "interest", bookkeeping_interest, "interest", interest_id},
    {"bookkeeping", "fees", bookkeeping_fees, "fee", fee_id},
    {"creditor", "ladder", creditor_ladder, "ladder", ladder_id},
    {"interest", "rate.series", interest_series, "series", series_id},
};

bool policy_is_in(const PolicyFile *file, const char *folder) {
    return str_equals(str_cut(file->path, '/').head, str_of(folder));
}

static bool files_have(Cli *cli, const PolicyFiles *files, const PolicyReference *to, Str id) {
    Err err;
    for (int i = 0; i < files->count; i++) {
        const PolicyFile *file = &files->files[i];
        if (policy_is_in(file, to->wanted) &&
            str_equals(to->id(file->yaml, &cli->arena, &err), id)) {
            return true;
        }
    }
    return false;
}

static void reference_check(Cli *cli, PolicyFiles *files, const PolicyReference *reference) {
    Err err;
    for (int i = 0; i < files->count; i++) {
        const PolicyFile *file = &files->files[i];
        Str id = policy_is_in(file, reference->folder)
                     ? reference->named(file->yaml, &cli->arena, &err)
                     : S("");
        if (!str_is_empty(id) && !files_have(cli, files, reference, id)) {
            cli_say("%.*s/%.*s: %s: no document in %s/ has the id \"%.*s\"",
                    STR_ARGS(files->folder), STR_ARGS(file->path), reference->field,
                    reference->wanted, STR_ARGS(id));
            files->faults++;
        }
    }
}

static bool ladder_has(const Ladder *ladder, Str level) {
    for (int i = 0; i < ladder->level_count; i++) {
        if (str_equals(ladder->levels[i].name, level)) {
            return true;
        }
    }
    return false;
}

static bool files_have_level(Cli *cli, const PolicyFiles *files, Str level) {
    Err err;
    for (int i = 0; i < files->count; i++) {
        const PolicyFile *file = &files->files[i];
        Ladder ladder;
        if (policy_is_in(file, "ladder") && ladder_parse(file->yaml, &cli->arena, &ladder, &err) &&
            ladder_has(&ladder, level)) {
            return true;
        }
    }
    return false;
}

/* A level that no ladder has would never cost anything. */
static void levels_check(Cli *cli, PolicyFiles *files) {
    Err err;
    for (int i = 0; i < files->count; i++) {
        const PolicyFile *file = &files->files[i];
        Fee fee = {0};
        if (!policy_is_in(file, "fee") || !fee_parse(file->yaml, &cli->arena, &fee, &err)) {
            continue;
        }
        for (int row = 0; row < fee.count; row++) {
            if (!files_have_level(cli, files, fee.rows[row].level)) {
                cli_say("%.*s/%.*s: fees[%d].level: no document in ladder/ has a level \"%.*s\"",
                        STR_ARGS(files->folder), STR_ARGS(file->path), row,
                        STR_ARGS(fee.rows[row].level));
                files->faults++;
            }
        }
    }
}

static void references_check(Cli *cli, PolicyFiles *files) {
    for (ptrdiff_t i = 0; i < COUNT_OF(REFERENCES); i++) {
        reference_check(cli, files, &REFERENCES[i]);
    }
    levels_check(cli, files);
    policy_allowances_check(cli, files);
    policy_standing_check(cli, files);
}

static int by_path(const void *a, const void *b) {
    return str_compare(((const PolicyFile *)a)->path, ((const PolicyFile *)b)->path);
}

PolicyFiles *policy_files(Cli *cli) {
    PolicyFiles *files = ARENA_NEW(&cli->arena, PolicyFiles);
    Str folder = cli->arguments[0];
    while (folder.len > 1 && str_ends_with(folder, S("/"))) {
        folder = str_slice(folder, 0, folder.len - 1);
    }
    files->folder = folder;
    folder_read(cli, files, folder, S(""));
    if (files->faults == 0 && files->count == 0) {
        cli_say("%.*s: no .yaml documents in its folders", STR_ARGS(folder));
        return NULL;
    }
    if (files->faults == 0) {
        references_check(cli, files);
    }
    qsort(files->files, (size_t)files->count, sizeof files->files[0], by_path);
    return files->faults == 0 ? files : NULL;
}

int cli_policy_check(Cli *cli) {
    const PolicyFiles *files = policy_files(cli);
    if (!files) {
        return CLI_PARTLY;
    }
    for (int i = 0; i < files->count; i++) {
        printf("%.*s  ok\n", STR_ARGS(files->files[i].path));
    }
    return CLI_DONE;
}

/* ---- publishing */

static bool record_send(Cli *cli, Sender *sender, PolicyRecord *record, Str *hash, Err *err) {
    Str value = policy_record_encode(record, &cli->arena);
    *hash = hash_hex(&cli->arena, record->hash);
    return sender_put(sender, 0, 0, 1, *hash, value, err);
}

/* Documents first, then the set: who sees the set finds its documents. */
static bool all_send(Cli *cli, Sender *sender, const PolicyFiles *files, Str *set_hash, Err *err) {
    PolicyEntry *entries = ARENA_ARRAY(&cli->arena, PolicyEntry, files->count);
    for (int i = 0; i < files->count; i++) {
        PolicyRecord document = {.path = files->files[i].path, .yaml = files->files[i].yaml};
        entries[i].path = document.path;
        if (!record_send(cli, sender, &document, &entries[i].hash, err)) {
            return false;
        }
        printf("%.*s  %.*s\n", STR_ARGS(entries[i].hash), STR_ARGS(document.path));
    }
    PolicyRecord set = {.is_set = true, .entries = entries, .entry_count = files->count};
    return record_send(cli, sender, &set, set_hash, err) && sender_finish(sender, err);
}

int cli_policy_publish(Cli *cli) {
    const PolicyFiles *files = policy_files(cli);
    if (!files) {
        cli_say("nothing was published");
        return CLI_PARTLY;
    }
    Err err;
    Sender *sender;
    const char *topic = TOPIC_POLICIES;
    if (!sender_open(cli, (KafkaTopics){&topic, 1}, &sender, &err)) {
        return cli_fail(&err, "policy publish");
    }
    Str set;
    bool done = all_send(cli, sender, files, &set, &err);
    sender_close(sender);
    if (!done) {
        return cli_fail(&err, "policy publish");
    }
    printf("%.*s  set\n", STR_ARGS(set));
    cli_say("published; the next day tick names this set");
    return CLI_DONE;
}
