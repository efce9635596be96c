#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/envelope.h"
#include "ledger/core/credit.h"
#include "ledger/core/input.h"
#include "ledger/core/item.h"
#include "ledger/core/statement.h"
#include "policy/bookkeeping.h"

/* What the ledger says of an account on arrears.ledger.v1, as plain structs: one kind for each
 * event of proto/arrears/ledger/v1/ledger.proto, which says what the fields mean. */
typedef enum FactKind {
    FACT_NONE,
    FACT_DAY_OPENED,
    FACT_DAY_CLOSED,
    FACT_HELD,
    FACT_INPUT_REFUSED,
    FACT_INVOICE_POSTED,
    FACT_CREDIT_POSTED,
    FACT_ALLOCATED,
    FACT_INVOICE_SETTLED,
    FACT_INVOICE_REVERSED,
    FACT_BUCKET_ENTERED,
    FACT_WRITTEN_OFF,
    FACT_WRITE_OFF_REFUSED,
    FACT_RECOVERED,
    FACT_PROPOSAL_NOTED,
    FACT_HOLD_CLEARED_NOTED,
    FACT_SETTLEMENT_NOTED,
    FACT_RESEND_NOTED,
    FACT_CHARGE_POSTED,
    FACT_DISCOUNT_GRANTED,
    FACT_TOLERANCE_USED,
    FACT_PAYMENT_REVERSED,
    FACT_ALLOCATION_REVERSED,
    FACT_RECOVERY_REVERSED,
    FACT_REFUNDED,
    FACT_DUE_DATE_EXTENDED,
    FACT_PAUSE_NOTED,
    FACT_PAUSE_END_NOTED,
    FACT_MILESTONE_NOTED,
    FACT_DEBT_REDUCED,
    FACT_DEBT_RESTORED,
    FACT_PERIOD_CHANGED, /* about a task */
    FACT_JOURNAL_SEALED,
    FACT_MONEY_SENT,
    FACT_MONEY_RECALLED,
    FACT_INTEREST_ACCRUED,
    FACT_REMINDER_NOTED,
    FACT_REQUEST_NOTED,
    FACT_ASSIGNMENT_PENDING,
    FACT_ASSIGNMENT_DROPPED,
    FACT_STATEMENT_DUE,
    FACT_BALANCE_AGREED,
    FACT_BALANCE_DISPUTED,
    FACT_KIND_COUNT,
} FactKind;

typedef enum RefusedFor {
    REFUSED_NONE,
    REFUSED_CONFLICT,
    REFUSED_UNKNOWN_DOCUMENT,
    REFUSED_CLOSED_DOCUMENT,
    REFUSED_DOCUMENT_IN_USE,
    REFUSED_CURRENCY_DIFFERS,
    REFUSED_UNKNOWN_HOLD,
    REFUSED_OVERFLOW,
    REFUSED_AMOUNT,
    REFUSED_OVERLAP,
    REFUSED_NO_PAUSE,
    REFUSED_NOT_LATER,
    REFUSED_PLAN_SUM,
    REFUSED_SEALED_PERIOD,
    REFUSED_MOVED,
    REFUSED_UNKNOWN_POLICY,
    REFUSED_TOO_LATE,
    REFUSED_FACTS_CHANGED, /* of an approved act, like the next */
    REFUSED_ON_HOLD,
    REFUSED_COUNT,
} RefusedFor;

typedef struct InputRefused {
    RefusedFor reason;
    Str sentence;
    const char *kind; /* "invoice" */
    Str number;
} InputRefused;

typedef struct InvoicePosted {
    Str number;
    Money amount;
    Date issued_on;
    Date due_on;                   /* of the last instalment */
    const Instalment *instalments; /* as in IssuedInvoice */
    int instalment_count;
    Money tax; /* within the amount */
    bool debit_note;
    ContractTerms terms;
} InvoicePosted;

typedef struct CreditPosted {
    CreditKind kind;
    Str number;
    Money amount;
    Date effective_on;
    Str invoice;
    PaymentWay way; /* of a payment, like the next ones */
    Str payer;
    Str from; /* as in IncomingCredit */
    Str from_number;
} CreditPosted;

typedef struct Allocated {
    CreditKind kind;
    Str number;
    ItemKey item;
    Money amount;
    Date effective_on;
    Money open;
    Money unapplied;
    Allocation policy; /* that chose the item */
} Allocated;

typedef struct InvoiceSettled {
    ItemKey item;
    Money amount;
    Date issued_on;
    Date due_on;
    Date settled_on;
    int32_t days_late;
} InvoiceSettled;

typedef struct InvoiceReversed {
    Str number;
    Money amount;
    Str cancellation;
    Date effective_on;
} InvoiceReversed;

typedef struct BucketEntered {
    ItemKey item;
    Str bucket;
    int32_t days_past_due;
    Date due_on;
    Money open;
} BucketEntered;

typedef struct WrittenOff {
    ItemKey item;
    Money amount;
    Str request; /* or the reference of a standing approval */
    Date effective_on;
    Money open; /* still */
    WriteOffReason code;
    Str reason;
    bool standing; /* under a standing approval */
} WrittenOff;

