#include "ledger/core/aging.h"

#include "base/check.h"

int aging_bucket(const Aging *aging, int32_t days_past_due) {
    int bucket = aging->count - 1;
    while (bucket > 0 && aging->buckets[bucket].from_day > days_past_due) {
        bucket--;
    }
    return bucket;
}

static Date invoice_next_due(const Invoice *invoice, const Aging *aging, Date day) {
    int bucket = aging_bucket(aging, date_days_between(invoice->due_on, day));
    if (!str_equals(aging->buckets[bucket].name, invoice->bucket)) {
        return day;
    }
    bool last = bucket + 1 == aging->count;
    return last ? DATE_NONE : date_add(invoice->due_on, aging->buckets[bucket + 1].from_day);
}

Date aging_next_due(const Book *book, const Aging *aging, Date day) {
    Date next = DATE_NONE;
    for (int i = 0; i < book->invoice_count; i++) {
        const Invoice *invoice = &book->invoices[i];
        Date due =
            invoice->state == INVOICE_OPEN ? invoice_next_due(invoice, aging, day) : DATE_NONE;
        bool sooner = date_is_none(next) || date_compare(due, next) < 0;
        next = !date_is_none(due) && sooner ? due : next;
    }
    return next;
}

static Str standing_bucket(const Desk *desk, const Invoice *invoice) {
    int32_t days = date_days_between(invoice->due_on, desk->day);
    return desk->aging->buckets[aging_bucket(desk->aging, days)].name;
}

/* The oldest that has moved on; NULL when none has. */
static Invoice *next_to_enter(const Desk *desk) {
    Invoice *next = NULL;
    for (int i = 0; i < desk->book->invoice_count; i++) {
        Invoice *invoice = &desk->book->invoices[i];
        bool moved = invoice->state == INVOICE_OPEN &&
                     !str_equals(invoice->bucket, standing_bucket(desk, invoice));
        if (moved && (next == NULL || invoice_compare(invoice, next) < 0)) {
            next = invoice;
        }
    }
    return next;
}

static void enter_bucket(Desk *desk, Invoice *invoice) {
    invoice->bucket = standing_bucket(desk, invoice);
    invoice->changed = true;
    desk_say(desk,
             (Fact){.kind = FACT_BUCKET_ENTERED,
                    .entered = {.number = invoice->number,
                                .bucket = invoice->bucket,
                                .days_past_due = date_days_between(invoice->due_on, desk->day),
                                .due_on = invoice->due_on,
                                .open = invoice->open}});
}

void end_day(Desk *desk) {
    Invoice *invoice = next_to_enter(desk);
    while (invoice != NULL) {
        enter_bucket(desk, invoice);
        invoice = next_to_enter(desk);
    }
}
