/* The letter: paragraphs are filled and then wrapped, so that a long name moves words and not the
 * margin. Tables and wrapping count code points; a script with wide characters stays readable, but
 * its columns are not straight. */
#include "dunning/core/letter.h"

#include "base/check.h"
#include "policy/placeholder.h"

enum {
    LETTER_BYTES_MAX = 128 << 10, /* 100 items of the longest numbers and a text of names fit */
    LABEL_COLUMNS = 14,           /* in the payment block, with its indent */
    GLUE = '\x1f',                /* a blank inside an amount or a day, where no line may end */
};

/* ---- numbers in words */

static Str print_count(Arena *arena, int64_t count, const char *noun) {
    return str_format(arena, "%lld %s%s", (long long)count, noun, count == 1 ? "" : "s");
}

static Str print_day(Arena *arena, Date date) {
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    DateParts parts = date_parts(date);
    return str_format(arena, "%d %s %d", parts.day, months[parts.month - 1], parts.year);
}

static int32_t item_days(const LetterFacts *facts, const LetterItem *item) {
    int32_t days = date_days_between(item->due_on, facts->issued_on);
    CHECK(days > 0); /* nobody is reminded of what is not overdue */
    return days;
}

/* "INV-1", "INV-1, instalment 2 of 3", "late fee on INV-1". A second fee on an invoice has a
 * number.
 */
static Str print_item(Arena *arena, const LetterItem *item) {
    static const char *const names[CHARGE_COUNT] = {
        [CHARGE_INTEREST] = "interest",
        [CHARGE_COSTS] = "late fee",
    };
    ItemKey key = item->key;
    if (key.charge != CHARGE_PRINCIPAL) {
        Str more = key.instalment > 1 ? str_format(arena, " %d", (int)key.instalment) : S("");
        return str_format(arena, "%s%.*s on %.*s", names[key.charge], STR_ARGS(more),
                          STR_ARGS(key.number));
    }
    if (key.instalment == 0) {
        return key.number;
    }
    Str of = item->instalments > 0 ? str_format(arena, " of %d", (int)item->instalments) : S("");
    return str_format(arena, "%.*s, instalment %d%.*s", STR_ARGS(key.number), (int)key.instalment,
                      STR_ARGS(of));
}

/* ---- lines */

static ptrdiff_t columns_of(Str text) {
    ptrdiff_t columns = 0;
    for (ptrdiff_t i = 0; i < text.len; i++) {
        columns += ((unsigned char)text.ptr[i] & 0xc0) != 0x80; /* not inside a code point */
    }
    return columns;
}

static void add_blanks(StrBuilder *out, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        str_add(out, S(" "));
    }
}

static void add_right(StrBuilder *out, Str text, ptrdiff_t columns) {
    add_blanks(out, columns - columns_of(text));
    str_add(out, text);
}

static void add_left(StrBuilder *out, Str text, ptrdiff_t columns) {
    str_add(out, text);
    add_blanks(out, columns - columns_of(text));
}

static void add_word(StrBuilder *out, Str word) {
    for (StrCut cut = str_cut(word, GLUE);; cut = str_cut(cut.tail, GLUE)) {
        str_add(out, cut.head);
        if (!cut.found) {
            return;
        }
        str_add(out, S(" "));
    }
}

/* The first line begins where the builder stands, at `indent`; the others are moved there. */
static void add_wrapped(StrBuilder *out, Str text, ptrdiff_t indent) {
    ptrdiff_t column = indent;
    while (!str_is_empty(text)) {
        StrCut cut = str_cut(text, ' ');
        ptrdiff_t width = columns_of(cut.head);
        if (column > indent && column + 1 + width > LETTER_COLUMNS) {
            str_add(out, S("\n"));
            add_blanks(out, indent);
            column = indent;
        } else if (column > indent && width > 0) {
            str_add(out, S(" "));
            column++;
        }
        add_word(out, cut.head);
        column += width;
        text = cut.tail;
    }
    str_add(out, S("\n"));
}

/* At both margins of a line; on two lines where one has no room. */
static void add_apart(StrBuilder *out, Str left, Str right) {
    ptrdiff_t column = columns_of(left);
    str_add(out, left);
    if (column + 2 + columns_of(right) > LETTER_COLUMNS) {
        str_add(out, S("\n"));
        column = 0;
    }
    add_right(out, right, LETTER_COLUMNS - column);
    str_add(out, S("\n"));
}

/* ---- the table of items */

typedef struct TableRow {
    Str invoice;
    Str due;
    Str late;
    Str open;
} TableRow;

typedef struct Table {
    Arena *arena;
    TableRow *rows; /* the first has the headings */
    int count;
    ptrdiff_t due_columns;
    ptrdiff_t late_columns;
    ptrdiff_t open_columns;
} Table;

