#include "tests/golden/dunning/scripts/script.h"

#include "base/attr.h"
#include "base/check.h"
#include "dunning/core/fact.h"
#include "tests/harness/item.h"

/* The words of a line, from left to right, with the first fault remembered. */
typedef struct Words {
    Arena *arena;
    Str rest;
    const char *fault;
} Words;

static Str word_take(Words *words) {
    StrCut cut = str_cut(words->rest, ' ');
    words->rest = str_trim(cut.tail);
    if (str_is_empty(cut.head) && words->fault == NULL) {
        words->fault = "a word is missing";
    }
    return cut.head;
}

static void keyword_take(Words *words, const char *keyword) {
    if (!str_equals(word_take(words), str_of(keyword))) {
        words->fault = keyword;
    }
}

static Date date_take(Words *words) {
    Date date = DATE_NONE;
    if (!date_parse(word_take(words), &date)) {
        words->fault = "a day YYYY-MM-DD is wanted";
    }
    return date;
}

static Money money_take(Words *words) {
    Str amount = word_take(words);
    Currency currency = {0};
    Money money = {0};
    if (!currency_find(word_take(words), &currency) || !money_parse(amount, currency, &money)) {
        words->fault = "an amount and its currency are wanted";
    }
    return money;
}

/* ---- the ledger */

static ItemKey key_take(Words *words) {
    ItemKey key = {0};
    if (!item_parse(word_take(words), &key)) {
        words->fault = "INVOICE, INVOICE/INSTALMENT or INVOICE+CHARGE/NUMBER is wanted";
    }
    return key;
}

static void read_parts(Words *words, InvoiceNews *news) {
    InstalmentNews *parts = ARENA_ARRAY(words->arena, InstalmentNews, ITEM_INSTALMENTS_MAX);
    news->instalments = parts;
    while (!str_is_empty(words->rest) && news->instalment_count < ITEM_INSTALMENTS_MAX) {
        InstalmentNews *part = &parts[news->instalment_count++];
        part->amount = money_take(words);
        part->due_on = date_take(words);
    }
    news->open = parts[0].amount; /* its currency */
    news->due_on = parts[0].due_on;
}

static void read_invoice(Words *words, ScriptLine *line) {
    InvoiceNews *news = &line->input.invoice;
    line->input.kind = DUNNING_POSTED;
    news->key = key_take(words);
    if (str_starts_with(words->rest, S("parts "))) {
        keyword_take(words, "parts");
        read_parts(words, news);
        return;
    }
    news->open = money_take(words);
    keyword_take(words, "due");
    news->due_on = date_take(words);
}

static void read_reopened(Words *words, ScriptLine *line) {
    read_invoice(words, line);
    line->input.kind = DUNNING_REOPENED;
}

static void read_extended(Words *words, ScriptLine *line) {
    line->input.kind = DUNNING_DUE_CHANGED;
    line->input.invoice.key = key_take(words);
    keyword_take(words, "to");
    line->input.invoice.due_on = date_take(words);
}

static void read_spent(Words *words, ScriptLine *line) {
    line->input.kind = DUNNING_SPENT;
    line->input.invoice.amount = money_take(words);
}

static void read_pause(Words *words, ScriptLine *line) {
    PauseNews *news = &line->input.pause;
    line->input.kind = DUNNING_PAUSED;
    news->number = word_take(words);
    keyword_take(words, "of");
    news->invoice = word_take(words);
    keyword_take(words, "from");
    news->starts_on = date_take(words);
    news->ends_on = DATE_NONE;
    if (!str_is_empty(words->rest)) {
        keyword_take(words, "to");
        news->ends_on = date_take(words);
    }
}

static void read_resume(Words *words, ScriptLine *line) {
    line->input.kind = DUNNING_PAUSE_ENDED;
    line->input.pause.number = word_take(words);
    keyword_take(words, "on");
    line->input.pause.ends_on = date_take(words);
}

static void read_money(Words *words, ScriptLine *line) {
    line->input.kind = DUNNING_CREDITED;
    line->input.invoice.amount = money_take(words);
}

static void read_applied(Words *words, ScriptLine *line) {
    line->verb = SCRIPT_APPLIED;
    line->input.kind = DUNNING_ALLOCATED;
    line->input.invoice.key = key_take(words);
    line->input.invoice.amount = money_take(words);
}

static void read_paid(Words *words, ScriptLine *line) {
    read_applied(words, line);
    line->verb = SCRIPT_PAID;
}

static void read_reduced(Words *words, ScriptLine *line) {
    read_applied(words, line);
    line->input.kind = DUNNING_REDUCED;
}

static void read_cancelled(Words *words, ScriptLine *line) {
    line->input.kind = DUNNING_CANCELLED;
    line->input.invoice.key = key_take(words);
}

