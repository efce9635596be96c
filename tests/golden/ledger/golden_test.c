/* Golden scripts of the ledger: days and events in, journal entries and facts out, compared with
 * what the file says.
 *
 * A line that begins with a day or "customer" goes in (script.h); the rest of a script, and how to
 * accept what comes out: tests/harness/golden.h. */
#include "tests/harness/golden.h"

#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "ledger/core/terms.h"
#include "tests/golden/ledger/fees.h"
#include "tests/golden/ledger/memory.h"
#include "tests/golden/ledger/script.h"
#include "tests/harness/file.h"
#include "tests/harness/item.h"

enum { CURRENCIES_MAX = 4, SENTENCE_WIDTH = 90 };

/* Control accounts hold more than one customer's 64 bits. */
__extension__ typedef __int128 Balance;

/* One script being played. */
typedef struct Play {
    Arena *arena;
    Memory memory;
    StrBuilder *out;
    Account account;
    bool several; /* customers: their keys are worth printing */
    bool stopped; /* what was moved stays on its way */
    Date ended;   /* day whose end is being played; DATE_NONE: an event */
    Currency currencies[CURRENCIES_MAX];
    int currency_count;
    Balance balances[CURRENCIES_MAX][GL_ACCOUNT_COUNT];
} Play;

/* ---- what comes out */

static void print_entry(Play *play, const Entry *entry) {
    Currency currency = entry->amount.currency;
    Str plus = money_print_plain(play->arena, entry->amount);
    Str minus = money_print_plain(play->arena, money_of(-entry->amount.minor, currency));
    bool about_item = !str_is_empty(entry->item.number);
    Str document = about_item ? item_short(play->arena, entry->item) : entry->credit_number;
    bool both = about_item && !str_is_empty(entry->credit_number);
    Str other = both ? entry->credit_number : entry->document;
    str_addf(play->out, "    %2" PRId64 "  %-12s +%-9.*s  %-13s %-10.*s %s  %-8.*s %-6.*s ", //
             entry->number, gl_name(entry->debit), STR_ARGS(plus), gl_name(entry->credit),
             STR_ARGS(minus), currency.code, STR_ARGS(document), STR_ARGS(other));
    enum { OTHER_WIDTH = 7 };
    str_add(play->out, other.len > OTHER_WIDTH ? S(" ") : (Str){0});
    Str effective = date_print(play->arena, entry->effective_on);
    Str recorded = date_print(play->arena, entry->recorded_on);
    str_addf(play->out, "effective %.*s  recorded %.*s\n", STR_ARGS(effective), STR_ARGS(recorded));
}

static void add_day(Play *play, const char *word, Date day) {
    Str text = date_print(play->arena, day);
    str_addf(play->out, "  %s %.*s", word, STR_ARGS(text));
}

static void add_money(Play *play, const char *word, Money money) {
    Str text = money_print(play->arena, money);
    str_addf(play->out, "  %s%s%.*s", word, word[0] == '\0' ? "" : " ", STR_ARGS(text));
}

/* Sentences are broken into lines of a readable width. */
static void add_sentence(Play *play, Str sentence) {
    ptrdiff_t width = SENTENCE_WIDTH;
    while (!str_is_empty(sentence)) {
        Str word = str_cut(sentence, ' ').head;
        if (width + word.len + 1 > SENTENCE_WIDTH) {
            str_add(play->out, S("\n           "));
            width = 0;
        }
        str_addf(play->out, " %.*s", STR_ARGS(word));
        width += word.len + 1;
        sentence = str_cut(sentence, ' ').tail;
    }
}

static void print_posted(Play *play, const Fact *fact) {
    str_addf(play->out, "InvoicePosted    %.*s", STR_ARGS(fact->posted.number));
    add_money(play, "", fact->posted.amount);
    add_day(play, "due", fact->posted.due_on);
    for (int i = 0; i < fact->posted.instalment_count; i++) {
        const Instalment *part = &fact->posted.instalments[i];
        str_addf(play->out, "\n            %d", i + 1);
        add_money(play, "", part->amount);
        add_day(play, "due", part->due_on);
    }
}

