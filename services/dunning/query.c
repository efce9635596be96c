/* What may be asked, by path. */
#include "dunning/query.h"

#include "base/attr.h"
#include "dunning/query/room.h"
#include "dunning/settings.h"

int dunning_routes(void *settings, QueryDoor *door, Arena *arena, const HttpRoute **routes) {
    static const AskRow rows[] = {
        {"/v1/dunning/reminders", query_reminders},
        {"/v1/dunning/reminders/*/*", query_reminder},
        {"/v1/dunning/persons", query_persons},
        {"/v1/holds", query_holds},
    };
    const DunningSettings *own = settings;
    AskTable table = {.rows = rows,
                      .count = COUNT_OF(rows),
                      .door = door,
                      .settings = own,
                      .row_limit = own->answer_rows};
    return ask_routes(&table, arena, routes);
}
