#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/act.h"
#include "contract/envelope.h"
#include "ledger/core/agreed.h"
#include "ledger/core/credit.h"
#include "ledger/core/document.h"
#include "ledger/core/item.h"
#include "ledger/core/reminded.h"

/* What comes to the ledger about one account, as plain structs: billing events, approved requests,
 * and what the step loop itself brings (a dead letter, a day that ends).
 *
 * wire/ makes them from messages; all texts point into the batch. */
typedef enum LedgerInputKind {
    LEDGER_NOTHING, /* understood, and no business of the ledger's */
    LEDGER_INVOICE,
    LEDGER_CREDIT, /* a payment or credit note */
    LEDGER_CANCELLATION,
    LEDGER_PROPOSAL, /* a person proposes a write-off or waiver */
    LEDGER_APPROVAL, /* one was approved */
    LEDGER_HELD,
    LEDGER_HOLD_CLEARED,
    LEDGER_SETTLEMENT, /* a person says what became of a reminder */
    LEDGER_RESEND,     /* a person wants a reminder sent once more */
    LEDGER_DEBIT_NOTE,
    LEDGER_FEE,
    LEDGER_REVERSAL, /* of a payment */
    LEDGER_REFUND,
    LEDGER_EXTENSION, /* of a due date */
    LEDGER_PAUSE,
    LEDGER_PAUSE_END,
    LEDGER_MILESTONE,
    LEDGER_REDUCTION, /* of a debt, otherwise than by money */
    LEDGER_RESTRUCTURING,
    LEDGER_BUY_BACK, /* of debts that were sold */
    LEDGER_REINSTATEMENT,
    LEDGER_MOVE,           /* of money to other customers */
    LEDGER_PERIOD,         /* about a task */
    LEDGER_REMINDER,       /* dunning says what became of a reminder */
    LEDGER_REQUEST,        /* somebody asked for an act on its debts, or was refused it */
    LEDGER_DAY_END,        /* the open day ends and the account has something due */
    LEDGER_BALANCE_AGREED, /* a customer answers a statement, as with the next */
    LEDGER_BALANCE_DISPUTED,
} LedgerInputKind;

enum { LEDGER_INVOICES_MAX = 100, LEDGER_REASON_MAX = 1000 };

typedef struct Instalment {
    Money amount;
    Date due_on;
} Instalment;

/* Instalments fall due one after the other and sum to the amount; wire/ checks it. Without them the
 * amount is due as a whole. */
typedef struct IssuedInvoice {
    Money amount;
    Date issued_on;
    Date due_on; /* of the last instalment */
    const Instalment *instalments;
    int instalment_count; /* 0, or 2 to ITEM_INSTALMENTS_MAX */
    Money tax;            /* within the amount, less than it */
    Money discount;       /* for paying early, less than the amount; 0: none */
    Date discount_until;
    Str purchase; /* the customer's order; empty: not said, as the next two */
    Str contract;
    Str salesperson;
    Str interest; /* the regime of its late-payment clause */
    ContractTerms terms;
} IssuedInvoice;

/* Of a payment: it belongs to another customer. */
typedef struct Share {
    Str customer;
    Money amount; /* 0, of the only share of a PaymentMove: all that waits */
    Str invoice;  /* the one it is for; may be empty */
} Share;

/* Its number is the document's; the invoice it names is in LedgerInput. */
typedef struct IncomingCredit {
    CreditKind kind;
    Money amount;
    Money tax; /* within a credit note */
    Date effective_on;
    PaymentWay way;      /* of a payment, like the next */
    Str payer;           /* empty: the customer */
    const Share *shares; /* of a payment: they sum to no more than the amount */
    int share_count;     /* 0 to LEDGER_INVOICES_MAX */
    Str from;            /* whose account it was moved from; empty: it came from outside */
    Str from_number;     /* its number there */
    Date received_on;    /* of such money alone: the day on which it was paid there */
    int32_t moves;       /* how often the money was moved, this time too */
} IncomingCredit;

typedef struct PaymentMove {
    Str payment;
    const Share *shares;
    int share_count; /* 1 to LEDGER_INVOICES_MAX */
    Money whole;     /* sum of the shares; 0: all that waits */
    Str actor;       /* may be empty */
} PaymentMove;

typedef struct Cancellation {
    Date effective_on;
} Cancellation;

/* Of the invoice that is named; due the day it is charged. */
typedef struct ChargedFee {
    Money amount;
    Date charged_on;
} ChargedFee;

typedef enum ReversalKind {
    REVERSAL_NONE,
    REVERSAL_ERROR,
    REVERSAL_CHARGEBACK,
    REVERSAL_RETURNED_DEBIT,
    REVERSAL_KIND_COUNT,
} ReversalKind;

typedef struct PaymentReversal {
    Str payment;
    ReversalKind kind;
    Money amount; /* 0: all of it */
    Date reversed_on;
    bool recalled; /* by the account that the money was moved from */
} PaymentReversal;

typedef struct Refund {
    Money amount;
    Date paid_on;
} Refund;

typedef struct Extension {
    int32_t instalment;
    Date due_on;
    Date extended_on;
    Str reason;
    Str actor;
} Extension;

