/* What each kind of entry does to the chart of accounts. */
#include "ledger/core/journal.h"

#include "base/check.h"

typedef struct EntryRow {
    const char *name;
    GlAccount debit;
    GlAccount credit;
    const char *meaning;
} EntryRow;

static const EntryRow ENTRIES[ENTRY_KIND_COUNT] = {
    [ENTRY_INVOICE] = {"invoice", GL_RECEIVABLE, GL_REVENUE, "an invoice was issued"},
    [ENTRY_PAYMENT] = {"payment", GL_BANK, GL_UNAPPLIED, "money came in"},
    [ENTRY_CREDIT_NOTE] = {"credit_note", GL_CREDIT_NOTES, GL_UNAPPLIED,
                           "a credit note was issued"},
    [ENTRY_ALLOCATION] = {"allocation", GL_UNAPPLIED, GL_RECEIVABLE, "credit paid an invoice"},
    [ENTRY_CANCELLATION] = {"cancellation", GL_REVENUE, GL_RECEIVABLE, "an invoice was taken back"},
    [ENTRY_WRITE_OFF] = {"write_off", GL_BAD_DEBT, GL_RECEIVABLE,
                         "an approved request gave an invoice up"},
    [ENTRY_RECOVERY] = {"recovery", GL_UNAPPLIED, GL_RECOVERY,
                        "money came for an invoice that had been given up"},
};

static const EntryRow *row_of(EntryKind kind) {
    CHECK(kind > ENTRY_NONE && kind < ENTRY_KIND_COUNT);
    return &ENTRIES[kind];
}

const char *entry_kind_name(EntryKind kind) {
    return row_of(kind)->name;
}

Entry entry_of(EntryKind kind, Money amount) {
    const EntryRow *row = row_of(kind);
    CHECK(amount.minor > 0);
    return (Entry){.kind = kind, .debit = row->debit, .credit = row->credit, .amount = amount};
}

Str journal_print(Arena *arena) {
    StrBuilder text = str_builder(arena, 4 << 10);
    str_add(&text, S("| Entry | Debit | Credit | When |\n|---|---|---|---|\n"));
    for (EntryKind kind = ENTRY_NONE + 1; kind < ENTRY_KIND_COUNT; kind++) {
        const EntryRow *row = row_of(kind);
        str_addf(&text, "| `%s` | `%s` | `%s` | %s |\n", row->name, gl_name(row->debit),
                 gl_name(row->credit), row->meaning);
    }
    CHECK(!text.full);
    return str_built(&text);
}
