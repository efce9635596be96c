#pragma once

#include "arrears/billing/v1/billing.pb-c.h"
#include "contract/wire.h"
#include "ledger/wire.h"

/* Inside wire/billing.c and wire/billing/ only: one reader for each event, and what several of them
 * need. Anybody writes there, so everything is checked, and a fault names the field. */
typedef Arrears__Billing__V1__BillingEvent BillingEvent;

enum { TAX_LINES_MAX = 16, NET_DAYS_MAX = 366, DISPUTE_DAYS_MAX = 3650 };

/* ---- debt.c: what is owed */
void billing_invoice(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_debit_note(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_fee(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_cancellation(WireReader *reader, const BillingEvent *event, LedgerMessage *message);

/* ---- terms.c: what a contract says of an invoice */
ContractTerms billing_terms(WireReader *reader, const Arrears__Billing__V1__ContractTerms *terms);
/* The sender's number, which may be one of a later contract: no switch over the enum. */
PaymentWay billing_way(WireReader *reader, Arrears__Billing__V1__PaymentWay way);

/* ---- money.c: what came in, and what is gone again */
void billing_payment(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_credit_note(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_reversal(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_refund(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_move(WireReader *reader, const BillingEvent *event, LedgerMessage *message);

/* ---- agreed.c: what is agreed on, and the steps of an invoice */
void billing_extension(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_pause(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_pause_end(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_milestone(WireReader *reader, const BillingEvent *event, LedgerMessage *message);

/* ---- way_out.c: debts that end otherwise than by money */
void billing_reduction(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_restructuring(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_buy_back(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_reinstatement(WireReader *reader, const BillingEvent *event, LedgerMessage *message);

/* ---- answer.c: what customers say of their statements */
void billing_balance_agreed(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_balance_disputed(WireReader *reader, const BillingEvent *event,
                              LedgerMessage *message);

/* ---- person.c: what people say */
void billing_proposal(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_waiver(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_hold_cleared(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_settlement(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
void billing_resend(WireReader *reader, const BillingEvent *event, LedgerMessage *message);

/* ---- parts.c */
Account billing_account(WireReader *reader, const char *creditor, const char *customer);
/* One that may be suspense: money is all that stands there. */
Account billing_money_account(WireReader *reader, const char *creditor, const char *customer);
/* A customer of this creditor, or suspense. */
Str billing_money_customer(WireReader *reader, const char *field, const char *customer);
/* The one it names, if any. */
void billing_invoice_name(WireReader *reader, const char *text, LedgerInput *input);
/* 1 to LEDGER_INVOICES_MAX numbers, each once. */
void billing_invoice_names(WireReader *reader, char **texts, size_t count, LedgerInput *input);
/* Each due later than the one before, in the currency of the first; their sum. */
Money billing_instalments(WireReader *reader, Arrears__Billing__V1__Instalment *const *texts,
                          size_t count, Instalment *parts);
/* 1 to LEDGER_INVOICES_MAX open items, each once, as many as the invoices that the input names
 * then: those they are of, which have to be looked at. */
const DebtPart *billing_parts(WireReader *reader, Arrears__Billing__V1__DebtPart *const *texts,
                              size_t count, LedgerInput *input);
/* The one it must name. */
void billing_invoice_named(WireReader *reader, const char *text, LedgerInput *input);
Str billing_actor(WireReader *reader, const Arrears__Envelope__V1__Actor *actor);
/* What a person gives as the reason may not be left out. */
Str billing_reason(WireReader *reader, const char *text);
/* The document's number and what tells it from another of the same number. */
Document billing_document(WireReader *reader, DocumentKind kind, const char *number,
                          ProtobufCMessage *message);
/* All lines together, less than the whole. */
Money billing_tax(WireReader *reader, Arrears__Billing__V1__TaxLine *const *lines, size_t count,
                  Money whole);