static void print_credit(Play *play, const Fact *fact) {
    str_addf(play->out, "CreditPosted     %s %.*s", credit_kind_name(fact->credit.kind),
             STR_ARGS(fact->credit.number));
    add_money(play, "", fact->credit.amount);
    if (!str_is_empty(fact->credit.from)) {
        str_addf(play->out, "  from %.*s, there %.*s", STR_ARGS(fact->credit.from),
                 STR_ARGS(fact->credit.from_number));
    }
}

static void print_sent(Play *play, const Fact *fact) {
    str_addf(play->out, "MoneySent        %.*s of %.*s to %.*s", STR_ARGS(fact->sent.transfer),
             STR_ARGS(fact->sent.payment), STR_ARGS(fact->sent.to));
    add_money(play, "", fact->sent.amount);
    add_money(play, "unapplied", fact->sent.unapplied);
}

static void print_recalled(Play *play, const Fact *fact) {
    str_addf(play->out, "MoneyRecalled    %.*s of %.*s from %.*s by %.*s",
             STR_ARGS(fact->recalled.transfer), STR_ARGS(fact->recalled.payment),
             STR_ARGS(fact->recalled.from), STR_ARGS(fact->recalled.recall));
    add_money(play, "", fact->recalled.amount);
}

static void print_allocated(Play *play, const Fact *fact) {
    Str item = item_short(play->arena, fact->allocated.item);
    str_addf(play->out, "Allocated        %.*s to %.*s", STR_ARGS(fact->allocated.number),
             STR_ARGS(item));
    add_money(play, "", fact->allocated.amount);
    add_money(play, "open", fact->allocated.open);
    add_money(play, "unapplied", fact->allocated.unapplied);
}

static void print_settled(Play *play, const Fact *fact) {
    Str item = item_short(play->arena, fact->settled.item);
    str_addf(play->out, "InvoiceSettled   %.*s", STR_ARGS(item));
    add_day(play, "on", fact->settled.settled_on);
    str_addf(play->out, "  days late %" PRId32, fact->settled.days_late);
}

static void print_reversed(Play *play, const Fact *fact) {
    str_addf(play->out, "InvoiceReversed  %.*s by %.*s", STR_ARGS(fact->reversed.number),
             STR_ARGS(fact->reversed.cancellation));
    add_money(play, "", fact->reversed.amount);
}

static void print_entered(Play *play, const Fact *fact) {
    Str item = item_short(play->arena, fact->entered.item);
    str_addf(play->out, "BucketEntered    %.*s  %.*s  days past due %" PRId32, STR_ARGS(item),
             STR_ARGS(fact->entered.bucket), fact->entered.days_past_due);
    add_money(play, "open", fact->entered.open);
}

static void print_written_off(Play *play, const Fact *fact) {
    Str item = item_short(play->arena, fact->written_off.item);
    str_addf(play->out, "WrittenOff       %.*s by %.*s", STR_ARGS(item),
             STR_ARGS(fact->written_off.request));
    add_money(play, "", fact->written_off.amount);
    if (!money_is_zero(fact->written_off.open)) {
        add_money(play, "open", fact->written_off.open);
    }
    if (fact->written_off.code != WRITE_OFF_NOT_SAID) {
        str_addf(play->out, "  %s", write_off_reason_name(fact->written_off.code));
    }
}

static void print_recovered(Play *play, const Fact *fact) {
    Str item = item_short(play->arena, fact->recovered.item);
    str_addf(play->out, "Recovered        %.*s by %.*s", STR_ARGS(item),
             STR_ARGS(fact->recovered.payment));
    add_money(play, "", fact->recovered.amount);
    add_money(play, "still written off", fact->recovered.written_off);
}

static void print_refused(Play *play, const Fact *fact) {
    str_addf(play->out, "InputRefused     %s %.*s  %s", fact->refused.kind,
             STR_ARGS(fact->refused.number), refused_name(fact->refused.reason));
    add_sentence(play, fact->refused.sentence);
}