static void read_written_off(Words *words, ScriptLine *line) {
    line->verb = SCRIPT_WRITTEN_OFF;
    line->input.kind = DUNNING_WRITTEN_OFF;
    line->input.invoice.key = key_take(words);
    keyword_take(words, "by");
    line->input.invoice.request = word_take(words);
    if (!str_is_empty(words->rest)) {
        line->input.invoice.amount = money_take(words);
    }
}

/* One record that cannot be read is enough for every script. */
static const Held HELD = {.topic = {"t.v1", 4}, .partition = 1, .offset = 17};

static void read_held(Words *words, ScriptLine *line) {
    (void)words;
    line->input.kind = DUNNING_HELD_HERE;
    line->input.held = HELD;
}

static void read_cleared(Words *words, ScriptLine *line) {
    (void)words;
    line->input.kind = DUNNING_HOLD_CLEARED;
    line->input.held = HELD;
}

/* ---- contacts and credit */

static void read_contact(Words *words, ScriptLine *line) {
    Contact *contact = &line->input.contact;
    line->input.kind = DUNNING_CONTACT;
    contact->hash = str_format(words->arena, "hash of %.*s", STR_ARGS(words->rest));
    contact->mail = word_take(words);
    contact->mail = str_equals(contact->mail, S("-")) ? S("") : contact->mail;
    contact->name = words->rest;
    words->rest = S("");
}

static void read_erased(Words *words, ScriptLine *line) {
    (void)words;
    line->input.kind = DUNNING_CONTACT;
}

static void read_band(Words *words, ScriptLine *line) {
    int64_t score = 0;
    line->verb = SCRIPT_BAND;
    line->input.kind = DUNNING_CREDIT;
    line->input.credit.band = band_find(word_take(words));
    if (!str_parse_i64(word_take(words), &score)) {
        words->fault = "a score is wanted";
    }
    line->input.credit.score = (int32_t)score;
}

/* ---- the mail server */

static void read_server(Words *words, ScriptLine *line) {
    static const char *const names[] = {"waits", "takes", "refuses", "defers", "breaks"};
    Str name = word_take(words);
    line->verb = SCRIPT_MAIL_SERVER;
    for (ptrdiff_t i = 0; i < COUNT_OF(names); i++) {
        if (str_equals(name, str_of(names[i]))) {
            line->server = (MailServer)i;
            return;
        }
    }
    words->fault = "waits, takes, refuses, defers or breaks is wanted";
}

static void read_outcome(Words *words, ScriptLine *line, ReminderEvent event) {
    line->input.kind = DUNNING_OUTCOME;
    line->input.attempted = (Attempted){.reminder = word_take(words), .event = event};
}

static void read_sent(Words *words, ScriptLine *line) {
    read_outcome(words, line, REMINDER_WAS_DONE);
}

static void read_refused(Words *words, ScriptLine *line) {
    read_outcome(words, line, REMINDER_WAS_REFUSED);
    line->input.attempted.sentence = S("the mail server answered 550");
}

static void read_gave_up(Words *words, ScriptLine *line) {
    read_outcome(words, line, REMINDER_WAS_REFUSED);
    line->input.attempted.gave_up = true;
    line->input.attempted.sentence = S("the mail server answered 451");
}

static void read_uncertain(Words *words, ScriptLine *line) {
    read_outcome(words, line, REMINDER_IS_UNCERTAIN);
}

static void read_withdrawn(Words *words, ScriptLine *line) {
    static const char *const whys[] = {
        [WITHDRAWN_FACTS_CHANGED] = "changed",
        [WITHDRAWN_ON_HOLD] = "held",
        [WITHDRAWN_CONTACT_CHANGED] = "contact",
    };
    read_outcome(words, line, REMINDER_WAS_WITHDRAWN);
    Str why = word_take(words);
    for (int32_t i = WITHDRAWN_FACTS_CHANGED; i < (int32_t)COUNT_OF(whys); i++) {
        if (str_equals(why, str_of(whys[i]))) {
            line->input.attempted.code = i;
            return;
        }
    }
    words->fault = "changed, held or contact is wanted";
}

/* ---- persons */

static void read_word(Words *words, ScriptLine *line, DunningInputKind kind) {
    line->input.kind = kind;
    line->input.word.number = S("S-1");
    line->input.word.reminder = word_take(words);
    keyword_take(words, "by");
    line->input.word.actor = word_take(words);
    line->input.word.reason = S("looked into");
}

static void read_says_sent(Words *words, ScriptLine *line) {
    read_word(words, line, DUNNING_SETTLED);
    line->input.word.went_out = true;
}

static void read_says_not_sent(Words *words, ScriptLine *line) {
    read_word(words, line, DUNNING_SETTLED);
}

static void read_resend(Words *words, ScriptLine *line) {
    read_word(words, line, DUNNING_RESEND);
}