typedef enum ReductionKind {
    REDUCTION_NONE,
    REDUCTION_CONCESSION,
    REDUCTION_RETURN, /* of goods */
    REDUCTION_COLLATERAL,
    REDUCTION_SALE,
    REDUCTION_RESTRUCTURED,
    REDUCTION_CORRECTED, /* interest or a fixed sum that was charged too much */
    REDUCTION_WAIVED,    /* interest or costs, by an approved request */
    REDUCTION_KIND_COUNT,
} ReductionKind;

typedef struct DebtPart {
    ItemKey item;
    Money amount; /* of it; 0: all */
} DebtPart;

/* Of a reinstatement too, which has neither kind nor price. */
typedef struct DebtReduction {
    ReductionKind kind;
    const DebtPart *parts;
    int part_count; /* 1 to LEDGER_INVOICES_MAX, each item once */
    Money price;    /* of a sale; 0: nothing is paid */
    Date effective_on;
} DebtReduction;

/* Of the invoices that are named, into instalments under the document's own number. */
typedef struct Restructuring {
    Money whole; /* sum of the instalments */
    const Instalment *instalments;
    int instalment_count; /* 1 to ITEM_INSTALMENTS_MAX */
    Date effective_on;
} Restructuring;

typedef struct BuyBack {
    Str sale;
    Date bought_on;
} BuyBack;

typedef struct PauseEnd {
    Str pause;
    Date ends_on;
    Str reason;
    Str actor;
} PauseEnd;

typedef struct MilestoneReached {
    Milestone reached;
    Date on;
} MilestoneReached;

/* A month of a creditor is closed, or opened again by an approved request; about a task. */
typedef struct PeriodNotice {
    Str creditor;
    Date from; /* first day of the month */
    Date to;   /* its last */
    bool reopened;
    Str request; /* of a reopening */
    Instant signed_at;
} PeriodNotice;

/* That somebody proposes of the invoices that are named: of all that is open on them, or of parts.
 */
typedef struct ActProposal {
    Act act;
    Str reason;
    WriteOffReason code; /* of a write-off */
    Str actor;
    const DebtPart *parts;
    int part_count; /* 0: all that is open; else up to LEDGER_INVOICES_MAX, each item once */
} ActProposal;

typedef struct ActApproval {
    Act act;
    Str request;
    Str reason;
    WriteOffReason code;
    const ItemKey *items; /* as approved, of the invoices that are named */
    const Money *open;    /* of each */
    const Money *amounts; /* what of each is given up, no more than open; NULL, or 0 of one: all */
    int count;            /* 1 to LEDGER_INVOICES_MAX */
} ActApproval;

/* Of the invoices that are named, until it is decided. */
typedef struct RequestNotice {
    Str request;
    bool over; /* it was rejected; names none */
} RequestNotice;

/* A record that another service reads from outside (a contact, a decision) is held by that service;
 * whether the hold is in force is its judgement. */
typedef struct ClearedHold {
    bool elsewhere; /* not held by the ledger */
    Str topic;
    int32_t partition;
    int64_t offset;
    Str reason;
    Str actor;
} ClearedHold;

typedef enum ReminderOutcome {
    REMINDER_OUTCOME_NONE,
    REMINDER_SENT,
    REMINDER_NOT_SENT,
} ReminderOutcome;

/* What a person says of a reminder: dunning acts on it, and says what became of it. */
typedef struct ReminderWord {
    Str reminder;
    ReminderOutcome outcome; /* of a settlement */
    Str reason;
    Str actor;
} ReminderWord;

/* What dunning says of one; of a reminder that is issued with the invoices it lists, each once and
 * the oldest debt first. */
typedef struct ReminderStep {
    Str reminder;
    ReminderNews news;
    Str level; /* as in Reminder, of one that is issued; so is the next */
    Money total;
    int32_t attempt; /* to send it; 0 of one that is issued */
} ReminderStep;

/* A line of a statement of which less is acknowledged than it says. */
typedef struct DisputedLine {
    ItemKey item;
    Money acknowledged; /* zero or more */
    Str reason;
} DisputedLine;

typedef struct BalanceAnswer {
    Str statement;
    Date agreed_on;
    const Money *balances; /* each currency once; of either sign */
    int balance_count;
    const DisputedLine *lines; /* each item once */
    int line_count;            /* 0: all of it is agreed on */
    Str evidence;
    Str actor;
} BalanceAnswer;

typedef struct LedgerInput {
    LedgerInputKind kind;
    Document document;   /* DOCUMENT_NONE for what has no number of its sender's */
    const Str *invoices; /* those it names, 0 to LEDGER_INVOICES_MAX */
    int invoice_count;
    union {
        IssuedInvoice issued;
        IncomingCredit credit;
        Cancellation cancellation;
        ActProposal proposal;
        ActApproval approval;
        ClearedHold cleared;
        ReminderWord reminder;
        ReminderStep step;
        ChargedFee fee;
        PaymentReversal reversal;
        Refund refund;
        Extension extension;
        Pause pause;
        PauseEnd pause_end;
        MilestoneReached milestone;
        DebtReduction reduction;
        Restructuring restructuring;
        BuyBack buy_back;
        PaymentMove move;
        PeriodNotice period;
        RequestNotice request;
        Held held;
        BalanceAnswer answer;
    };
} LedgerInput;
