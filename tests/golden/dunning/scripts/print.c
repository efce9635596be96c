#include "tests/golden/dunning/scripts/print.h"

#include <inttypes.h>

#include "base/check.h"
#include "tests/harness/item.h"

static const char MARGIN[] = "\n                    ";

static void add_money(StrBuilder *out, Money money) {
    Str text = money_print(out->arena, money);
    str_addf(out, "%.*s", STR_ARGS(text));
}

static void add_days(StrBuilder *out, int32_t days) {
    str_addf(out, ", %" PRId32 " day%s", days, days == 1 ? "" : "s");
}

static void add_day(StrBuilder *out, Date day) {
    Str text = date_print(out->arena, day);
    str_addf(out, "%.*s", STR_ARGS(text));
}

/* Sentences are broken into lines of a readable width. */
static void add_sentence(StrBuilder *out, Str sentence) {
    enum { WIDTH = 76 };
    ptrdiff_t width = WIDTH;
    while (!str_is_empty(sentence)) {
        StrCut cut = str_cut(sentence, ' ');
        bool broken = width + 1 + cut.head.len > WIDTH;
        str_addf(out, "%s%.*s", broken ? MARGIN : " ", STR_ARGS(cut.head));
        width = (broken ? 0 : width + 1) + cut.head.len;
        sentence = cut.tail;
    }
}

static void print_issued(StrBuilder *out, const Fact *fact) {
    const Reminder *reminder = fact->issued;
    str_addf(out, "ReminderIssued     %.*s  level %" PRId32 " %.*s, %s", STR_ARGS(reminder->id),
             reminder->level, STR_ARGS(reminder->level_name), tone_name(reminder->tone));
    if (reminder->band != BAND_NONE) {
        str_addf(out, " (%s %" PRId32 ")", band_name(reminder->band), reminder->score);
    }
    str_addf(out, "  to %.*s", STR_ARGS(reminder->to));
    for (int i = 0; i < reminder->item_count; i++) {
        const ReminderItem *item = &reminder->items[i];
        Str name = item_short(out->arena, item->key);
        str_addf(out, "%s%.*s  ", MARGIN, STR_ARGS(name));
        add_money(out, item->open);
        add_days(out, date_days_between(item->due_on, reminder->issued_on));
        str_addf(out, "  (level %" PRId32 " -> %" PRId32 ")", item->level_before,
                 item->level_after);
    }
    if (reminder->item_count > 1) {
        str_addf(out, "%stotal  ", MARGIN);
        add_money(out, reminder->total);
    }
}

static void print_ended(StrBuilder *out, const char *name, const Ended *ended) {
    str_addf(out, "%-18s %.*s", name, STR_ARGS(ended->reminder));
    if (ended->attempt > 1) {
        str_addf(out, "  attempt %" PRId32, ended->attempt);
    }
    if (!str_is_empty(ended->said_by)) {
        str_addf(out, "  says %.*s", STR_ARGS(ended->said_by));
    }
}

static void print_sent(StrBuilder *out, const Fact *fact) {
    print_ended(out, "ReminderSent", &fact->ended);
}

static void print_failed(StrBuilder *out, const Fact *fact) {
    static const char *const whys[] = {"refused", "gave up", "said by hand"};
    print_ended(out, "ReminderFailed", &fact->ended);
    str_addf(out, "  %s: %.*s", whys[fact->ended.failed], STR_ARGS(fact->ended.sentence));
}

static void print_uncertain(StrBuilder *out, const Fact *fact) {
    print_ended(out, "ReminderUncertain", &fact->ended);
}

static void print_withdrawn(StrBuilder *out, const Fact *fact) {
    static const char *const whys[] = {"", "the facts changed", "on hold", "the contact changed"};
    print_ended(out, "ReminderWithdrawn", &fact->ended);
    str_addf(out, "  %s", whys[fact->ended.withdrawn]);
}

static void print_resent(StrBuilder *out, const Fact *fact) {
    print_ended(out, "ReminderResent", &fact->ended);
}

static void print_person(StrBuilder *out, const Fact *fact) {
    str_addf(out, "PersonNeeded       %s  ", person_reason_name(fact->person.reason));
    add_money(out, fact->person.overdue);
    add_days(out, fact->person.days_past_due);
}

static void print_held(StrBuilder *out, const Fact *fact) {
    str_addf(out, "Held               %.*s/%" PRId32 "/%" PRId64, STR_ARGS(fact->held.topic),
             fact->held.partition, fact->held.offset);
}

static void print_refused(StrBuilder *out, const Fact *fact) {
    static const char *const whys[] = {"unknown",      "closed",  "in use",  "currency",
                                       "unknown hold", "on hold", "overflow"};
    str_addf(out, "InputRefused       %s %.*s  %s", fact->refused.kind,
             STR_ARGS(fact->refused.number), whys[fact->refused.why]);
    add_sentence(out, fact->refused.sentence);
}

