/* What answers of the ledger have besides those of every service. */
#include "base/check.h"
#include "ledger/query/room.h"

void query_refuse(const Asked *asked, int status, const char *code, const char *sentence,
                  const char *name, json_t *more) {
    json_t *error = json_pack("{s:s, s:s}", "code", code, "sentence", sentence);
    if (more != NULL) {
        CHECK(json_object_set_new(error, name, more) == 0);
    }
    answer_json(asked->answer, asked->arena, status, json_pack("{s:o}", "error", error));
}

json_t *json_count(int64_t count, int64_t minor) {
    return json_pack("{s:I, s:I}", "count", (json_int_t)count, "minor", (json_int_t)minor);
}
