/* What may be asked, by path. */
#include "approvals/query.h"

#include "approvals/query/room.h"
#include "approvals/settings.h"
#include "base/attr.h"

int approvals_routes(void *settings, QueryDoor *door, Arena *arena, const HttpRoute **routes) {
    static const AskRow rows[] = {
        {"/v1/approvals", query_list},
        {"/v1/approvals/*/*", query_request},
    };
    const ApprovalsSettings *own = settings;
    AskTable table = {.rows = rows,
                      .count = COUNT_OF(rows),
                      .door = door,
                      .settings = own,
                      .row_limit = own->answer_rows};
    return ask_routes(&table, arena, routes);
}
