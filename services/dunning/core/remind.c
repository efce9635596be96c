#include "dunning/core/remind.h"

#include "base/check.h"
#include "dunning/core/letter.h"

_Static_assert((int)REMINDER_ITEMS_MAX == (int)LETTER_ITEMS_MAX, "a letter lists what it is about");

/* ---- issuing */

static ReminderItem *items_of(const Pursuit *pursuit, int count, Arena *arena) {
    ReminderItem *items = ARENA_ARRAY(arena, ReminderItem, count);
    for (int i = 0; i < count; i++) {
        const Item *item = pursuit->items[i];
        items[i] = (ReminderItem){.key = item->key,
                                  .open = item->open,
                                  .due_on = item->due_on,
                                  .level_before = item->level,
                                  .level_after = item->level};
    }
    return items;
}

/* An item that the letter lists is reminded of up to the level that its own age warrants: so a
 * younger one, once it is the oldest, neither begins anew nor is taken for older than it is. */
static void levels_raise(Desk *desk, const Pursuit *pursuit, ReminderItem *items, int count,
                         int32_t level) {
    for (int i = 0; i < count; i++) {
        int32_t days = date_days_between(items[i].due_on, desk->day);
        int32_t own = ladder_warranted(&pursuit->guidance.ladder->ladder, days);
        own = own < level ? own : level;
        Item *item = pursuit->items[i];
        item->level = own > item->level ? own : item->level;
        item->changed = true;
        items[i].level_after = item->level;
    }
}

static void letter_fill(Desk *desk, Reminder *reminder, const LadderLevel *level) {
    const Creditor *creditor = desk->guidance.creditor;
    const Contact *contact = &desk->debtor->contact;
    LetterItem *listed = ARENA_ARRAY(desk->arena, LetterItem, reminder->item_count);
    for (int i = 0; i < reminder->item_count; i++) {
        const ReminderItem *item = &reminder->items[i];
        const Item *owed = debtor_find_item(desk->debtor, item->key);
        CHECK(owed != NULL);
        listed[i] = (LetterItem){item->key, owed->instalments, item->open, item->due_on};
    }
    LetterFacts facts = {.creditor = creditor,
                         .level = level,
                         .tone = reminder->tone,
                         .customer_name = contact->name,
                         .account = desk->debtor->account,
                         .reminder = reminder->id,
                         .issued_on = desk->day,
                         .items = listed,
                         .item_count = reminder->item_count,
                         .items_left_out = reminder->items_left_out,
                         .total = reminder->total};
    Letter letter = letter_write(&facts, desk->arena);
    reminder->from_name = creditor->name;
    reminder->from = creditor->mail_from;
    reminder->reply_to = creditor->mail_reply_to;
    reminder->to_name = contact->name;
    reminder->to = contact->mail;
    reminder->subject = letter.subject;
    reminder->body = letter.body;
}

static void credit_fill(Desk *desk, Reminder *reminder) {
    const CreditState *credit = debtor_credit(desk->debtor, desk->day);
    reminder->band = credit->band;
    reminder->score = credit->score;
    reminder->credit_epoch = credit->epoch;
    reminder->credit_version = credit->version;
    reminder->tone = tone_of_band(&desk->guidance.ladder->ladder, credit->band);
}

void remind(Desk *desk, Dunning *dunning, const Pursuit *pursuit) {
    const Ladder *ladder = &desk->guidance.ladder->ladder;
    Overdue overdue = pursuit_overdue(pursuit, desk->day);
    int listed = overdue.count < REMINDER_ITEMS_MAX ? overdue.count : REMINDER_ITEMS_MAX;
    int32_t level = pursuit->items[0]->level + 1;
    CHECK(level <= ladder->level_count && desk->guidance.creditor != NULL);
    ReminderItem *items = items_of(pursuit, listed, desk->arena);
    Reminder reminder = {.id = desk_next_reminder(desk),
                         .state = REMINDER_ISSUED,
                         .level = level,
                         .level_name = ladder->levels[level - 1].name,
                         .issued_on = desk->day,
                         .reminded_before = dunning->reminded_on,
                         .total = overdue.total,
                         .items = items,
                         .item_count = listed,
                         .items_left_out = overdue.count - listed,
                         .attempt = 1,
                         .ladder_hash = desk->guidance.ladder->hash,
                         .contact_hash = desk->debtor->contact.hash,
                         .issued = true};
    credit_fill(desk, &reminder);
    letter_fill(desk, &reminder, &ladder->levels[level - 1]);
    levels_raise(desk, pursuit, items, listed, level);
    dunning->reminded_on = desk->day;
    dunning->pending = reminder.id;
    dunning->changed = true;
    desk_say(desk,
             (Fact){.kind = FACT_ISSUED, .issued = debtor_add_reminder(desk->debtor, reminder)});
    desk_send(desk, reminder.id, reminder.attempt);
}

