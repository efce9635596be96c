/* The chart of accounts as a table. */
#include "ledger/core/chart.h"

#include "base/check.h"

typedef struct ChartRow {
    const char *name;
    GlKind kind;
    const char *meaning;
} ChartRow;

static const ChartRow CHART[GL_ACCOUNT_COUNT] = {
    [GL_RECEIVABLE] = {"receivable", GL_ASSET, "what customers owe on open invoices"},
    [GL_UNAPPLIED] = {"unapplied", GL_LIABILITY,
                      "credit of customers that has not paid an invoice yet"},
    [GL_BANK] = {"bank", GL_ASSET, "money received"},
    [GL_REVENUE] = {"revenue", GL_INCOME, "what was invoiced and not taken back"},
    [GL_CREDIT_NOTES] = {"credit_notes", GL_INCOME,
                         "revenue given back by credit notes; stands against revenue"},
    [GL_BAD_DEBT] = {"bad_debt", GL_EXPENSE, "receivables written off"},
    [GL_RECOVERY] = {"recovery", GL_INCOME, "money for invoices that had been written off"},
    [GL_FEES] = {"fees", GL_INCOME, "fees and costs charged to late payers"},
    [GL_TAX] = {"tax", GL_LIABILITY, "tax within what was invoiced, owed to the authority"},
    [GL_DISCOUNT] = {"discount", GL_EXPENSE, "kept back by customers who paid early"},
    [GL_TOLERANCE] = {"tolerance", GL_EXPENSE, "small shortfalls of payments, let go"},
    [GL_CONCESSION] = {"concession", GL_EXPENSE, "given up by agreement with the customer"},
    [GL_RETURNS] = {"returns", GL_INCOME,
                    "revenue given back for returned goods; stands against revenue"},
    [GL_COLLATERAL] = {"collateral", GL_ASSET, "taken from customers for their debts"},
    [GL_BUYERS] = {"buyers", GL_ASSET, "what buyers owe for debts that were sold to them"},
    [GL_SALE_LOSS] = {"sale_loss", GL_EXPENSE, "what sold debts brought less than was owed"},
    [GL_RESTRUCTURED] = {"restructured", GL_ASSET,
                         "debts on their way into a plan: always 0 in the end"},
    [GL_IN_TRANSIT] = {"in_transit", GL_LIABILITY,
                       "money on its way from one customer to another: always 0 in the end"},
    [GL_INTEREST] = {"interest", GL_INCOME, "interest charged to late payers"},
};

static const ChartRow *row_of(GlAccount account) {
    CHECK(account > GL_NONE && account < GL_ACCOUNT_COUNT);
    return &CHART[account];
}

const char *gl_name(GlAccount account) {
    return row_of(account)->name;
}

GlKind gl_kind(GlAccount account) {
    return row_of(account)->kind;
}

static const char *kind_name(GlKind kind) {
    switch (kind) {
    case GL_ASSET:
        return "asset";
    case GL_LIABILITY:
        return "liability";
    case GL_INCOME:
        return "income";
    case GL_EXPENSE:
        return "expense";
    }
    CHECK(!"a kind of account");
}

Str chart_print(Arena *arena) {
    StrBuilder text = str_builder(arena, 4 << 10);
    str_add(&text, S("| Account | Kind | What stands on it |\n|---|---|---|\n"));
    for (GlAccount account = GL_NONE + 1; account < GL_ACCOUNT_COUNT; account++) {
        const ChartRow *row = row_of(account);
        str_addf(&text, "| `%s` | %s | %s |\n", row->name, kind_name(row->kind), row->meaning);
    }
    CHECK(!text.full);
    return str_built(&text);
}
