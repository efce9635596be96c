/* Golden scripts of dunning: what is open, what comes in and closed days in, what is said out,
 * compared with what the file says. Ladder and creditor are the shipped ones.
 *
 * A line that begins with a day goes in (script.h), a line "account CREDITOR/CUSTOMER" begins with
 * another debtor; the rest of a script, and how to accept what comes out: tests/harness/golden.h.
 *
 * Days on which nobody is visited are looked at all the same: had there been something to do, the
 * day of the visit was wrong, and the script fails. */
#include "tests/harness/golden.h"

#include "base/check.h"
#include "dunning/core/decide.h"
#include "dunning/core/pursuit.h"
#include "tests/golden/dunning/scripts/print.h"
#include "tests/golden/dunning/scripts/script.h"
#include "tests/harness/file.h"

enum { TASK = 1, CLOSES_MAX = 1000 };

/* One script being played. */
typedef struct Play {
    Arena *arena;
    StrBuilder *out;
    LadderRule ladder;
    Creditor creditor;
    DunningRules rules;
    Debtor *debtor;
    TaskNumbers numbers;
    Date day; /* open */
    MailServer server;
    int64_t version;
    Sending sendings[DESK_SENDINGS_MAX]; /* no answer of the mail server yet */
    int sending_count;
} Play;

/* ---- a debtor in memory, as the store keeps it */

static void forget_items(Debtor *debtor) {
    int kept = 0;
    for (int i = 0; i < debtor->item_count; i++) {
        if (!money_is_zero(debtor->items[i].open)) {
            debtor->items[kept++] = debtor->items[i];
        }
    }
    debtor->item_count = kept;
}

static void forget_pauses(Debtor *debtor) {
    int kept = 0;
    for (int i = 0; i < debtor->pause_count; i++) {
        if (!debtor->pauses[i].over) {
            debtor->pauses[kept++] = debtor->pauses[i];
        }
    }
    debtor->pause_count = kept;
}

static void forget_holds(Debtor *debtor) {
    int kept = 0;
    for (int i = 0; i < debtor->hold_count; i++) {
        if (!debtor->holds[i].cleared) {
            debtor->holds[kept++] = debtor->holds[i];
        }
    }
    debtor->hold_count = kept;
}

static Desk desk_of(Play *play) {
    return (Desk){.arena = play->arena,
                  .debtor = play->debtor,
                  .day = play->day,
                  .guidance = rules_guide(&play->rules, play->debtor->account.creditor, play->day),
                  .numbers = &play->numbers};
}

/* `said_on`: printed in front of what is said; DATE_NONE: nothing is. */
static void give(Play *play, const DunningInput *input, Date said_on) {
    Desk desk = desk_of(play);
    decide(&desk, input);
    if (input->kind != DUNNING_CREDIT) {
        decide_visit(&desk, input);
    }
    forget_items(play->debtor);
    forget_pauses(play->debtor);
    forget_holds(play->debtor);
    for (int i = 0; i < desk.fact_count; i++) {
        print_fact(play->out, &desk.facts[i], said_on);
    }
    for (int i = 0; i < desk.sending_count; i++) {
        play->sendings[play->sending_count++] = desk.sendings[i];
    }
}

/* ---- the mail server */

static DunningInput answer_of(MailServer server, const Sending *sending) {
    DunningInput input = {.kind = DUNNING_OUTCOME};
    input.attempted.reminder = sending->reminder;
    input.attempted.attempt = sending->attempt;
    input.attempted.event = server == SERVER_TAKES    ? REMINDER_WAS_DONE
                            : server == SERVER_BREAKS ? REMINDER_IS_UNCERTAIN
                                                      : REMINDER_WAS_REFUSED;
    input.attempted.gave_up = server == SERVER_DEFERS;
    input.attempted.sentence = server == SERVER_REFUSES  ? S("the mail server answered 550")
                               : server == SERVER_DEFERS ? S("the mail server answered 451")
                                                         : S("");
    return input;
}

static void serve_mails(Play *play, Date said_on) {
    int count = play->server == SERVER_WAITS ? 0 : play->sending_count;
    for (int i = 0; i < count; i++) {
        DunningInput answer = answer_of(play->server, &play->sendings[i]);
        give(play, &answer, said_on);
    }
    play->sending_count = 0;
}

/* ---- the end of days */

/* Whether the end of the day has something to do, by the table alone. */
static bool is_day_of_action(Play *play) {
    Guidance guidance = rules_guide(&play->rules, play->debtor->account.creditor, play->day);
    for (int i = 0; i < play->debtor->dunning_count; i++) {
        const Dunning *dunning = &play->debtor->dunnings[i];
        Pursuit pursuit = pursuit_of(play->debtor, dunning, guidance, play->day);
        DunningFacts facts = pursuit_facts(&pursuit, play->day);
        DunningStep step = dunning_step(dunning->state, &facts);
        bool said = step.action == DUNNING_CALLS_PERSON && dunning->state == DUNNING_PERSON &&
                    dunning->person == facts.person;
        if (step.action != DUNNING_WAITS && !said) {
            return true;
        }
    }
    return false;
}