/* ---- a reminder that did not go out counts for nothing */

static Dunning *dunning_of(Desk *desk, const Reminder *reminder) {
    return debtor_dunning(desk->debtor, reminder->total.currency, desk->day);
}

/* The open item that the reminder listed; NULL: it is closed, or due on another day, and the level
 * that it has now is about that. */
static Item *item_listed(const Desk *desk, const ReminderItem *listed) {
    Item *item = debtor_find_item(desk->debtor, listed->key);
    return item != NULL && date_compare(item->due_on, listed->due_on) == 0 ? item : NULL;
}

static void count_not(Desk *desk, const Reminder *reminder) {
    for (int i = 0; i < reminder->item_count; i++) {
        const ReminderItem *listed = &reminder->items[i];
        Item *item = item_listed(desk, listed);
        if (item != NULL && item->level == listed->level_after) {
            item->level = listed->level_before;
            item->changed = true;
        }
    }
    Dunning *dunning = dunning_of(desk, reminder);
    if (date_compare(dunning->reminded_on, reminder->issued_on) == 0) {
        dunning->reminded_on = reminder->reminded_before;
        dunning->changed = true;
    }
}

static void count_again(Desk *desk, const Reminder *reminder) {
    for (int i = 0; i < reminder->item_count; i++) {
        const ReminderItem *listed = &reminder->items[i];
        Item *item = item_listed(desk, listed);
        if (item != NULL && item->level < listed->level_after) {
            item->level = listed->level_after;
            item->changed = true;
        }
    }
    Dunning *dunning = dunning_of(desk, reminder);
    if (date_compare(dunning->reminded_on, reminder->issued_on) < 0) {
        dunning->reminded_on = reminder->issued_on;
        dunning->changed = true;
    }
}

/* Nobody is written to at an address that takes nothing, until another contact is known. */
static void refuse_address(Desk *desk, const Reminder *reminder) {
    Contact *contact = &desk->debtor->contact;
    if (str_equals(contact->hash, reminder->contact_hash)) {
        contact->refused = true;
        desk->debtor->changed = true;
    }
}

/* A mail server took it there, or a person says that it arrived, or wants it sent there once more.
 */
static void trust_address(Desk *desk, const Reminder *reminder) {
    Contact *contact = &desk->debtor->contact;
    if (contact->refused && str_equals(contact->hash, reminder->contact_hash)) {
        contact->refused = false;
        desk->debtor->changed = true;
    }
}

/* ---- what became of it */

static Ended ended_of(const Reminder *reminder) {
    return (Ended){.reminder = reminder->id,
                   .attempt = reminder->attempt,
                   .sentence = reminder->sentence,
                   .said_by = reminder->said_by};
}

/* A reminder keeps the next one waiting for as long as it is issued and nothing more is known. */
static void pending_note(Desk *desk, const Reminder *reminder) {
    Dunning *dunning = dunning_of(desk, reminder);
    if (reminder->state == REMINDER_ISSUED) {
        dunning->pending = reminder->id;
    } else if (str_equals(dunning->pending, reminder->id)) {
        dunning->pending = S("");
    }
    dunning->changed = true;
}

static void become(Desk *desk, Reminder *reminder, ReminderState state, Str sentence, Str said_by) {
    reminder->state = state;
    reminder->sentence = sentence;
    reminder->said_by = said_by;
    reminder->changed = true;
    pending_note(desk, reminder);
}

static void fail_reminder(Desk *desk, Reminder *reminder, FailedWhy why, bool address_is_bad) {
    Ended ended = ended_of(reminder);
    ended.failed = why;
    count_not(desk, reminder);
    if (address_is_bad) {
        refuse_address(desk, reminder);
    }
    desk_say(desk, (Fact){.kind = FACT_FAILED, .ended = ended});
}