static ptrdiff_t wider(ptrdiff_t columns, Str text) {
    ptrdiff_t wanted = columns_of(text);
    return wanted > columns ? wanted : columns;
}

static void table_add(Table *table, TableRow row) {
    table->due_columns = wider(table->due_columns, row.due);
    table->late_columns = wider(table->late_columns, row.late);
    table->open_columns = wider(table->open_columns, row.open);
    table->rows[table->count++] = row;
}

static Table table_of(const LetterFacts *facts, Arena *arena) {
    Table table = {.arena = arena, .rows = ARENA_ARRAY(arena, TableRow, facts->item_count + 1)};
    table_add(&table, (TableRow){S("Invoice"), S("Due"), S("Overdue"), S("Open amount")});
    for (int i = 0; i < facts->item_count; i++) {
        const LetterItem *item = &facts->items[i];
        table_add(&table, (TableRow){.invoice = print_item(arena, item),
                                     .due = print_day(arena, item->due_on),
                                     .late = print_count(arena, item_days(facts, item), "day"),
                                     .open = money_print_grouped(arena, item->open)});
    }
    return table;
}

static void add_row(StrBuilder *out, const Table *table, const TableRow *row) {
    enum { ROW_MAX = 256 };
    StrBuilder right = str_builder(table->arena, ROW_MAX);
    add_left(&right, row->due, table->due_columns + 2);
    add_right(&right, row->late, table->late_columns);
    add_right(&right, row->open, table->open_columns + 2);
    CHECK(!right.full);
    add_apart(out, row->invoice, str_built(&right));
}

static void add_rule(StrBuilder *out) {
    for (int i = 0; i < LETTER_COLUMNS; i++) {
        str_add(out, S("-"));
    }
    str_add(out, S("\n"));
}

/* Says what the total is over: nobody should have to add up the list to find out. */
static Str total_label(const LetterFacts *facts, Arena *arena) {
    Str day = print_day(arena, facts->issued_on);
    if (facts->items_left_out == 0) {
        return str_format(arena, "Total overdue on %.*s", STR_ARGS(day));
    }
    int64_t all = (int64_t)facts->item_count + facts->items_left_out;
    return str_format(arena, "Total of all %lld overdue items on %.*s", (long long)all,
                      STR_ARGS(day));
}

static void add_table(StrBuilder *out, const LetterFacts *facts) {
    Table table = table_of(facts, out->arena);
    add_row(out, &table, &table.rows[0]);
    add_rule(out);
    for (int i = 1; i < table.count; i++) {
        add_row(out, &table, &table.rows[i]);
    }
    if (facts->items_left_out > 0) {
        Str more = print_count(out->arena, facts->items_left_out, "more item");
        str_addf(out, "and %.*s, not listed here but part of the total\n", STR_ARGS(more));
    }
    add_rule(out);
    add_apart(out, total_label(facts, out->arena), money_print_grouped(out->arena, facts->total));
}

/* ---- the words of the level */

static Str oldest_days(const LetterFacts *facts, Arena *arena) {
    int32_t most = 0;
    for (int i = 0; i < facts->item_count; i++) {
        int32_t days = item_days(facts, &facts->items[i]);
        most = days > most ? days : most;
    }
    return print_count(arena, most, "day");
}

static Str pay_until(const LetterFacts *facts, Arena *arena) {
    return print_day(arena, date_add(facts->issued_on, facts->level->pay_within_days));
}

static Str value_of(const LetterFacts *facts, Placeholder placeholder, Arena *arena) {
    switch (placeholder) {
    case PLACEHOLDER_CUSTOMER_NAME:
        return facts->customer_name;
    case PLACEHOLDER_CREDITOR_NAME:
        return facts->creditor->name;
    case PLACEHOLDER_TOTAL:
        return money_print_grouped(arena, facts->total);
    case PLACEHOLDER_OLDEST_DAYS:
        return oldest_days(facts, arena);
    case PLACEHOLDER_PAY_UNTIL:
        return pay_until(facts, arena);
    case PLACEHOLDER_PHONE:
        return facts->creditor->phone;
    case PLACEHOLDER_NONE:
    case PLACEHOLDER_ITEMS: /* a paragraph, not a word */
    case PLACEHOLDER_COUNT:
        break;
    }
    CHECK(!"a placeholder inside a line");
}

static bool is_name(Placeholder placeholder) {
    return placeholder == PLACEHOLDER_CUSTOMER_NAME || placeholder == PLACEHOLDER_CREDITOR_NAME;
}

