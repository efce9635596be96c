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

static Date sooner_of(Date a, Date b) {
    bool first = date_is_none(b) || (!date_is_none(a) && date_compare(a, b) < 0);
    return first ? a : b;
}

static Date open_next_due(const Invoice *invoice, const Aging *aging, Date day) {
    return invoice->state == INVOICE_OPEN ? invoice_next_due(invoice, aging, day) : DATE_NONE;
}

Date aging_next_due(const Book *book, const Aging *aging, Date day) {
    Date next = DATE_NONE;
    for (int i = 0; i < book->invoice_count; i++) {
        next = sooner_of(next, open_next_due(&book->invoices[i], aging, day));
    }
    return next;
}

Date aging_next_due_with_last(const Book *book, const Aging *aging, Date day) {
    Date last = DATE_NONE;
    if (book->invoice_count > 0) {
        last = open_next_due(&book->invoices[book->invoice_count - 1], aging, day);
    }
    return sooner_of(book->next_due, last);
}

static Str standing_bucket(const Desk *desk, const Invoice *invoice) {
    int32_t days = date_days_between(invoice->due_on, desk->day);
    return desk->aging->buckets[aging_bucket(desk->aging, days)].name;
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

static bool has_moved(const Desk *desk, const Invoice *invoice) {
    return invoice->state == INVOICE_OPEN &&
           !str_equals(invoice->bucket, standing_bucket(desk, invoice));
}

/* The oldest first. Collected and sorted once: a customer may have very many. */
void end_day(Desk *desk) {
    Book *book = desk->book;
    Invoice **moved = ARENA_ARRAY(desk->arena, Invoice *, book->invoice_count + 1);
    int count = 0;
    for (int i = 0; i < book->invoice_count; i++) {
        if (has_moved(desk, &book->invoices[i])) {
            moved[count++] = &book->invoices[i];
        }
    }
    invoices_sort(moved, count);
    for (int i = 0; i < count; i++) {
        enter_bucket(desk, moved[i]);
    }
}
