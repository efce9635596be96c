#include "chassis/broken.h"

#include "base/check.h"
#include "base/str.h"

const Breakage BREAKAGES[] = {
    {"no_fence", "commits whatever the epoch of the task is"},
    {"no_takeover", "after a commit without an answer goes on as if it had been rolled back"},
    {"no_outbox", "forgets what was committed and not published by the last owner"},
    {"no_gapless", "takes a failed delivery for an acknowledged one"},
    {"no_mark_check", "applies every event of ours, also one that was applied before"},
    {"no_read_back", "leaves a state in the topic that is older than its own"},
    {"no_claim", "sends a mail before the attempt is claimed"},
    {"no_atom", "commits the positions first and what they stand for after that"},
    {"no_proof", "reads on where the record before the position is another one, or is gone"},
    {"no_tail_check", "starts on a store that is older than its own topics"},
    {"no_hold", "passes over a record that it cannot read, without a word"},
    {"no_rebuild", "takes what Redis holds for the truth, also when it holds nothing"},
    {"no_tick_check", "takes a day tick without looking at its signature and its date"},
    {"no_bounds", "takes records without a look at what the broker has not acknowledged"},
    {"no_identity", "posts a document again that came before"},
    {"no_leaf_check", "audits the journal without a look at what its rows say"},
    {0},
};

#ifdef ARREARS_CHAOS
static bool is_known(const char *name) {
    for (const Breakage *row = BREAKAGES; row->name; row++) {
        if (strcmp(row->name, name) == 0) {
            return true;
        }
    }
    return false;
}

bool broken(const char *name) {
    CHECK(is_known(name));
    const char *wanted = getenv("ARREARS_BROKEN");
    StrCut cut = {.tail = str_of(wanted ? wanted : ""), .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, ',');
        if (str_equals(cut.head, str_of(name))) {
            return true;
        }
    }
    return false;
}
#endif