static void print_write_off_refused(Play *play, const Fact *fact) {
    str_addf(play->out, "WriteOffRefused  %.*s  %s", STR_ARGS(fact->write_off_refused.request),
             refused_name(fact->write_off_refused.reason));
    add_sentence(play, fact->write_off_refused.sentence);
}

static void print_proposal(Play *play, const Fact *fact) {
    const char *what = fact->noted->proposal.act == ACT_WAIVER ? "waiver proposal" : "proposal";
    str_addf(play->out, "Noted            %s %.*s", what, STR_ARGS(fact->noted->document.number));
}

static void print_held(Play *play, const Fact *fact) {
    str_addf(play->out, "Held             %" PRId32 "/%" PRId64, fact->held.partition,
             fact->held.offset);
}

static void print_cleared(Play *play, const Fact *fact) {
    const ClearedHold *cleared = &fact->noted->cleared;
    str_addf(play->out, "Noted            hold cleared %" PRId32 "/%" PRId64, cleared->partition,
             cleared->offset);
    if (cleared->elsewhere) {
        str_addf(play->out, " of %.*s", STR_ARGS(cleared->topic));
    }
}

static void print_settlement(Play *play, const Fact *fact) {
    const ReminderWord *word = &fact->noted->reminder;
    str_addf(play->out, "Noted            settlement %.*s  %.*s %s",
             STR_ARGS(fact->noted->document.number), STR_ARGS(word->reminder),
             word->outcome == REMINDER_SENT ? "sent" : "not sent");
}

static void print_resend(Play *play, const Fact *fact) {
    str_addf(play->out, "Noted            resend %.*s  %.*s",
             STR_ARGS(fact->noted->document.number), STR_ARGS(fact->noted->reminder.reminder));
}

static void print_reminder(Play *play, const Fact *fact) {
    const ReminderStep *step = &fact->noted->step;
    str_addf(play->out, "Noted            reminder %.*s %s", STR_ARGS(step->reminder),
             reminder_news_name(step->news));
}

static void print_request(Play *play, const Fact *fact) {
    const RequestNotice *notice = &fact->noted->request;
    str_addf(play->out, "Noted            request %.*s %s", STR_ARGS(notice->request),
             notice->over ? "rejected" : "received");
}

static void print_charge(Play *play, const Fact *fact) {
    Str item = item_short(play->arena, fact->charge.item);
    bool by_regime = str_is_empty(fact->charge.number);
    str_addf(play->out, "ChargePosted     %.*s by %.*s", STR_ARGS(item),
             STR_ARGS(by_regime ? fact->charge.regime : fact->charge.number));
    add_money(play, "", fact->charge.amount);
    add_day(play, "due", fact->charge.due_on);
    if (!date_is_none(fact->charge.accrued_until)) {
        add_day(play, "accrued until", fact->charge.accrued_until);
    }
}

static void print_accrued(Play *play, const Fact *fact) {
    Str item = item_short(play->arena, fact->accrued.item);
    str_addf(play->out, "InterestAccrued  %.*s by %.*s", STR_ARGS(item),
             STR_ARGS(fact->accrued.regime));
    add_money(play, "", fact->accrued.amount);
    add_money(play, "posted", fact->accrued.posted);
    add_day(play, "until", fact->accrued.until);
}

static void print_forgiven(Play *play, const Fact *fact) {
    Str item = item_short(play->arena, fact->forgiven.item);
    str_addf(play->out, "%-16s %.*s with %.*s",
             fact->kind == FACT_DISCOUNT_GRANTED ? "DiscountGranted" : "ToleranceUsed",
             STR_ARGS(item), STR_ARGS(fact->forgiven.payment));
    add_money(play, "", fact->forgiven.amount);
    add_money(play, "open", fact->forgiven.open);
}