static bool close_day(Play *play, Err *err) {
    const Debtor *debtor = play->debtor;
    bool visited =
        !date_is_none(debtor->visit_on) && date_compare(debtor->visit_on, play->day) <= 0;
    Str day = date_print(play->arena, play->day);
    if (!visited && is_day_of_action(play)) {
        return err_set(err, VERDICT_STOP, "SCRIPT", "%.*s: nobody looks at what is to be done",
                       STR_ARGS(day));
    }
    if (visited) {
        give(play, &(DunningInput){.kind = DUNNING_DAY_END}, play->day);
    }
    if (!date_is_none(debtor->visit_on) && date_compare(debtor->visit_on, play->day) <= 0) {
        return err_set(err, VERDICT_STOP, "SCRIPT", "%.*s: the visit leaves the day due",
                       STR_ARGS(day));
    }
    play->day = date_add(play->day, 1);
    serve_mails(play, play->day);
    return true;
}

static bool close_days(Play *play, Date last, Err *err) {
    CHECK(date_days_between(play->day, last) < CLOSES_MAX);
    while (date_compare(play->day, last) <= 0) {
        if (!close_day(play, err)) {
            return false;
        }
    }
    return true;
}

/* ---- lines */

/* What the ledger would say is open then. */
static bool complete_invoice(Play *play, ScriptLine *line, Err *err) {
    InvoiceNews *news = &line->input.invoice;
    const Item *item = debtor_find_item(play->debtor, news->key);
    if (item == NULL) {
        return err_set(err, VERDICT_STOP, "SCRIPT", "nothing is open on that invoice");
    }
    bool all = line->verb == SCRIPT_WRITTEN_OFF && money_is_zero(news->amount);
    news->amount = all ? item->open : news->amount;
    return money_subtract(item->open, news->amount, &news->open) ||
           err_set(err, VERDICT_STOP, "SCRIPT", "the amount does not fit");
}

static void complete(Play *play, ScriptLine *line) {
    if (line->verb == SCRIPT_BAND) {
        line->input.credit.epoch = 1;
        line->input.credit.version = ++play->version;
        line->input.credit.day = line->day;
    }
    if (line->input.kind == DUNNING_OUTCOME) {
        const Reminder *reminder =
            debtor_find_reminder(play->debtor, line->input.attempted.reminder);
        CHECK(reminder != NULL);
        line->input.attempted.attempt = reminder->attempt;
    }
}

static bool play_line(Play *play, ScriptLine *line, Err *err) {
    switch (line->verb) {
    case SCRIPT_CLOSE:
        return close_days(play, line->day, err);
    case SCRIPT_REVISIT:
        play->debtor->visit_on = play->day;
        return true;
    case SCRIPT_SHOW:
        print_debtor(play->out, play->debtor, play->day);
        return true;
    case SCRIPT_MAIL_SERVER:
        play->server = line->server;
        return true;
    case SCRIPT_PAID:
    case SCRIPT_APPLIED:
    case SCRIPT_WRITTEN_OFF:
        if (!complete_invoice(play, line, err)) {
            return false;
        }
        break;
    case SCRIPT_INPUT:
    case SCRIPT_BAND:
        complete(play, line);
        break;
    }
    if (line->verb == SCRIPT_PAID) {
        DunningInput money = line->input;
        money.kind = DUNNING_CREDITED;
        give(play, &money, DATE_NONE);
    }
    give(play, &line->input, DATE_NONE);
    serve_mails(play, DATE_NONE);
    return true;
}

static bool play_event(void *self, Str text, Err *err) {
    Play *play = self;
    ScriptLine line;
    if (!script_line_parse(text, play->arena, &line, err)) {
        return false;
    }
    play->day = date_is_none(play->day) ? line.day : play->day;
    if (line.verb != SCRIPT_CLOSE && date_compare(line.day, play->day) != 0) {
        Str open = date_print(play->arena, play->day);
        return err_set(err, VERDICT_STOP, "SCRIPT", "the open day is %.*s", STR_ARGS(open));
    }
    str_addf(play->out, "%.*s\n", STR_ARGS(text));
    return play_line(play, &line, err);
}

static void play_account(Play *play, Account account) {
    play->debtor = ARENA_NEW(play->arena, Debtor);
    *play->debtor = (Debtor){.arena = play->arena,
                             .task = TASK,
                             .account = account,
                             .extent = DEBTOR_WHOLE,
                             .visit_on = DATE_NONE,
                             .credit = {.day = DATE_NONE},
                             .credit_before = {.day = DATE_NONE}};
    play->day = DATE_NONE;
    play->server = SERVER_TAKES;
    play->sending_count = 0;
}

static void play_remark(void *self, Str text) {
    Account account;
    if (str_starts_with(text, S("account "))) {
        CHECK(account_parse(str_trim(str_slice(text, 8, text.len)), &account));
        play_account(self, account);
    }
}

static void *play_start(GoldenScript *script, Err *err) {
    Play *play = ARENA_NEW(&script->arena, Play);
    play->arena = &script->arena;
    play->out = &script->out;
    Str ladder = file_read(play->arena, "policies/ladder/standard.yaml");
    Str creditor = file_read(play->arena, "policies/creditor/acme.yaml");
    if (!ladder_parse(ladder, play->arena, &play->ladder.ladder, err) ||
        !creditor_parse(creditor, play->arena, &play->creditor, err)) {
        return NULL;
    }
    play->rules = (DunningRules){.ladders = &play->ladder,
                                 .ladder_count = 1,
                                 .creditors = &play->creditor,
                                 .creditor_count = 1};
    play_account(play, (Account){S("acme"), S("C-1")});
    return play;
}

int main(int argc, char **argv) {
    static const GoldenPlayer player = {
        .start = play_start, .event = play_event, .remark = play_remark};
    return golden_main(argc, argv, &player);
}
