#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

/* The chart of accounts: what the legs of the journal are posted to.
 *
 * An amount above zero is a debit, below zero a credit; so an asset that is there and an expense
 * that was suffered are positive, a liability and an income negative. The table in README.md is
 * printed from this one. */
typedef enum GlAccount {
    GL_NONE,
    GL_RECEIVABLE,
    GL_UNAPPLIED,
    GL_BANK,
    GL_REVENUE,
    GL_CREDIT_NOTES,
    GL_BAD_DEBT,
    GL_RECOVERY,
    GL_FEES,
    GL_TAX,
    GL_DISCOUNT,
    GL_TOLERANCE,
    GL_CONCESSION,
    GL_RETURNS,
    GL_COLLATERAL,
    GL_BUYERS,
    GL_SALE_LOSS,
    GL_RESTRUCTURED,
    GL_IN_TRANSIT,
    GL_INTEREST,
    GL_ACCOUNT_COUNT,
} GlAccount;

typedef enum GlKind { GL_ASSET, GL_LIABILITY, GL_INCOME, GL_EXPENSE } GlKind;

const char *gl_name(GlAccount account);
GlKind gl_kind(GlAccount account);
/* As Markdown. */
Str chart_print(Arena *arena);