/* "INV-1 50.00 EUR INV-2 30.00 EUR" */
static void parts_take(Words *words, Proposal *proposal) {
    enum { PARTS_MAX = 8 };
    ProposedPart *parts = ARENA_ARRAY(words->arena, ProposedPart, PARTS_MAX);
    proposal->parts = parts;
    while (!str_is_empty(words->rest) || proposal->part_count == 0) {
        CHECK(proposal->part_count < PARTS_MAX);
        ProposedPart *part = &parts[proposal->part_count++];
        part->item = key_take(words);
        part->amount = money_take(words);
    }
}

static void read_propose(Words *words, ScriptLine *line) {
    enum { INVOICES_MAX = 8 };
    Str *invoices = ARENA_ARRAY(words->arena, Str, INVOICES_MAX);
    Proposal *proposal = &line->input.proposal;
    line->input.kind = DUNNING_PROPOSED;
    proposal->number = word_take(words);
    keyword_take(words, "by");
    proposal->actor = word_take(words);
    proposal->act = ACT_WRITE_OFF;
    proposal->code = WRITE_OFF_INSOLVENT;
    proposal->reason = S("the customer is insolvent");
    if (str_starts_with(words->rest, S("parts "))) {
        keyword_take(words, "parts");
        parts_take(words, proposal);
        return;
    }
    proposal->invoices = invoices;
    while (!str_is_empty(words->rest) || proposal->invoice_count == 0) {
        CHECK(proposal->invoice_count < INVOICES_MAX);
        invoices[proposal->invoice_count++] = word_take(words);
    }
}

static void read_waive(Words *words, ScriptLine *line) {
    read_propose(words, line);
    line->input.proposal.act = ACT_WAIVER;
    line->input.proposal.code = WRITE_OFF_NOT_SAID;
    line->input.proposal.reason = S("goodwill");
}

static void read_news(Words *words, ScriptLine *line, RequestState state) {
    line->input.kind = DUNNING_REQUEST_NEWS;
    line->input.request = (RequestNews){.request = word_take(words), .state = state};
    if (str_equals(words->rest, S("waiver"))) {
        keyword_take(words, "waiver");
        line->input.request.act = ACT_WAIVER;
    }
}

static void read_approved(Words *words, ScriptLine *line) {
    read_news(words, line, REQUEST_APPROVED);
}

static void read_rejected(Words *words, ScriptLine *line) {
    read_news(words, line, REQUEST_REJECTED);
}

static void read_not_posted(Words *words, ScriptLine *line) {
    read_news(words, line, REQUEST_REFUSED);
}

/* ---- the line */

static void read_close(Words *words, ScriptLine *line) {
    (void)words;
    line->verb = SCRIPT_CLOSE;
}

static void read_revisit(Words *words, ScriptLine *line) {
    (void)words;
    line->verb = SCRIPT_REVISIT;
}

static void read_show(Words *words, ScriptLine *line) {
    (void)words;
    line->verb = SCRIPT_SHOW;
}

typedef struct VerbRow {
    const char *verb;
    void (*read)(Words *words, ScriptLine *line);
} VerbRow;

static const VerbRow VERBS[] = {
    {"invoice", read_invoice},
    {"paid", read_paid},
    {"money", read_money},
    {"applied", read_applied},
    {"reduced", read_reduced},
    {"reopened", read_reopened},
    {"extended", read_extended},
    {"spent", read_spent},
    {"pause", read_pause},
    {"resume", read_resume},
    {"cancelled", read_cancelled},
    {"written-off", read_written_off},
    {"held", read_held},
    {"cleared", read_cleared},
    {"contact", read_contact},
    {"erased", read_erased},
    {"band", read_band},
    {"mail-server", read_server},
    {"sent", read_sent},
    {"refused", read_refused},
    {"gave-up", read_gave_up},
    {"uncertain", read_uncertain},
    {"withdrawn", read_withdrawn},
    {"says-sent", read_says_sent},
    {"says-not-sent", read_says_not_sent},
    {"resend", read_resend},
    {"propose", read_propose},
    {"waive", read_waive},
    {"approved", read_approved},
    {"rejected", read_rejected},
    {"not-posted", read_not_posted},
    {"close", read_close},
    {"revisit", read_revisit},
    {"show", read_show},
};

bool script_line_parse(Str text, Arena *arena, ScriptLine *line, Err *err) {
    Words words = {.arena = arena, .rest = str_trim(str_copy(arena, text))};
    *line = (ScriptLine){.day = date_take(&words)};
    Str verb = word_take(&words);
    const VerbRow *row = NULL;
    for (ptrdiff_t i = 0; i < COUNT_OF(VERBS); i++) {
        row = str_equals(verb, str_of(VERBS[i].verb)) ? &VERBS[i] : row;
    }
    if (row == NULL) {
        return err_set(err, VERDICT_STOP, "SCRIPT", "\"%.*s\" is no verb", STR_ARGS(verb));
    }
    row->read(&words, line);
    if (!str_is_empty(words.rest)) {
        words.fault = "words are left over";
    }
    return words.fault == NULL || err_set(err, VERDICT_STOP, "SCRIPT", "%s", words.fault);
}
