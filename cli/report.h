#pragma once

#include <jansson.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/out.h"

/* Reports of the ledger that are lists: which path is asked, which lists come, which members of a
 * row are columns. The options of the command are the parameters of the question: --as-of is as_of.
 *   report.c          aging, exposure and figures, which are printed each in a way of its own
 *   report_lists.c    the lists
 *   report_journal.c  the journal, page by page */
#define REPORT_AS_OF                                                                               \
    { "--as-of", "DATE", "At the end of that day. Default: the open day." }
#define REPORT_KNOWN_ON                                                                            \
    { "--known-on", "DATE", "As the ledger knew it at the end of that day. Default: all it knows." }
#define REPORT_CREDITOR                                                                            \
    { "--creditor", "ID", "Default: the only creditor; else their list is given." }
#define REPORT_SPAN                                                                                \
    {"--from", "DATE", "The first day."}, {                                                        \
        "--to", "DATE", "The last day."                                                            \
    }
#define REPORT_END                                                                                 \
    { NULL, NULL, NULL }

typedef enum ReportCell { REPORT_TEXT, REPORT_NUMBER, REPORT_MONEY, REPORT_HUNDREDTHS } ReportCell;

typedef struct ReportColumn {
    const char *head; /* as of out_head */
    const char *name; /* of the member */
    ReportCell cell;
} ReportColumn;

typedef struct ReportList {
    const char *name; /* of the member */
    const ReportColumn *columns;
    int count;
} ReportList;

typedef struct ReportQuestion {
    const char *path;
    const char *name; /* of one more parameter; NULL: none */
    Str value;
} ReportQuestion;

/* CLI_DONE, or the exit code after saying what is wrong. */
int report_ask(Cli *cli, const ReportQuestion *question, Answer *answer) MUST_USE;
/* "ACME, as of 2013-06-30, known on 2013-07-05" above tables. */
void report_title(const Cli *cli, const json_t *answer);
void report_list(Cli *cli, const json_t *answer, const ReportList *list);
/* Without heads when the page before had them. */
void report_list_go_on(Cli *cli, const json_t *answer, const ReportList *list, bool goes_on);
/* As it came, for -o json. */
void report_json(const Answer *answer);
/* Says so when lists were cut. */
void report_cut(const Cli *cli, const json_t *answer);