static void print_payment_reversed(Play *play, const Fact *fact) {
    str_addf(play->out, "PaymentReversed  %.*s by %.*s", STR_ARGS(fact->payment_reversed.payment),
             STR_ARGS(fact->payment_reversed.number));
    add_money(play, "", fact->payment_reversed.amount);
    str_add(play->out, fact->payment_reversed.recalled ? S("  called back") : (Str){0});
}

static void print_reopened(Play *play, const Fact *fact) {
    Str item = item_short(play->arena, fact->reopened.item);
    str_addf(play->out, "AllocationReversed %.*s of %.*s", STR_ARGS(item),
             STR_ARGS(fact->reopened.number));
    add_money(play, "", fact->reopened.amount);
    add_money(play, "open", fact->reopened.open);
    add_day(play, "due", fact->reopened.due_on);
}

static void print_recovery_reversed(Play *play, const Fact *fact) {
    Str item = item_short(play->arena, fact->recovered.item);
    str_addf(play->out, "RecoveryReversed %.*s of %.*s", STR_ARGS(item),
             STR_ARGS(fact->recovered.payment));
    add_money(play, "", fact->recovered.amount);
    add_money(play, "written off", fact->recovered.written_off);
}

static void print_refunded(Play *play, const Fact *fact) {
    str_addf(play->out, "Refunded         %.*s", STR_ARGS(fact->refunded.number));
    add_money(play, "", fact->refunded.amount);
}

static void print_extended(Play *play, const Fact *fact) {
    Str item = item_short(play->arena, fact->extended.item);
    str_addf(play->out, "DueDateExtended  %.*s by %.*s", STR_ARGS(item),
             STR_ARGS(fact->extended.number));
    add_day(play, "due", fact->extended.due_on);
    add_day(play, "first due", fact->extended.first_due_on);
}

static void print_pause(Play *play, const Fact *fact) {
    str_addf(play->out, "Noted            pause %.*s of %.*s",
             STR_ARGS(fact->noted->document.number), STR_ARGS(fact->noted->invoices[0]));
}

static void print_pause_end(Play *play, const Fact *fact) {
    str_addf(play->out, "Noted            end of pause %.*s",
             STR_ARGS(fact->noted->pause_end.pause));
}

static void print_milestone(Play *play, const Fact *fact) {
    str_addf(play->out, "Noted            %.*s %s", STR_ARGS(fact->noted->invoices[0]),
             milestone_name(fact->noted->milestone.reached));
    add_day(play, "on", fact->noted->milestone.on);
}

static void print_reduced(Play *play, const Fact *fact) {
    static const char *const kinds[REDUCTION_KIND_COUNT] = {
        "", "concession", "return", "collateral", "sale", "restructured", "corrected", "waived"};
    Str item = item_short(play->arena, fact->reduced.item);
    str_addf(play->out, "DebtReduced      %.*s by %.*s  %s", STR_ARGS(item),
             STR_ARGS(fact->reduced.number), kinds[fact->reduced.kind]);
    add_money(play, "", fact->reduced.amount);
    add_money(play, "open", fact->reduced.open);
}

static void print_assignment(Play *play, const Fact *fact) {
    const AssignmentSaid *said = &fact->assignment;
    Str item = item_short(play->arena, said->item);
    bool pending = fact->kind == FACT_ASSIGNMENT_PENDING;
    str_addf(play->out, "%s %.*s by %.*s", pending ? "AssignmentPending" : "AssignmentDropped",
             STR_ARGS(item), STR_ARGS(said->number));
    add_day(play, "on", said->settles_on);
    if (pending) {
        add_money(play, "open", said->open);
        add_money(play, "price", said->price);
    } else {
        str_addf(play->out, "  %s", said->why);
    }
}

static void print_restored(Play *play, const Fact *fact) {
    Str item = item_short(play->arena, fact->restored.item);
    str_addf(play->out, "DebtRestored     %.*s by %.*s  %s", STR_ARGS(item),
             STR_ARGS(fact->restored.number),
             fact->restored.kind == RESTORED_BOUGHT_BACK ? "bought back" : "reinstated");
    add_money(play, "", fact->restored.amount);
    add_money(play, "open", fact->restored.open);
    add_money(play, "written off", fact->restored.written_off);
}

