#include "dunning/core/pursuit.h"

#include "base/check.h"

Pursuit pursuit_of(const Debtor *debtor, const Dunning *dunning, Guidance guidance, Date day) {
    CHECK(debtor->extent == DEBTOR_WHOLE);
    Pursuit pursuit = {.debtor = debtor,
                       .dunning = dunning,
                       .guidance = guidance,
                       .items = ARENA_ARRAY(debtor->arena, Item *, debtor->item_count)};
    for (int i = 0; i < debtor->item_count; i++) {
        Item *item = &debtor->items[i];
        if (!money_is_zero(item->open) && str_is_empty(item->request) &&
            currency_equals(item->open.currency, dunning->currency) &&
            debtor_paused(debtor, item->key.number, day) == NULL) {
            pursuit.items[pursuit.count++] = item;
        }
    }
    items_sort(pursuit.items, pursuit.count);
    return pursuit;
}

static Money sum_or_most(Money a, Money b) {
    Money sum;
    return money_add(a, b, &sum) ? sum : money_of(INT64_MAX, a.currency);
}

Overdue pursuit_overdue(const Pursuit *pursuit, Date day) {
    Overdue overdue = {.total = money_of(0, pursuit->dunning->currency)};
    while (overdue.count < pursuit->count &&
           date_compare(pursuit->items[overdue.count]->due_on, day) < 0) {
        overdue.total = sum_or_most(overdue.total, pursuit->items[overdue.count++]->open);
    }
    overdue.days = overdue.count > 0 ? date_days_between(pursuit->items[0]->due_on, day) : 0;
    return overdue;
}

/* ---- levels */

int32_t ladder_warranted(const Ladder *ladder, int32_t days_past_due) {
    int32_t level = 0;
    while (level < ladder->level_count && ladder->levels[level].days_past_due <= days_past_due) {
        level++;
    }
    return level;
}

/* A ladder that became shorter has no more levels than it has. */
static int32_t standing_level(const Pursuit *pursuit) {
    int32_t level = pursuit->items[0]->level;
    int32_t most = pursuit->guidance.ladder->ladder.level_count;
    return level < most ? level : most;
}

/* The first day on which the next reminder, or the request, does not come too soon. */
static Date rested_on(const Pursuit *pursuit, Date fallback) {
    Date reminded_on = pursuit->dunning->reminded_on;
    return date_is_none(reminded_on)
               ? fallback
               : date_add(reminded_on, pursuit->guidance.ladder->ladder.days_between);
}

PersonReason debtor_unreachable(const Debtor *debtor, Guidance guidance) {
    if (guidance.creditor == NULL) {
        return PERSON_NO_SENDER;
    }
    if (str_is_empty(debtor->contact.mail)) {
        return PERSON_NO_CONTACT;
    }
    return debtor->contact.refused ? PERSON_ADDRESS_REFUSED : PERSON_NOT_NEEDED;
}

/* ---- facts */

static bool is_covered(const Pursuit *pursuit, const Overdue *overdue) {
    return overdue->count > 0 && money_compare(pursuit->dunning->unapplied, overdue->total) >= 0;
}

static bool is_worth_a_letter(const Pursuit *pursuit, const Overdue *overdue) {
    Money rest;
    const Money *minimum =
        ladder_minimum(&pursuit->guidance.ladder->ladder, pursuit->dunning->currency);
    return minimum == NULL || !money_subtract(overdue->total, pursuit->dunning->unapplied, &rest) ||
           money_compare(rest, *minimum) >= 0;
}

DunningFacts pursuit_facts(const Pursuit *pursuit, Date day) {
    const Ladder *ladder = &pursuit->guidance.ladder->ladder;
    Overdue overdue = pursuit_overdue(pursuit, day);
    DunningFacts facts = {.held = debtor_is_held(pursuit->debtor), .overdue = overdue.count > 0};
    if (overdue.count == 0) {
        return facts;
    }
    int32_t level = standing_level(pursuit);
    int32_t warranted = ladder_warranted(ladder, overdue.days);
    bool rested = date_compare(rested_on(pursuit, day), day) <= 0;
    facts.covered = is_covered(pursuit, &overdue);
    facts.worth_a_letter = is_worth_a_letter(pursuit, &overdue);
    facts.pending = !str_is_empty(pursuit->dunning->pending);
    facts.levels_left = level < ladder->level_count;
    facts.last_level = level + 1 == ladder->level_count;
    facts.level_due = warranted > level && rested;
    facts.first_level_due = warranted > 0;
    facts.write_off_due = overdue.days >= ladder->write_off_days && rested;
    facts.person = debtor_unreachable(pursuit->debtor, pursuit->guidance);
    return facts;
}

