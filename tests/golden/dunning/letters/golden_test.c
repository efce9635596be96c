/* Golden letters: what customers read, by the documents that are shipped.
 *
 *     2026-01-30 due INV-7 1234.50 EUR         an item and its due day
 *     2026-01-30 due INV-8 9.00 EUR instalment 2 of 3
 *     2026-01-30 more 12 9000.00 EUR           items that are left out, and their sum
 *     2026-03-03 letter LEVEL TONE ACCOUNT REMINDER NAME OF THE CUSTOMER
 *
 * A letter takes the items above it, back to the letter before. Its lines have a margin of "| ",
 * and none may pass the width that letters promise. What else is in a script, and how to accept
 * what comes out: tests/harness/golden.h. */
#include "tests/harness/golden.h"

#include "base/check.h"
#include "dunning/core/letter.h"
#include "tests/harness/file.h"

typedef struct Play {
    Arena *arena;
    StrBuilder *out;
    Ladder ladder;
    Creditor creditor;
    LetterItem items[LETTER_ITEMS_MAX];
    int item_count;
    int items_left_out;
    Money total;
} Play;

static Str word_take(Str *rest) {
    StrCut cut = str_cut(*rest, ' ');
    *rest = str_trim(cut.tail);
    return cut.head;
}

static bool money_take(Str *rest, Money *money) {
    Str amount = word_take(rest);
    Currency currency = {0};
    return currency_find(word_take(rest), &currency) && money_parse(amount, currency, money);
}

static bool total_add(Play *play, Money money) {
    bool first = play->item_count == 0 && play->items_left_out == 0;
    play->total = first ? money_of(0, money.currency) : play->total;
    return money_add(play->total, money, &play->total);
}

/* "instalment 2", "instalment 2 of 3", "interest 1", "costs 1"; nothing: the invoice as a whole. */
static bool part_take(Str *rest, LetterItem *item) {
    Str word = word_take(rest);
    int64_t instalment = 0;
    int64_t instalments = 0;
    for (Charge charge = CHARGE_INTEREST; charge < CHARGE_COUNT; charge++) {
        item->key.charge =
            str_equals(word, str_of(charge_name(charge))) ? charge : item->key.charge;
    }
    bool known = item->key.charge != CHARGE_PRINCIPAL || str_equals(word, S("instalment"));
    known = known && str_parse_i64(word_take(rest), &instalment);
    if (known && str_equals(word_take(rest), S("of"))) {
        known = str_parse_i64(word_take(rest), &instalments);
    }
    item->key.instalment = (int32_t)instalment;
    item->instalments = (int32_t)instalments;
    return known;
}

static bool play_due(Play *play, Date day, Str rest) {
    LetterItem item = {.key = {.number = word_take(&rest)}, .due_on = day};
    if (!money_take(&rest, &item.open) || !total_add(play, item.open) ||
        (!str_is_empty(rest) && !part_take(&rest, &item))) {
        return false;
    }
    CHECK(play->item_count < LETTER_ITEMS_MAX);
    play->items[play->item_count++] = item;
    return true;
}

static bool play_more(Play *play, Str rest) {
    int64_t count = 0;
    Money money = {0};
    if (!str_parse_i64(word_take(&rest), &count) || !money_take(&rest, &money)) {
        return false;
    }
    play->items_left_out = (int)count;
    return total_add(play, money);
}

/* ---- the letter */

static ptrdiff_t columns_of(Str line) {
    ptrdiff_t columns = 0;
    for (ptrdiff_t i = 0; i < line.len; i++) {
        columns += ((unsigned char)line.ptr[i] & 0xc0) != 0x80;
    }
    return columns;
}

static bool print_letter(Play *play, const Letter *letter) {
    bool fits = true;
    str_addf(play->out, "    | Subject: %.*s\n    |\n", STR_ARGS(letter->subject));
    for (Str body = letter->body; !str_is_empty(body);) {
        StrCut cut = str_cut(body, '\n');
        const char *blank = str_is_empty(cut.head) ? "" : " ";
        str_addf(play->out, "    |%s%.*s\n", blank, STR_ARGS(cut.head));
        fits = fits && cut.found && columns_of(cut.head) <= LETTER_COLUMNS;
        body = cut.tail;
    }
    return fits;
}

static const LadderLevel *level_find(const Ladder *ladder, Str name) {
    for (int i = 0; i < ladder->level_count; i++) {
        if (str_equals(ladder->levels[i].name, name)) {
            return &ladder->levels[i];
        }
    }
    return NULL;
}

static bool play_letter(Play *play, Date day, Str rest, Err *err) {
    LetterFacts facts = {.creditor = &play->creditor,
                         .level = level_find(&play->ladder, word_take(&rest)),
                         .issued_on = day,
                         .items = play->items,
                         .item_count = play->item_count,
                         .items_left_out = play->items_left_out,
                         .total = play->total};
    if (facts.level == NULL || !tone_find(word_take(&rest), &facts.tone) ||
        !account_parse(word_take(&rest), &facts.account)) {
        return err_set(err, VERDICT_STOP, "", "a level, a tone and an account are wanted");
    }
    facts.reminder = word_take(&rest);
    facts.customer_name = rest;
    Letter letter = letter_write(&facts, play->arena);
    play->item_count = 0;
    play->items_left_out = 0;
    return print_letter(play, &letter) ||
           err_set(err, VERDICT_STOP, "", "a line of the letter is too long, or does not end");
}

static bool play_event(void *self, Str text, Err *err) {
    Play *play = self;
    Date day = DATE_NONE;
    str_addf(play->out, "%.*s\n", STR_ARGS(text));
    Str rest = text;
    bool good = date_parse(word_take(&rest), &day);
    Str verb = word_take(&rest);
    if (good && str_equals(verb, S("letter"))) {
        return play_letter(play, day, rest, err);
    }
    good = good && ((str_equals(verb, S("due")) && play_due(play, day, rest)) ||
                    (str_equals(verb, S("more")) && play_more(play, rest)));
    return good || err_set(err, VERDICT_STOP, "", "DAY due, DAY more or DAY letter is wanted");
}

static void *play_start(GoldenScript *script, Err *err) {
    Play *play = ARENA_NEW(&script->arena, Play);
    play->arena = &script->arena;
    play->out = &script->out;
    Str ladder = file_read(play->arena, "policies/ladder/standard.yaml");
    Str creditor = file_read(play->arena, "policies/creditor/acme.yaml");
    bool good = ladder_parse(ladder, play->arena, &play->ladder, err) &&
                creditor_parse(creditor, play->arena, &play->creditor, err);
    return good ? play : NULL;
}

int main(int argc, char **argv) {
    static const GoldenPlayer player = {.start = play_start, .event = play_event};
    return golden_main(argc, argv, &player);
}
