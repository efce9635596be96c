/* GET /v1/exposure?top=N: who owes most now, the first N of each currency, since amounts of two
 * currencies have no order. */
#include "scoring/query/room.h"

enum { TOP_DEFAULT = 10, CURRENCIES_MAX = 200 };

typedef struct ByCurrency {
    Currency currency;
    Ranking ranking;
} ByCurrency;

typedef struct Report {
    const Query *query;
    int64_t top;
    ByCurrency rows[CURRENCIES_MAX];
    int count;
} Report;

/* NULL: more currencies than there are. */
static ByCurrency *row_of(Report *report, Currency currency) {
    for (int i = 0; i < report->count; i++) {
        if (currency_equals(report->rows[i].currency, currency)) {
            return &report->rows[i];
        }
    }
    if (report->count == CURRENCIES_MAX) {
        return NULL;
    }
    ByCurrency *row = &report->rows[report->count++];
    *row = (ByCurrency){currency, ranking_open(report->query->arena, report->top)};
    return row;
}

static void exposure_visit(void *self, const Profile *profile) {
    Report *report = self;
    Str name = profile_name(profile, report->query->arena);
    for (int i = 0; i < profile->exposure_count; i++) {
        const Exposure *exposure = &profile->exposures[i];
        ByCurrency *row =
            money_is_zero(exposure->open) ? NULL : row_of(report, exposure->open.currency);
        if (!row || !ranking_takes(&row->ranking, -exposure->open.minor, name)) {
            continue;
        }
        ranking_add(&row->ranking, -exposure->open.minor, name,
                    json_pack("{s:o, s:o, s:o, s:o, s:s, s:i}", //
                              "creditor", json_text(profile->account.creditor), "customer",
                              json_text(profile->account.customer), "open",
                              json_money(exposure->open), "overdue", json_money(exposure->overdue),
                              "band", band_name(profile->band), "score", (int)profile->score));
    }
}

static json_t *report_json(Report *report) {
    json_t *currencies = json_array();
    for (int i = 0; i < report->count; i++) {
        json_array_append_new(currencies,
                              json_pack("{s:s, s:o}", "currency", report->rows[i].currency.code,
                                        "customers", ranking_list(&report->rows[i].ranking)));
    }
    return json_pack("{s:o}", "currencies", currencies);
}

bool query_exposure(const Query *query, Err *err) {
    Report *report = ARENA_NEW(query->arena, Report);
    report->query = query;
    if (!top_find(query, TOP_DEFAULT, &report->top)) {
        return true;
    }
    bool good = each_state(query, exposure_visit, report, err);
    json_t *json = report_json(report);
    if (!good) {
        json_decref(json);
        return false;
    }
    answer_json(query->answer, query->arena, 200, json);
    return true;
}
