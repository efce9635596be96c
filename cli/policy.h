#pragma once

#include "base/attr.h"
#include "base/str.h"
#include "cli/cli.h"
#include "contract/policy_record.h"

/* A folder of rule documents, for `arrears policy`: read and checked as a set.
 *   policy.c            every kind of document, and publishing
 *   policy_allowance.c  provision matrices beside the aging and the series
 *   policy_standing.c   small balances and who approved them
 *   observe.c           a new matrix from what the ledger has seen */
typedef struct PolicyFile {
    Str path; /* below the folder that was named: "aging/standard.yaml" */
    Str yaml;
} PolicyFile;

typedef struct PolicyFiles {
    PolicyFile files[POLICY_ENTRIES_MAX];
    int count;
    int faults;
    Str folder; /* that was named, without a slash at its end */
} PolicyFiles;

/* The documents of the folder that is the command's first argument, in the order of their paths;
 * NULL after saying what is wrong. */
PolicyFiles *policy_files(Cli *cli);
/* "aging" */
bool policy_is_in(const PolicyFile *file, const char *folder);

/* All were read before: only what is wrong between documents is said, and counted. */
void policy_allowances_check(Cli *cli, PolicyFiles *files);
/* Whether standing approvals are what they say; a rule without one is no fault, and said. */
void policy_standing_check(Cli *cli, PolicyFiles *files);