static void withdraw(Desk *desk, Reminder *reminder, int32_t code) {
    Ended ended = ended_of(reminder);
    ended.withdrawn = (WithdrawnWhy)code;
    count_not(desk, reminder);
    desk_say(desk, (Fact){.kind = FACT_WITHDRAWN, .ended = ended});
}

void end_attempt(Desk *desk, const Attempted *attempted) {
    Reminder *reminder = debtor_find_reminder(desk->debtor, attempted->reminder);
    CHECK(reminder != NULL); /* it was decided here */
    ReminderFacts facts = {.stale = attempted->attempt < reminder->attempt};
    ReminderStep step = reminder_step(reminder->state, attempted->event, &facts);
    if (step.answer != REMINDER_DONE) {
        return;
    }
    reminder->attempt = attempted->attempt; /* those that were put off are nobody's concern */
    become(desk, reminder, step.to, attempted->sentence, S(""));
    switch (attempted->event) {
    case REMINDER_WAS_DONE:
        trust_address(desk, reminder);
        desk_say(desk, (Fact){.kind = FACT_SENT, .ended = ended_of(reminder)});
        return;
    case REMINDER_WAS_REFUSED:
        fail_reminder(desk, reminder, attempted->gave_up ? FAILED_GAVE_UP : FAILED_REFUSED,
                      !attempted->gave_up);
        return;
    case REMINDER_WAS_WITHDRAWN:
        withdraw(desk, reminder, attempted->code);
        return;
    case REMINDER_IS_UNCERTAIN:
        desk_say(desk, (Fact){.kind = FACT_UNCERTAIN, .ended = ended_of(reminder)});
        return;
    case REMINDER_SETTLED_SENT:
    case REMINDER_SETTLED_NOT_SENT:
    case REMINDER_RESEND_WANTED:
        break;
    }
    CHECK(!"an outcome");
}

/* ---- a person's words */

static ReminderStep step_of(const Desk *desk, const Reminder *reminder, ReminderEvent event) {
    ReminderFacts facts = {0};
    for (int i = 0; reminder != NULL && i < desk->debtor->reminder_count; i++) {
        const Reminder *other = &desk->debtor->reminders[i];
        facts.newer_exists |= currency_equals(other->total.currency, reminder->total.currency) &&
                              date_compare(other->issued_on, reminder->issued_on) > 0;
    }
    return reminder_step(reminder == NULL ? REMINDER_UNKNOWN : reminder->state, event, &facts);
}

static bool is_possible(Desk *desk, const Word *word, const char *kind, ReminderStep step) {
    if (step.answer == REMINDER_DONE) {
        return true;
    }
    RefusedWhy why = step.to == REMINDER_UNKNOWN ? REFUSED_UNKNOWN : REFUSED_CLOSED;
    desk_refuse(desk, why, kind, word->number, "Reminder %.*s: %s; see `arrears dunning list`.",
                STR_ARGS(word->reminder), step.reason);
    return false;
}

void settle_reminder(Desk *desk, const Word *word) {
    Reminder *reminder = debtor_find_reminder(desk->debtor, word->reminder);
    ReminderStep step =
        step_of(desk, reminder, word->went_out ? REMINDER_SETTLED_SENT : REMINDER_SETTLED_NOT_SENT);
    if (!is_possible(desk, word, "reminder_settlement", step)) {
        return;
    }
    CHECK(reminder != NULL);
    bool came_back = reminder->state == REMINDER_SENT;
    become(desk, reminder, step.to, word->reason, word->actor);
    if (word->went_out) {
        trust_address(desk, reminder);
        desk_say(desk, (Fact){.kind = FACT_SENT, .ended = ended_of(reminder)});
    } else {
        fail_reminder(desk, reminder, FAILED_SAID_BY_HAND, came_back);
    }
}

void resend_reminder(Desk *desk, const Word *word) {
    Reminder *reminder = debtor_find_reminder(desk->debtor, word->reminder);
    ReminderStep step = step_of(desk, reminder, REMINDER_RESEND_WANTED);
    if (!is_possible(desk, word, "reminder_resend", step)) {
        return;
    }
    CHECK(reminder != NULL);
    reminder->attempt++;
    become(desk, reminder, step.to, word->reason, word->actor);
    count_again(desk, reminder);
    trust_address(desk, reminder);
    desk_say(desk, (Fact){.kind = FACT_RESENT, .ended = ended_of(reminder)});
    desk_send(desk, reminder->id, reminder->attempt);
}