static void print_evidence(StrBuilder *out, const Request *request) {
    str_addf(out, "%sevidence: %" PRId32 " days past due", MARGIN, request->days_past_due);
    if (request->band != BAND_NONE) {
        str_addf(out, ", band %s %" PRId32, band_name(request->band), request->score);
    }
    for (int i = 0; i < request->reminder_count; i++) {
        const RequestReminder *reminder = &request->reminders[i];
        str_addf(out, "%slevel %" PRId32 " on ", MARGIN, reminder->level);
        add_day(out, reminder->issued_on);
        str_addf(out, ", %.*s", STR_ARGS(reminder->outcome));
    }
}

static void print_requested(StrBuilder *out, const Fact *fact) {
    const Request *request = fact->requested;
    str_addf(out, "%s  %.*s  ",
             request->act == ACT_WAIVER ? "WaiverRequested " : "WriteOffRequested",
             STR_ARGS(request->id));
    add_money(out, request->amount);
    str_addf(out, "  by %.*s", STR_ARGS(request->requester));
    if (!str_is_empty(request->proposal)) {
        str_addf(out, " (%.*s)", STR_ARGS(request->proposal));
    }
    add_sentence(out, request->reason);
    for (int i = 0; i < request->item_count; i++) {
        Str name = item_short(out->arena, request->items[i].key);
        str_addf(out, "%s%.*s  ", MARGIN, STR_ARGS(name));
        add_money(out, request->items[i].open);
        if (money_compare(request->items[i].amount, request->items[i].open) != 0) {
            str_add(out, S("  of it "));
            add_money(out, request->items[i].amount);
        }
        str_add(out, S(", due "));
        add_day(out, request->items[i].due_on);
    }
    print_evidence(out, request);
}

static void (*const PRINTERS[FACT_KIND_COUNT])(StrBuilder *out, const Fact *fact) = {
    [FACT_HELD] = print_held,
    [FACT_INPUT_REFUSED] = print_refused,
    [FACT_ISSUED] = print_issued,
    [FACT_SENT] = print_sent,
    [FACT_FAILED] = print_failed,
    [FACT_UNCERTAIN] = print_uncertain,
    [FACT_WITHDRAWN] = print_withdrawn,
    [FACT_RESENT] = print_resent,
    [FACT_PERSON_NEEDED] = print_person,
    [FACT_REQUESTED] = print_requested,
};

void print_fact(StrBuilder *out, const Fact *fact, Date day) {
    CHECK(PRINTERS[fact->kind] != NULL);
    str_add(out, S("    "));
    if (!date_is_none(day)) {
        add_day(out, day);
        str_add(out, S("  "));
    }
    PRINTERS[fact->kind](out, fact);
    str_add(out, S("\n"));
}

/* ---- what dunning knows */

static void print_item(StrBuilder *out, const Debtor *debtor, const Item *item, Date day) {
    Str name = item_short(out->arena, item->key);
    str_addf(out, "    %.*s  ", STR_ARGS(name));
    add_money(out, item->open);
    add_days(out, date_days_between(item->due_on, day));
    str_addf(out, ", level %" PRId32, item->level);
    if (!str_is_empty(item->request)) {
        str_addf(out, ", in %.*s%s", STR_ARGS(item->request), item->rejected ? ", rejected" : "");
    }
    const Pause *pause = debtor_paused(debtor, item->key.number, day);
    if (pause != NULL) {
        str_addf(out, ", paused by %.*s", STR_ARGS(pause->number));
    }
    str_add(out, S("\n"));
}

static void print_dunning(StrBuilder *out, const Dunning *dunning) {
    str_addf(out, "    %s  %s %s since ", dunning->currency.code,
             dunning_state_name(dunning->state), person_reason_name(dunning->person));
    add_day(out, dunning->since);
    str_add(out, S(", waits "));
    add_money(out, dunning->unapplied);
    str_add(out, S("\n"));
}

void print_debtor(StrBuilder *out, const Debtor *debtor, Date day) {
    for (int i = 0; i < debtor->item_count; i++) {
        print_item(out, debtor, &debtor->items[i], day);
    }
    for (int i = 0; i < debtor->dunning_count; i++) {
        print_dunning(out, &debtor->dunnings[i]);
    }
    str_add(out, S("    next visit "));
    if (date_is_none(debtor->visit_on)) {
        str_add(out, S("when something happens"));
    } else {
        add_day(out, debtor->visit_on);
    }
    str_addf(out, "%s%s\n", debtor_is_held(debtor) ? ", on hold" : "",
             debtor->contact.refused ? ", the address is refused" : "");
}
