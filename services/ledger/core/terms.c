#include "ledger/core/terms.h"

#include "base/check.h"
#include "ledger/core/late.h"

/* ---- due dates */

static void extend(Desk *desk, const LedgerInput *input, Item *item) {
    const Extension *extension = &input->extension;
    Date due_on = desk_due_day(desk, extension->due_on);
    desk_accept(desk, &input->document);
    (void)book_add_due(desk->book, (DueChange){.key = item->key,
                                               .effective_on = extension->extended_on,
                                               .due_on = due_on,
                                               .document = input->document.number,
                                               .recorded_on = desk->day,
                                               .is_new = true});
    item->due_on = due_on;
    item->changed = true;
    late_touch(desk, item->key.number, extension->extended_on);
    desk_say(desk, (Fact){.kind = FACT_DUE_DATE_EXTENDED,
                          .extended = {.item = item->key,
                                       .due_on = item->due_on,
                                       .first_due_on = item->first_due_on,
                                       .effective_on = extension->extended_on,
                                       .number = input->document.number}});
}

void extend_due_date(Desk *desk, const LedgerInput *input) {
    const Extension *extension = &input->extension;
    ItemKey key = {.number = input->invoices[0], .instalment = extension->instalment};
    Item *item = book_find_item(desk->book, key);
    Str name = item_key_print(desk->arena, key);
    ItemStep step = item_step(item, ITEM_IS_EXTENDED, (Money){0});
    if (step.answer != ANSWER_DONE) {
        bool unknown = step.answer == ANSWER_UNKNOWN;
        desk_refuse(
            desk, unknown ? REFUSED_UNKNOWN_DOCUMENT : REFUSED_CLOSED_DOCUMENT, &input->document,
            "Invoice %.*s cannot be extended: %s. Name an open invoice, and the instalment of one "
            "that has some.",
            STR_ARGS(name), step.reason);
        return;
    }
    if (date_compare(extension->due_on, item->due_on) <= 0) {
        Str due = date_print(desk->arena, item->due_on);
        desk_refuse(desk, REFUSED_NOT_LATER, &input->document,
                    "Invoice %.*s is due on %.*s already; an extension names a later day.",
                    STR_ARGS(name), STR_ARGS(due));
        return;
    }
    extend(desk, input, item);
}

/* ---- pauses */

static bool pause_covers(const Pause *pause, Date from, Date to) {
    bool begins_before = date_is_none(to) || date_compare(pause->starts_on, to) < 0;
    bool ends_after = date_is_none(pause->ends_on) || date_compare(pause->ends_on, from) > 0;
    return begins_before && ends_after;
}

/* The first one of the same invoice that has a day in common with it. */
static const Pause *overlapping(const Book *book, const Pause *other) {
    const Pause *first = NULL;
    for (int i = 0; i < book->pause_count; i++) {
        const Pause *pause = &book->pauses[i];
        bool same = str_equals(pause->number, other->number);
        if (!same && str_equals(pause->invoice, other->invoice) &&
            pause_covers(pause, other->starts_on, other->ends_on) &&
            (first == NULL || date_compare(pause->starts_on, first->starts_on) < 0)) {
            first = pause;
        }
    }
    return first;
}

/* False after a refusal. */
static bool pause_check(Desk *desk, const LedgerInput *input, const Pause *pause) {
    const Pause *other = overlapping(desk->book, pause);
    if (other != NULL) {
        Str from = date_print(desk->arena, other->starts_on);
        desk_refuse(desk, REFUSED_OVERLAP, &input->document,
                    "Invoice %.*s is paused from %.*s by %.*s on days of this pause; end that one, "
                    "or send a pause beside it.",
                    STR_ARGS(pause->invoice), STR_ARGS(from), STR_ARGS(other->number));
        return false;
    }
    return true;
}

/* A dispute begins in the time that was agreed for it; false after a refusal. An invoice that is
 * not known yet has no such time. */
static bool dispute_check(Desk *desk, const LedgerInput *input, const Pause *pause) {
    const Detail *detail = book_find_detail(desk->book, pause->invoice);
    const Item *item = book_next_of(desk->book, pause->invoice, NULL);
    bool limited = pause->kind == PAUSE_DISPUTE && detail != NULL && item != NULL &&
                   detail->terms.dispute_days > 0;
    Date last = limited ? date_add(item->issued_on, detail->terms.dispute_days) : DATE_NONE;
    if (!limited || date_compare(pause->starts_on, last) <= 0) {
        return true;
    }
    Str until = date_print(desk->arena, last);
    desk_refuse(desk, REFUSED_TOO_LATE, &input->document,
                "By its terms invoice %.*s could be disputed until %.*s; agree on a pause of "
                "another kind, or on a concession.",
                STR_ARGS(pause->invoice), STR_ARGS(until));
    return false;
}

