#include "ledger/core/reminded.h"

#include "base/check.h"

/* What each of dunning's words means here. */
typedef struct News {
    const char *name;
    bool stands;
    ReminderFee fee;
} News;

static const News NEWS[REMINDER_NEWS_COUNT] = {
    [REMINDER_NEWS_ISSUED] = {"issued", true, REMINDER_FEE_STAYS},
    [REMINDER_NEWS_SENT] = {"sent", true, REMINDER_FEE_IS_CHARGED},
    [REMINDER_NEWS_FAILED] = {"failed", false, REMINDER_FEE_IS_TAKEN_BACK},
    [REMINDER_NEWS_UNCERTAIN] = {"uncertain", true, REMINDER_FEE_STAYS},
    [REMINDER_NEWS_WITHDRAWN] = {"withdrawn", false, REMINDER_FEE_IS_TAKEN_BACK},
    [REMINDER_NEWS_RESENT] = {"resent", true, REMINDER_FEE_STAYS},
};

static const News *row_of(ReminderNews news) {
    CHECK(news > REMINDER_NEWS_NONE && news < REMINDER_NEWS_COUNT);
    return &NEWS[news];
}

const char *reminder_news_name(ReminderNews news) {
    return row_of(news)->name;
}

bool reminder_news_parse(Str name, ReminderNews *news) {
    for (ReminderNews i = REMINDER_NEWS_ISSUED; i < REMINDER_NEWS_COUNT; i++) {
        if (str_equals(str_of(NEWS[i].name), name)) {
            *news = i;
            return true;
        }
    }
    return false;
}

ReminderFee reminder_news_fee(ReminderNews news) {
    return row_of(news)->fee;
}

bool reminder_stands(const Reminder *reminder) {
    return row_of(reminder->news)->stands;
}
