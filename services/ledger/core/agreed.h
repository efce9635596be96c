#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/str.h"
#include "ledger/core/item.h"

/* What the books keep about debts besides what is owed: pauses, extensions, and the steps and
 * references of invoices. */

/* Days on which the clock of an invoice stands still: from starts_on to before ends_on. */
typedef enum PauseKind {
    PAUSE_NONE,
    PAUSE_DISPUTE,
    PAUSE_PROMISE,
    PAUSE_PLAN,
    PAUSE_HOLD,
    PAUSE_KIND_COUNT,
} PauseKind;

typedef struct Pause {
    Str number;  /* of the document that started it */
    Str invoice; /* may not be known yet */
    PauseKind kind;
    Date starts_on;
    Date ends_on; /* DATE_NONE: not known yet */
    Str reason;
    Str actor;
    Date recorded_on;
    bool changed;
} Pause;

/* An item was due on another day from effective_on on. */
typedef struct DueChange {
    ItemKey key;
    Date effective_on;
    Date due_on;
    Str document; /* number of the extension */
    Date recorded_on;
    bool is_new; /* not stored yet */
} DueChange;

typedef enum Milestone {
    MILESTONE_DELIVERED,
    MILESTONE_SENT,
    MILESTONE_RECEIVED,
    MILESTONE_APPROVED,
    MILESTONE_COUNT,
} Milestone;

/* Who decides a dispute; not said: none of them. */
typedef enum Forum {
    FORUM_UNSAID,
    FORUM_MEDIATION,
    FORUM_ARBITRATION,
    FORUM_COURT,
    FORUM_COUNT,
} Forum;

/* Whether agencies may collect a debt. */
typedef enum AgencyPermission {
    AGENCIES_UNSAID,
    AGENCIES_ALLOWED,
    AGENCIES_FORBIDDEN,
    AGENCY_PERMISSION_COUNT,
} AgencyPermission;

/* What a contract says of an invoice besides price and days. */
typedef struct ContractTerms {
    int32_t dispute_days; /* after the invoice in which it may be disputed; 0: no limit */
    Forum forum;
    Str jurisdiction; /* empty: not said */
    AgencyPermission agencies;
    Str ways; /* agreed ways of payment: "transfer direct_debit"; empty: not said */
} ContractTerms;

typedef struct Detail {
    Str invoice;
    Str purchase;
    Str contract;
    Str salesperson;
    ContractTerms terms;
    Date reached_on[MILESTONE_COUNT];
    bool changed;
} Detail;

/* How money came. */
typedef enum PaymentWay {
    WAY_UNKNOWN,
    WAY_CASH,
    WAY_TRANSFER,
    WAY_CARD,
    WAY_DIRECT_DEBIT,
    WAY_THIRD_PARTY,
    WAY_COUNT,
} PaymentWay;

/* "dispute", "delivered", "direct_debit": as tables and sentences call them. */
const char *pause_kind_name(PauseKind kind);
bool pause_kind_parse(Str name, PauseKind *kind) MUST_USE;
const char *milestone_name(Milestone milestone);
const char *way_name(PaymentWay way);
const char *forum_name(Forum forum);
bool forum_parse(Str name, Forum *forum) MUST_USE;
const char *agency_permission_name(AgencyPermission permission);
bool agency_permission_parse(Str name, AgencyPermission *permission) MUST_USE;
bool way_parse(Str name, PaymentWay *way) MUST_USE;
/* Anything at all. */
bool terms_are_said(const ContractTerms *terms);