void start_pause(Desk *desk, const LedgerInput *input) {
    Pause pause = input->pause;
    pause.number = input->document.number;
    pause.invoice = input->invoices[0];
    pause.recorded_on = desk->day;
    pause.changed = true;
    if (!dispute_check(desk, input, &pause) || !pause_check(desk, input, &pause)) {
        return;
    }
    desk_accept(desk, &input->document);
    (void)book_add_pause(desk->book, pause);
    late_touch(desk, pause.invoice, pause.starts_on);
    desk_say(desk, (Fact){.kind = FACT_PAUSE_NOTED, .noted = input});
}

void end_pause(Desk *desk, const LedgerInput *input) {
    const PauseEnd *end = &input->pause_end;
    Pause *pause = book_find_pause(desk->book, end->pause);
    if (pause == NULL || !date_is_none(pause->ends_on)) {
        desk_refuse(desk, REFUSED_NO_PAUSE, &input->document,
                    "No pause %.*s without an end is known for this customer.",
                    STR_ARGS(end->pause));
        return;
    }
    if (date_compare(end->ends_on, pause->starts_on) <= 0) {
        Str from = date_print(desk->arena, pause->starts_on);
        desk_refuse(desk, REFUSED_NOT_LATER, &input->document,
                    "Pause %.*s begins on %.*s; it ends on a later day.", STR_ARGS(pause->number),
                    STR_ARGS(from));
        return;
    }
    desk_accept(desk, &input->document);
    pause->ends_on = end->ends_on;
    pause->changed = true;
    late_touch(desk, pause->invoice, end->ends_on);
    desk_say(desk, (Fact){.kind = FACT_PAUSE_END_NOTED, .noted = input});
}

/* Days from `from` to before `to` on which the pause holds. */
static int32_t days_paused(const Pause *pause, Date from, Date to) {
    Date first = later_of(pause->starts_on, from);
    int32_t days = date_days_between(first, sooner_of(pause->ends_on, to));
    return days > 0 ? days : 0;
}

int32_t days_delinquent(const Book *book, const Item *item, int32_t grace_days, Date day) {
    int32_t days = date_days_between(item->due_on, day) - grace_days;
    for (int i = 0; i < book->pause_count; i++) {
        if (str_equals(book->pauses[i].invoice, item->key.number)) {
            days -= days_paused(&book->pauses[i], item->due_on, day);
        }
    }
    return days > 0 ? days : 0;
}

/* ---- details and milestones */

static Detail *detail_of(Desk *desk, Str invoice) {
    Detail *detail = book_find_detail(desk->book, invoice);
    if (detail == NULL) {
        Detail fresh = {.invoice = invoice};
        for (int i = 0; i < MILESTONE_COUNT; i++) {
            fresh.reached_on[i] = DATE_NONE;
        }
        detail = book_add_detail(desk->book, fresh);
    }
    detail->changed = true;
    return detail;
}

void reach_milestone(Desk *desk, const LedgerInput *input) {
    Str invoice = input->invoices[0];
    Milestone milestone = input->milestone.reached;
    const Detail *known = book_find_detail(desk->book, invoice);
    if (known != NULL && !date_is_none(known->reached_on[milestone])) {
        Str day = date_print(desk->arena, known->reached_on[milestone]);
        desk_refuse(desk, REFUSED_CONFLICT, &input->document,
                    "Invoice %.*s was %s on %.*s already; the first day stands.", STR_ARGS(invoice),
                    milestone_name(milestone), STR_ARGS(day));
        return;
    }
    desk_accept(desk, &input->document);
    detail_of(desk, invoice)->reached_on[milestone] = input->milestone.on;
    desk_say(desk, (Fact){.kind = FACT_MILESTONE_NOTED, .noted = input});
}

bool details_are_said(const IssuedInvoice *issued) {
    return !str_is_empty(issued->purchase) || !str_is_empty(issued->contract) ||
           !str_is_empty(issued->salesperson) || terms_are_said(&issued->terms);
}

void note_details(Desk *desk, const LedgerInput *input) {
    const IssuedInvoice *issued = &input->issued;
    if (!details_are_said(issued)) {
        return;
    }
    Detail *detail = detail_of(desk, input->document.number);
    detail->purchase = issued->purchase;
    detail->contract = issued->contract;
    detail->salesperson = issued->salesperson;
    detail->terms = issued->terms;
}