static void print_statement(Play *play, const Fact *fact) {
    const StatementDue *due = &fact->statement;
    str_addf(play->out, "StatementDue     %.*s", STR_ARGS(due->number));
    add_day(play, "as of", due->as_of);
    for (int i = 0; i < due->balance_count; i++) {
        str_addf(play->out, "\n            %" PRId32 " lines", due->balances[i].items);
        add_money(play, "open", due->balances[i].open);
        add_money(play, "unapplied", due->balances[i].unapplied);
        add_money(play, "balance", statement_balance(&due->balances[i]));
    }
}

static void print_answered(Play *play, const Fact *fact) {
    const LedgerInput *input = fact->answered.input;
    const BalanceAnswer *answer = &input->answer;
    str_addf(play->out, "%-16s %.*s of %.*s",
             fact->kind == FACT_BALANCE_AGREED ? "BalanceAgreed" : "BalanceDisputed",
             STR_ARGS(input->document.number), STR_ARGS(answer->statement));
    add_day(play, "as of", fact->answered.as_of);
    add_day(play, "on", answer->agreed_on);
    for (int i = 0; i < answer->balance_count; i++) {
        add_money(play, "", answer->balances[i]);
    }
    for (int i = 0; i < answer->line_count; i++) {
        Str item = item_short(play->arena, answer->lines[i].item);
        str_addf(play->out, "\n            %.*s", STR_ARGS(item));
        add_money(play, "acknowledged", answer->lines[i].acknowledged);
    }
}

static void (*const PRINTERS[FACT_KIND_COUNT])(Play *play, const Fact *fact) = {
    [FACT_INVOICE_POSTED] = print_posted,
    [FACT_CREDIT_POSTED] = print_credit,
    [FACT_ALLOCATED] = print_allocated,
    [FACT_INVOICE_SETTLED] = print_settled,
    [FACT_INVOICE_REVERSED] = print_reversed,
    [FACT_BUCKET_ENTERED] = print_entered,
    [FACT_WRITTEN_OFF] = print_written_off,
    [FACT_RECOVERED] = print_recovered,
    [FACT_INPUT_REFUSED] = print_refused,
    [FACT_WRITE_OFF_REFUSED] = print_write_off_refused,
    [FACT_PROPOSAL_NOTED] = print_proposal,
    [FACT_HELD] = print_held,
    [FACT_HOLD_CLEARED_NOTED] = print_cleared,
    [FACT_SETTLEMENT_NOTED] = print_settlement,
    [FACT_RESEND_NOTED] = print_resend,
    [FACT_REMINDER_NOTED] = print_reminder,
    [FACT_REQUEST_NOTED] = print_request,
    [FACT_CHARGE_POSTED] = print_charge,
    [FACT_INTEREST_ACCRUED] = print_accrued,
    [FACT_DISCOUNT_GRANTED] = print_forgiven,
    [FACT_TOLERANCE_USED] = print_forgiven,
    [FACT_PAYMENT_REVERSED] = print_payment_reversed,
    [FACT_ALLOCATION_REVERSED] = print_reopened,
    [FACT_RECOVERY_REVERSED] = print_recovery_reversed,
    [FACT_REFUNDED] = print_refunded,
    [FACT_DUE_DATE_EXTENDED] = print_extended,
    [FACT_PAUSE_NOTED] = print_pause,
    [FACT_PAUSE_END_NOTED] = print_pause_end,
    [FACT_MILESTONE_NOTED] = print_milestone,
    [FACT_DEBT_REDUCED] = print_reduced,
    [FACT_DEBT_RESTORED] = print_restored,
    [FACT_ASSIGNMENT_PENDING] = print_assignment,
    [FACT_ASSIGNMENT_DROPPED] = print_assignment,
    [FACT_MONEY_SENT] = print_sent,
    [FACT_MONEY_RECALLED] = print_recalled,
    [FACT_STATEMENT_DUE] = print_statement,
    [FACT_BALANCE_AGREED] = print_answered,
    [FACT_BALANCE_DISPUTED] = print_answered,
};