/* Names may be broken between their words; an amount, a day or a number may not. */
static void add_value(StrBuilder *out, Str value, bool glued) {
    for (ptrdiff_t i = 0; i < value.len; i++) {
        static const char glue[] = {GLUE};
        bool blank = value.ptr[i] == ' ' && glued;
        str_add(out, blank ? str_from(glue, 1) : str_slice(value, i, i + 1));
    }
}

static Str line_filled(const LetterFacts *facts, Str line, Arena *arena) {
    StrBuilder out = str_builder(arena, LETTER_BYTES_MAX);
    PlaceholderCut cut = placeholder_cut(line);
    for (; cut.placeholder != PLACEHOLDER_NONE; cut = placeholder_cut(cut.after)) {
        str_add(&out, cut.before);
        add_value(&out, value_of(facts, cut.placeholder, arena), !is_name(cut.placeholder));
    }
    str_add(&out, cut.before);
    CHECK(!out.full);
    return str_built(&out);
}

static void add_text(StrBuilder *out, const LetterFacts *facts) {
    Str text = facts->level->texts[facts->tone];
    while (!str_is_empty(text)) {
        StrCut cut = str_cut(text, '\n');
        Str line = str_trim(cut.head);
        if (str_equals(line, S("{items}"))) {
            add_table(out, facts);
            str_add(out, S("\n"));
        } else if (!str_is_empty(line)) {
            add_wrapped(out, line_filled(facts, line, out->arena), 0);
            str_add(out, S("\n"));
        }
        text = cut.tail;
    }
}

/* ---- what all letters say */

static void add_labelled(StrBuilder *out, const char *label, Str value) {
    str_addf(out, "  %-*s", LABEL_COLUMNS - 2, label);
    add_wrapped(out, value, LABEL_COLUMNS);
}

static void add_payment(StrBuilder *out, const LetterFacts *facts) {
    const Creditor *creditor = facts->creditor;
    Arena *arena = out->arena;
    Str account = account_key(arena, facts->account);
    str_add(out, S("Payment details\n\n"));
    for (int i = 0; i < creditor->pay_to_count; i++) {
        add_labelled(out, i == 0 ? "Pay to" : "", creditor->pay_to[i]);
    }
    add_labelled(out, "Amount", money_print_grouped(arena, facts->total));
    add_labelled(out, "Pay by", pay_until(facts, arena));
    add_labelled(out, "Reference",
                 str_format(arena, "%.*s %.*s", STR_ARGS(account), STR_ARGS(facts->reminder)));
    str_add(out, S("\n"));
}

static void add_signature(StrBuilder *out, const LetterFacts *facts) {
    const Creditor *creditor = facts->creditor;
    bool warm = facts->tone == TONE_COURTEOUS;
    str_add(out, warm ? S("Kind regards,\n\n") : S("Yours sincerely,\n\n"));
    add_wrapped(out, creditor->name, 0);
    for (int i = 0; i < creditor->address_count; i++) {
        add_wrapped(out, creditor->address[i], 0);
    }
    str_addf(out, "Phone %.*s\n", STR_ARGS(creditor->phone));
    str_addf(out, "Mail %.*s\n", STR_ARGS(creditor->mail_reply_to));
}

/* ---- the letter */

/* A letter with a wrong sum, or with a name that writes headers, must never leave. */
static void facts_check(const LetterFacts *facts) {
    CHECK(facts->tone < TONE_COUNT && facts->items_left_out >= 0);
    CHECK(facts->item_count >= 1 && facts->item_count <= LETTER_ITEMS_MAX);
    CHECK(str_is_line(facts->customer_name) && str_is_line(facts->reminder));
    Money sum = money_of(0, facts->total.currency);
    for (int i = 0; i < facts->item_count; i++) {
        CHECK(str_is_line(facts->items[i].key.number) && facts->items[i].open.minor > 0);
        CHECK(money_add(sum, facts->items[i].open, &sum));
    }
    int order = money_compare(facts->total, sum);
    CHECK(facts->items_left_out == 0 ? order == 0 : order > 0);
}

static Str subject_of(const LetterFacts *facts, Arena *arena) {
    StrBuilder out = str_builder(arena, LETTER_BYTES_MAX);
    add_word(&out, line_filled(facts, facts->level->subject, arena));
    CHECK(!out.full);
    return str_built(&out);
}

Letter letter_write(const LetterFacts *facts, Arena *arena) {
    facts_check(facts);
    StrBuilder out = str_builder(arena, LETTER_BYTES_MAX);
    add_text(&out, facts);
    add_payment(&out, facts);
    add_signature(&out, facts);
    CHECK(!out.full);
    return (Letter){.subject = subject_of(facts, arena), .body = str_built(&out)};
}
