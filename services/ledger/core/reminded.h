#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"

/* What the books keep of dunning's reminders: on which invoices one stands, since such an invoice
 * is not taken back any more, and what it cost the customer. Who is reminded, when and how is
 * dunning's business; what became of a reminder is said on arrears.dunning.v1. */
typedef enum ReminderNews {
    REMINDER_NEWS_NONE,
    REMINDER_NEWS_ISSUED,
    REMINDER_NEWS_SENT,
    REMINDER_NEWS_FAILED, /* or it came back */
    REMINDER_NEWS_UNCERTAIN,
    REMINDER_NEWS_WITHDRAWN,
    REMINDER_NEWS_RESENT,
    REMINDER_NEWS_COUNT,
} ReminderNews;

/* What news mean for the fee. */
typedef enum ReminderFee {
    REMINDER_FEE_STAYS,
    REMINDER_FEE_IS_CHARGED,
    REMINDER_FEE_IS_TAKEN_BACK,
} ReminderFee;

typedef struct Reminder {
    Str id;
    Str level;         /* its name in the ladder */
    Money total;       /* what it asks for */
    Str invoice;       /* of the oldest debt it lists: the fee is charged on it */
    ReminderNews news; /* the last */
    int32_t fee;       /* number of the costs that were charged for it; 0: none are */
    Date recorded_on;  /* when it was issued */
    bool changed;      /* since it was loaded */
} Reminder;

/* An invoice that a reminder lists. */
typedef struct Reminded {
    Str invoice;
    Str reminder;
    bool is_new; /* not stored yet */
} Reminded;

/* "sent": as tables and sentences call it. */
const char *reminder_news_name(ReminderNews news);
bool reminder_news_parse(Str name, ReminderNews *news) MUST_USE;
ReminderFee reminder_news_fee(ReminderNews news);
/* It is on its way to the customer, was sent, or may have been. */
bool reminder_stands(const Reminder *reminder);