static Balance *balances_of(Play *play, Currency currency) {
    int i = 0;
    while (i < play->currency_count && !currency_equals(play->currencies[i], currency)) {
        i++;
    }
    CHECK(i < CURRENCIES_MAX);
    if (i == play->currency_count) {
        play->currencies[play->currency_count++] = currency;
    }
    return play->balances[i];
}

static void hear(void *self, const Desk *desk) {
    Play *play = self;
    const Book *book = desk->book;
    if (!date_is_none(play->ended) && desk->fact_count > 0) {
        add_day(play, "  end of", play->ended);
        str_addf(play->out, play->several ? "  %.*s\n" : "\n", STR_ARGS(book->account.customer));
    }
    if (!account_equals(book->account, play->account) && date_is_none(play->ended)) {
        str_addf(play->out, "    at %.*s\n", STR_ARGS(book->account.customer));
    }
    for (int i = 0; i < book->entry_count; i++) {
        print_entry(play, &book->entries[i]);
        const Entry *entry = &book->entries[i];
        balances_of(play, entry->amount.currency)[entry->debit] += entry->amount.minor;
        balances_of(play, entry->amount.currency)[entry->credit] -= entry->amount.minor;
    }
    for (int i = 0; i < desk->fact_count; i++) {
        str_add(play->out, S("        "));
        CHECK(PRINTERS[desk->facts[i].kind] != NULL);
        PRINTERS[desk->facts[i].kind](play, &desk->facts[i]);
        str_add(play->out, S("\n"));
    }
}

static void print_balances(Play *play) {
    for (int i = 0; i < play->currency_count; i++) {
        for (GlAccount account = GL_NONE + 1; account < GL_ACCOUNT_COUNT; account++) {
            Balance balance = play->balances[i][account];
            Money money = money_of((int64_t)balance, play->currencies[i]);
            CHECK(money.minor == balance);
            if (!money_is_zero(money)) {
                Str text = money_print(play->arena, money);
                str_addf(play->out, "        %-12s %14.*s\n", gl_name(account), STR_ARGS(text));
            }
        }
    }
}

/* What stands on the books: control accounts, then what is not settled of the customer. */
static void print_books(Play *play) {
    const Book *book = memory_book(&play->memory, play->account);
    print_balances(play);
    for (int i = 0; i < book->item_count; i++) {
        const Item *item = &book->items[i];
        bool given_up = item->state == ITEM_WRITTEN_OFF;
        if (given_up || item->state == ITEM_OPEN) {
            Str name = item_short(play->arena, item->key);
            str_addf(play->out, "        %.*s", STR_ARGS(name));
            add_money(play, given_up ? "written off" : "open",
                      given_up ? item->written_off : item->open);
            if (!given_up && !money_is_zero(item->written_off)) {
                add_money(play, "written off", item->written_off);
            }
            str_add(play->out, S("\n"));
        }
    }
    for (int i = 0; i < book->credit_count; i++) {
        const Credit *credit = &book->credits[i];
        if (!money_is_zero(credit->unapplied)) {
            str_addf(play->out, "        %.*s", STR_ARGS(credit->number));
            add_money(play, "unapplied", credit->unapplied);
            str_add(play->out, S("\n"));
        }
    }
}

static void print_clocks(Play *play) {
    const Memory *memory = &play->memory;
    const Book *book = memory_book(&play->memory, play->account);
    for (int i = 0; i < book->item_count; i++) {
        const Item *item = &book->items[i];
        if (item->state == ITEM_OPEN) {
            Str name = item_short(play->arena, item->key);
            int32_t late = date_days_between(item->due_on, memory->day);
            int32_t delinquent =
                days_delinquent(book, item, memory->keeping.grace_days, memory->day);
            str_addf(play->out,
                     "        %.*s  days past due %" PRId32 "  days delinquent %" PRId32 "\n",
                     STR_ARGS(name), late > 0 ? late : 0, delinquent);
        }
    }
}