typedef struct WriteOffRefused {
    Str request;
    RefusedFor reason;
    Str sentence;
} WriteOffRefused;

typedef struct Recovered {
    Str payment;
    ItemKey item;
    Money amount;
    Date effective_on;
    Money written_off;
} Recovered;

typedef struct ChargePosted {
    ItemKey item;
    Str number; /* of the fee; empty where a regime made it, and the next two say more */
    Money amount;
    Date effective_on;
    Date due_on;
    Str regime;
    Date accrued_until; /* DATE_NONE: no interest */
} ChargePosted;

/* Computed, and not posted. */
typedef struct InterestAccrued {
    ItemKey item;
    Str regime;
    Money amount; /* from the first late day on */
    Money posted; /* of it */
    Date until;
} InterestAccrued;

/* A discount or a tolerance. */
typedef struct Forgiven {
    ItemKey item;
    Str payment;
    Money amount;
    Date effective_on;
    Money open;
} Forgiven;

typedef struct PaymentReversed {
    Str number;
    Str payment;
    ReversalKind kind;
    Money amount;
    Date effective_on;
    Money unapplied; /* of it: it had paid nothing */
    bool recalled;
} PaymentReversed;

/* To another account, which hears of it on arrears.transfers.v1. */
typedef struct MoneySent {
    Str transfer;
    Str payment;
    Str from;
    Str to;
    Money amount;
    Money unapplied; /* still, of the payment */
    Date effective_on;
    Date received_on; /* whatever is sealed */
    Str invoice;
    PaymentWay way;
    Str payer;
    int32_t moves;
    Str number; /* of what said so; may be empty, as the next */
    Str actor;
} MoneySent;

typedef struct MoneyRecalled {
    Str recall;
    Str transfer;
    Str payment;
    Str from; /* who has it */
    Str to;
    ReversalKind kind;
    Money amount;
    Date effective_on;
    Str number; /* of the reversal */
} MoneyRecalled;

/* What had reduced an item is gone. */
typedef struct Reopened {
    CreditKind kind;
    Str number;
    ItemKey item;
    Money amount;
    Date effective_on;
    Money open;
    Date issued_on;
    Date due_on;
    bool forgiven; /* with a payment: it was not money */
} Reopened;

typedef struct Refunded {
    Str number;
    Money amount;
    Date effective_on;
    Money unapplied; /* of it */
} Refunded;

typedef struct DueDateExtended {
    ItemKey item;
    Date due_on;
    Date first_due_on;
    Date effective_on;
    Str number;
} DueDateExtended;

/* Otherwise than by money. */
typedef struct DebtReduced {
    ItemKey item;
    ReductionKind kind;
    Str number; /* of the document that did it */
    Money amount;
    Date effective_on;
    Money open;
} DebtReduced;

/* To be sold on a day to come, or not after all. */
typedef struct AssignmentSaid {
    ItemKey item;
    Str number; /* of the sale */
    Money open;
    Money price;
    Date settles_on;
    const char *why; /* of one that is dropped: a clause for a person */
} AssignmentSaid;

typedef enum RestoredKind {
    RESTORED_NONE,
    RESTORED_BOUGHT_BACK,
    RESTORED_REINSTATED,
} RestoredKind;

typedef struct DebtRestored {
    ItemKey item;
    RestoredKind kind;
    Str number;
    Money amount;
    Date effective_on;
    Money open;
    Money written_off;
    Date issued_on;
    Date due_on;
} DebtRestored;

typedef struct PeriodChanged {
    Str creditor;
    Date sealed_until; /* DATE_NONE: none */
    bool reopened;
    Str request;
} PeriodChanged;

typedef struct StatementDue {
    Str number;
    Date as_of;
    const StatementBalance *balances;
    int balance_count;
} StatementDue;

/* A statement was agreed on, or disputed: by this input. */
typedef struct StatementAnswered {
    const LedgerInput *input;
    Date as_of; /* of the statement */
} StatementAnswered;

typedef struct Fact {
    FactKind kind;
    union {
        DayMark day;
        Held held;
        InputRefused refused;
        InvoicePosted posted;
        CreditPosted credit;
        Allocated allocated;
        InvoiceSettled settled;
        InvoiceReversed reversed;
        BucketEntered entered;
        WrittenOff written_off;
        WriteOffRefused write_off_refused;
        Recovered recovered; /* of a reversal, too */
        ChargePosted charge;
        InterestAccrued accrued;
        Forgiven forgiven;
        PaymentReversed payment_reversed;
        Reopened reopened;
        Refunded refunded;
        DueDateExtended extended;
        DebtReduced reduced;
        DebtRestored restored;
        AssignmentSaid assignment;
        PeriodChanged period;
        MoneySent sent;
        MoneyRecalled recalled;
        const LedgerInput *noted;
        Str sealed; /* the note of a journal's head */
        StatementDue statement;
        StatementAnswered answered;
    };
} Fact;

/* The customer to whose account it goes, of what is said on arrears.transfers.v1 too; else empty.
 */
Str fact_receiver(const Fact *fact);
/* "conflict", for people and tests. */
const char *refused_name(RefusedFor reason);
