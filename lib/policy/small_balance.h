#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/money.h"
#include "base/str.h"
#include "policy/authority.h"

/* Residues that are given up without asking each time: the section small_balances of a bookkeeping
 * document, under an approval that a person with authority signed once.
 *
 * What is signed is a text over all that the rule says, in one form: nothing of it can be changed
 * without another signature. Signatures are not known here: who compiles rules brings a check. */
enum {
    SMALL_BALANCES_MAX = 32,
    SMALL_BALANCE_DAYS_MAX = 3650,
    STANDING_SIGNATURE_SIZE = 64,
    STANDING_DAYS_MAX = 366 /* who has left, or lost a key, approves nothing for longer than this */
};

#define SMALL_BALANCE_PAYLOAD_TYPE "application/vnd.arrears.small-balances.v1+text"

/* A standing approval; without a reference there is none, and the rule does nothing. */
typedef struct StandingApproval {
    Str reference; /* by which write-offs and reports name it */
    Str by;        /* a person of the authority document */
    Date on;       /* the first day on which it holds, which is the one of its signature */
    Date until;    /* the last day on which it holds, at most STANDING_DAYS_MAX later */
    uint8_t signature[STANDING_SIGNATURE_SIZE];
} StandingApproval;

typedef struct SmallBalances {
    Money most[SMALL_BALANCES_MAX]; /* one a currency */
    int most_count;                 /* 0: there is no such rule */
    int32_t days_past_due;          /* at least */
    StandingApproval approval;
} SmallBalances;

/* Of which document the rule is. */
typedef struct SmallBalanceRule {
    Str id;
    Date valid_from;
    const SmallBalances *small;
} SmallBalanceRule;

/* The bytes that are signed. */
Str small_balance_content(const SmallBalanceRule *rule, Arena *arena);
/* NULL: in that currency nothing is given up. */
const Money *small_balance_most(const SmallBalances *small, Currency currency);
/* Whether there is a rule and somebody answers for it; it may be over, or to come. */
bool small_balance_is_approved(const SmallBalances *small);
/* Whether anything may be given up on a day. */
bool small_balance_holds(const SmallBalances *small, Date day);

/* Whether a key of AUTHORITY_KEY_SIZE bytes signed a payload of that type. */
typedef bool (*StandingCheck)(const uint8_t *key, Str payload_type, Str payload, Str signature,
                              Arena *arena);
/* A rule with an approval: its signer is a person of the authority document that is in force on the
 * day of the signature, has a key that made it, and may decide on each limit. The fault names the
 * field and says what to do. */
bool small_balance_verify(const SmallBalanceRule *rule, const Authority *authorities, int count,
                          StandingCheck check, Arena *arena, Err *err) MUST_USE;