/* ---- what goes in */

/* The one that the bookkeeping names, as shipped. */
static bool calendar_take(Play *play, Err *err) {
    Memory *memory = &play->memory;
    memory->calendar = NULL;
    if (str_is_empty(memory->keeping.calendar)) {
        return true;
    }
    Str path =
        str_format(play->arena, "policies/calendar/%.*s.yaml", STR_ARGS(memory->keeping.calendar));
    Calendar *calendar = ARENA_NEW(play->arena, Calendar);
    memory->calendar = calendar;
    return calendar_parse(file_read(play->arena, str_terminated(play->arena, path)), play->arena,
                          calendar, err);
}

static bool play_event(void *self, Str text, Err *err) {
    Play *play = self;
    ScriptLine line;
    if (!script_line_parse(text, play->arena, &line, err)) {
        return false;
    }
    Memory *memory = &play->memory;
    if (date_is_none(memory->day)) {
        memory->day = line.day;
    }
    while (date_compare(memory->day, line.day) < 0) {
        play->ended = memory->day;
        memory_end_day(memory, hear, play);
    }
    play->ended = DATE_NONE;
    str_addf(play->out, "%.*s\n", STR_ARGS(text));
    if (str_equals(line.verb, S("line"))) {
        play->stopped = str_equals(line.rest, S("stopped"));
    } else if (str_equals(line.verb, S("books"))) {
        print_books(play);
    } else if (str_equals(line.verb, S("clocks"))) {
        print_clocks(play);
    } else if (str_equals(line.verb, S("sealed"))) {
        memory->sealed_until = DATE_NONE;
        return str_equals(line.rest, S("none")) || date_parse(line.rest, &memory->sealed_until) ||
               err_set(err, VERDICT_STOP, "SCRIPT", "a day or \"none\" is wanted");
    } else if (str_equals(line.verb, S("aging"))) {
        memory->aging.from_invoice = str_equals(line.rest, S("from: invoice"));
    } else if (str_equals(line.verb, S("forget"))) {
        memory->book_count = 0;
        play->currency_count = 0;
        memset(play->balances, 0, sizeof play->balances);
    } else if (str_equals(line.verb, S("regime"))) {
        return regimes_add(&memory->regimes, line.rest, play->arena, err);
    } else if (str_equals(line.verb, S("bookkeeping"))) {
        Str yaml = str_format(play->arena, "{id: default, valid_from: 1900-01-01, %.*s}",
                              STR_ARGS(line.rest));
        memory_revisit(memory);
        return bookkeeping_parse(yaml, play->arena, &memory->keeping, err) &&
               calendar_take(play, err) &&
               fees_put(memory->keeping.fees, &memory->rules, play->arena, err);
    } else if (line.input.kind != LEDGER_NOTHING) {
        LedgerInput *kept = ARENA_NEW(play->arena, LedgerInput);
        *kept = line.input;
        memory_give(memory, play->account, kept, hear, play);
    }
    if (!play->stopped) {
        memory_deliver(memory, hear, play);
    }
    return true;
}

static void play_remark(void *self, Str text) {
    Play *play = self;
    if (str_starts_with(text, S("customer "))) {
        play->account.customer = str_trim(str_slice(text, 9, text.len));
        play->several = true;
    }
}

static void *play_start(GoldenScript *script, Err *err) {
    (void)err;
    Play *play = ARENA_NEW(&script->arena, Play);
    *play = (Play){.arena = &script->arena,
                   .out = &script->out,
                   .account = {S("ACME"), S("C-1")},
                   .ended = DATE_NONE};
    play->memory = (Memory){.arena = play->arena,
                            .day = DATE_NONE,
                            .aging = memory_standard_aging(),
                            .keeping = memory_standard_keeping(),
                            .sealed_until = DATE_NONE};
    return play;
}

int main(int argc, char **argv) {
    static const GoldenPlayer player = {
        .start = play_start, .event = play_event, .remark = play_remark};
    return golden_main(argc, argv, &player);
}
