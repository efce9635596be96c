/* GET /v1/credit/{creditor}/{customer}: all that is known of one customer's credit. */
#include "chassis/kafka.h"
#include "chassis/tasks_redis.h"
#include "scoring/query/room.h"

static json_t *warnings_of(const Query *query, const Profile *profile) {
    json_t *list = json_array();
    for (int i = 0; i < profile->warning_count; i++) {
        const Warning *warning = &profile->warnings[i];
        json_array_append_new(
            list, json_pack("{s:o, s:s, s:s, s:i, s:o, s:o}", //
                            "id", json_text(warning->id), "from", band_name(warning->from), "to",
                            band_name(warning->to), "score", (int)warning->score, "raised_on",
                            json_day(query->arena, warning->raised_on), "reasons",
                            json_reasons(&warning->reasons)));
    }
    return list;
}

static json_t *account_json(const Query *query, const Profile *profile) {
    int64_t late = profile_value(profile, CHARACTERISTIC_LATE_SHARE);
    json_t *share = late < 0 ? json_null() : json_integer((json_int_t)late);
    return json_pack(
        "{s:o, s:o, s:I, s:o, s:i, s:s, s:o, s:o, s:I, s:I, s:I, s:o, s:I, s:I, s:o, s:o}",
        "creditor", json_text(profile->account.creditor),                  //
        "customer", json_text(profile->account.customer),                  //
        "version", (json_int_t)profile->version,                           //
        "day", json_day(query->arena, profile->day),                       //
        "score", (int)profile->score,                                      //
        "band", band_name(profile->band),                                  //
        "reasons", json_reasons(&profile->reasons),                        //
        "exposures", json_exposures(profile),                              //
        "settled_count", (json_int_t)profile->settled_count,               //
        "settled_late_count", (json_int_t)profile->settled_late_count,     //
        "mean_days_late_milli", (json_int_t)profile->mean_days_late_milli, //
        "late_share_percent", share,                                       //
        "written_off_count", (json_int_t)profile->written_off_count,       //
        "overdue_count", (json_int_t)profile->overdue_count,               //
        "open_warnings", warnings_of(query, profile),                      //
        "scorecard", json_text(profile->scorecard));
}

bool query_account(const Query *query, Err *err) {
    Account account = {query->creditor, query->customer};
    if (!id_is_part(account.creditor) || !id_is_part(account.customer)) {
        http_refuse(query->arena, query->answer, 400, "ACCOUNT",
                    "creditor and customer are 1 to 64 characters of [A-Za-z0-9._~-] each.");
        return true;
    }
    Str key = account_key(query->arena, account);
    int32_t task = kafka_partition_of(key, query->partitions);
    RedisCommand command = redis_command(query->arena, S("HGET"));
    redis_add(&command, redis_states_key(query->arena, "scoring", task));
    redis_add(&command, key);
    RedisValue value;
    Profile profile;
    if (!redis_run(query->redis, &command, &value, err)) {
        return false;
    }
    if (value.kind != REDIS_TEXT || !query->read(value.text, query->arena, &profile)) {
        http_refuse(query->arena, query->answer, 404, "ACCOUNT_UNKNOWN",
                    "There is no credit state of %.*s.", STR_ARGS(key));
        return true;
    }
    answer_json(query->answer, query->arena, 200, account_json(query, &profile));
    return true;
}