/* ---- when to look again */

static Date later(Date a, Date b) {
    return date_compare(a, b) > 0 ? a : b;
}

/* The step at the end of that day, were it looked at. */
static DunningStep step_on(const Pursuit *pursuit, Date day, DunningFacts *facts) {
    *facts = pursuit_facts(pursuit, day);
    return dunning_step(pursuit->dunning->state, facts);
}

/* A person was called for this reason already. */
static bool is_said(const Pursuit *pursuit, PersonReason person) {
    return pursuit->dunning->state == DUNNING_PERSON && pursuit->dunning->person == person;
}

static bool is_idle_on(const Pursuit *pursuit, Date day) {
    DunningFacts facts;
    DunningStep step = step_on(pursuit, day, &facts);
    return step.action == DUNNING_WAITS ||
           (step.action == DUNNING_CALLS_PERSON && is_said(pursuit, facts.person));
}

static Date aged_on(const Pursuit *pursuit, int32_t days_past_due) {
    return date_add(pursuit->items[0]->due_on, days_past_due);
}

/* By the oldest item alone. A person is called at once; letters and requests keep their distance
 * from the letter before. */
static Date next_by_age(const Pursuit *pursuit, Date earliest) {
    const Ladder *ladder = &pursuit->guidance.ladder->ladder;
    PersonReason person = debtor_unreachable(pursuit->debtor, pursuit->guidance);
    if (person != PERSON_NOT_NEEDED && !is_said(pursuit, person)) {
        return later(aged_on(pursuit, ladder->levels[0].days_past_due), earliest);
    }
    int32_t level = standing_level(pursuit);
    bool letter = person == PERSON_NOT_NEEDED && level < ladder->level_count;
    int32_t days = letter ? ladder->levels[level].days_past_due : ladder->write_off_days;
    return later(later(aged_on(pursuit, days), rested_on(pursuit, earliest)), earliest);
}

/* Too little for a letter, or covered by money that waits: that changes by itself only when one
 * more item becomes overdue, or when the oldest is old enough to be written off. */
static Date next_while_small(const Pursuit *pursuit, Date from) {
    Date old_on = later(aged_on(pursuit, pursuit->guidance.ladder->ladder.write_off_days),
                        rested_on(pursuit, from));
    bool worth_it = date_compare(old_on, from) > 0 && !is_idle_on(pursuit, old_on);
    for (int i = 0; i < pursuit->count; i++) {
        Date overdue_on = date_add(pursuit->items[i]->due_on, 1);
        bool sooner = !worth_it || date_compare(overdue_on, old_on) < 0;
        if (sooner && date_compare(overdue_on, from) > 0 && !is_idle_on(pursuit, overdue_on)) {
            return overdue_on;
        }
    }
    return worth_it ? old_on : DATE_NONE;
}

/* A person stands by for nothing, or for another reason: by now the customer can be written to, or
 * nothing is pursued any more. */
static bool is_called_in_vain(const Pursuit *pursuit, Date day) {
    DunningFacts facts;
    DunningStep step = step_on(pursuit, day, &facts);
    bool for_another_reason =
        step.action == DUNNING_CALLS_PERSON && !is_said(pursuit, facts.person);
    return pursuit->dunning->state == DUNNING_PERSON &&
           (step.to != DUNNING_PERSON || for_another_reason);
}

Date pursuit_next(const Pursuit *pursuit, Date earliest) {
    if (debtor_is_held(pursuit->debtor) || pursuit->guidance.ladder == NULL) {
        return DATE_NONE;
    }
    if (is_called_in_vain(pursuit, earliest)) {
        return earliest;
    }
    if (pursuit->count == 0) {
        return DATE_NONE;
    }
    Date next = next_by_age(pursuit, earliest);
    return is_idle_on(pursuit, next) ? next_while_small(pursuit, next) : next;
}
