/* What is owed, and what becomes of it. */
#include "base/check.h"
#include "ledger/wire/fact/room.h"

static void put_instalments(Arena *arena, const InvoicePosted *posted,
                            Arrears__Ledger__V1__InvoicePosted *message) {
    message->n_instalments = (size_t)posted->instalment_count;
    message->instalments =
        ARENA_ARRAY(arena, Arrears__Billing__V1__Instalment *, posted->instalment_count);
    for (int i = 0; i < posted->instalment_count; i++) {
        Arrears__Billing__V1__Instalment *part = ARENA_NEW(arena, Arrears__Billing__V1__Instalment);
        arrears__billing__v1__instalment__init(part);
        part->amount = wire_put_money(arena, posted->instalments[i].amount);
        part->due_on = wire_put_date(arena, posted->instalments[i].due_on);
        message->instalments[i] = part;
    }
}

static void put_ways(Arena *arena, Str ways, Arrears__Billing__V1__ContractTerms *message) {
    message->ways = ARENA_ARRAY(arena, Arrears__Billing__V1__PaymentWay, WAY_COUNT);
    while (!str_is_empty(ways)) {
        StrCut cut = str_cut(ways, ' ');
        PaymentWay way = WAY_UNKNOWN;
        CHECK(way_parse(cut.head, &way) && message->n_ways < WAY_COUNT);
        message->ways[message->n_ways++] = (Arrears__Billing__V1__PaymentWay)way;
        ways = cut.tail;
    }
}

static void put_terms(Arena *arena, const ContractTerms *terms,
                      Arrears__Ledger__V1__InvoicePosted *message) {
    if (!terms_are_said(terms)) {
        return;
    }
    message->terms = ARENA_NEW(arena, Arrears__Billing__V1__ContractTerms);
    arrears__billing__v1__contract_terms__init(message->terms);
    message->terms->dispute_days = terms->dispute_days;
    message->terms->forum = (Arrears__Billing__V1__Forum)terms->forum;
    message->terms->jurisdiction = wire_put_text(arena, terms->jurisdiction);
    message->terms->agencies = (Arrears__Billing__V1__AgencyPermission)terms->agencies;
    put_ways(arena, terms->ways, message->terms);
}

void fact_posted(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const InvoicePosted *posted = &fact->posted;
    Arrears__Ledger__V1__InvoicePosted *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__InvoicePosted);
    arrears__ledger__v1__invoice_posted__init(message);
    message->number = wire_put_text(arena, posted->number);
    message->amount = wire_put_money(arena, posted->amount);
    message->issued_on = wire_put_date(arena, posted->issued_on);
    message->due_on = wire_put_date(arena, posted->due_on);
    put_instalments(arena, posted, message);
    if (!money_is_zero(posted->tax)) {
        message->tax = wire_put_money(arena, posted->tax);
    }
    message->debit_note = posted->debit_note;
    put_terms(arena, &posted->terms, message);
    event->invoice_posted = message;
}

void fact_settled(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const InvoiceSettled *settled = &fact->settled;
    Arrears__Ledger__V1__InvoiceSettled *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__InvoiceSettled);
    arrears__ledger__v1__invoice_settled__init(message);
    message->number = wire_put_text(arena, settled->item.number);
    message->amount = wire_put_money(arena, settled->amount);
    message->issued_on = wire_put_date(arena, settled->issued_on);
    message->due_on = wire_put_date(arena, settled->due_on);
    message->settled_on = wire_put_date(arena, settled->settled_on);
    message->days_late = settled->days_late;
    PUT_PART(message, settled->item);
    event->invoice_settled = message;
}

void fact_reversed(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const InvoiceReversed *reversed = &fact->reversed;
    Arrears__Ledger__V1__InvoiceReversed *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__InvoiceReversed);
    arrears__ledger__v1__invoice_reversed__init(message);
    message->number = wire_put_text(arena, reversed->number);
    message->amount = wire_put_money(arena, reversed->amount);
    message->cancellation_number = wire_put_text(arena, reversed->cancellation);
    message->effective_on = wire_put_date(arena, reversed->effective_on);
    event->invoice_reversed = message;
}

void fact_entered(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const BucketEntered *entered = &fact->entered;
    Arrears__Ledger__V1__BucketEntered *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__BucketEntered);
    arrears__ledger__v1__bucket_entered__init(message);
    message->number = wire_put_text(arena, entered->item.number);
    message->bucket = wire_put_text(arena, entered->bucket);
    message->days_past_due = entered->days_past_due;
    message->due_on = wire_put_date(arena, entered->due_on);
    message->open = wire_put_money(arena, entered->open);
    PUT_PART(message, entered->item);
    event->bucket_entered = message;
}

void fact_written_off(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const WrittenOff *written_off = &fact->written_off;
    Arrears__Ledger__V1__WrittenOff *message = ARENA_NEW(arena, Arrears__Ledger__V1__WrittenOff);
    arrears__ledger__v1__written_off__init(message);
    message->number = wire_put_text(arena, written_off->item.number);
    message->amount = wire_put_money(arena, written_off->amount);
    message->request_id = wire_put_text(arena, written_off->request);
    message->effective_on = wire_put_date(arena, written_off->effective_on);
    PUT_PART(message, written_off->item);
    message->open = wire_put_money(arena, written_off->open);
    message->reason_code = (Arrears__Envelope__V1__WriteOffReason)written_off->code;
    message->reason = wire_put_text(arena, written_off->reason);
    message->standing = written_off->standing;
    event->written_off = message;
}

static Arrears__Ledger__V1__WriteOffRefusal put_write_off_refusal(RefusedFor reason) {
    CHECK(reason == REFUSED_FACTS_CHANGED || reason == REFUSED_ON_HOLD);
    return reason == REFUSED_ON_HOLD
               ? ARREARS__LEDGER__V1__WRITE_OFF_REFUSAL__WRITE_OFF_REFUSAL_ON_HOLD
               : ARREARS__LEDGER__V1__WRITE_OFF_REFUSAL__WRITE_OFF_REFUSAL_FACTS_CHANGED;
}

void fact_write_off_refused(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const WriteOffRefused *refused = &fact->write_off_refused;
    Arrears__Ledger__V1__WriteOffRefused *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__WriteOffRefused);
    arrears__ledger__v1__write_off_refused__init(message);
    message->request_id = wire_put_text(arena, refused->request);
    message->reason = put_write_off_refusal(refused->reason);
    message->sentence = wire_put_text(arena, refused->sentence);
    event->write_off_refused = message;
}

void fact_charge(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const ChargePosted *charge = &fact->charge;
    Arrears__Ledger__V1__ChargePosted *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__ChargePosted);
    arrears__ledger__v1__charge_posted__init(message);
    message->invoice_number = wire_put_text(arena, charge->item.number);
    PUT_PART(message, charge->item);
    message->number = wire_put_text(arena, charge->number);
    message->amount = wire_put_money(arena, charge->amount);
    message->effective_on = wire_put_date(arena, charge->effective_on);
    message->due_on = wire_put_date(arena, charge->due_on);
    message->regime = wire_put_text(arena, charge->regime);
    if (!date_is_none(charge->accrued_until)) {
        message->accrued_until = wire_put_date(arena, charge->accrued_until);
    }
    event->charge_posted = message;
}

void fact_accrued(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const InterestAccrued *accrued = &fact->accrued;
    Arrears__Ledger__V1__InterestAccrued *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__InterestAccrued);
    arrears__ledger__v1__interest_accrued__init(message);
    message->invoice_number = wire_put_text(arena, accrued->item.number);
    message->instalment = accrued->item.instalment;
    message->regime = wire_put_text(arena, accrued->regime);
    message->amount = wire_put_money(arena, accrued->amount);
    message->posted = wire_put_money(arena, accrued->posted);
    message->accrued_until = wire_put_date(arena, accrued->until);
    event->interest_accrued = message;
}

void fact_due_changed(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const DueDateExtended *extended = &fact->extended;
    Arrears__Ledger__V1__DueDateChanged *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__DueDateChanged);
    arrears__ledger__v1__due_date_changed__init(message);
    message->invoice_number = wire_put_text(arena, extended->item.number);
    PUT_PART(message, extended->item);
    message->due_on = wire_put_date(arena, extended->due_on);
    message->first_due_on = wire_put_date(arena, extended->first_due_on);
    message->effective_on = wire_put_date(arena, extended->effective_on);
    message->number = wire_put_text(arena, extended->number);
    event->due_date_changed = message;
}

void fact_debt_reduced(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const DebtReduced *reduced = &fact->reduced;
    Arrears__Ledger__V1__DebtReduced *message = ARENA_NEW(arena, Arrears__Ledger__V1__DebtReduced);
    arrears__ledger__v1__debt_reduced__init(message);
    message->invoice_number = wire_put_text(arena, reduced->item.number);
    PUT_PART(message, reduced->item);
    message->kind = (Arrears__Billing__V1__ReductionKind)reduced->kind;
    message->number = wire_put_text(arena, reduced->number);
    message->amount = wire_put_money(arena, reduced->amount);
    message->effective_on = wire_put_date(arena, reduced->effective_on);
    message->open = wire_put_money(arena, reduced->open);
    event->debt_reduced = message;
}

void fact_assignment_pending(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const AssignmentSaid *said = &fact->assignment;
    Arrears__Ledger__V1__AssignmentPending *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__AssignmentPending);
    arrears__ledger__v1__assignment_pending__init(message);
    message->invoice_number = wire_put_text(arena, said->item.number);
    PUT_PART(message, said->item);
    message->number = wire_put_text(arena, said->number);
    message->open = wire_put_money(arena, said->open);
    message->price = wire_put_money(arena, said->price);
    message->settles_on = wire_put_date(arena, said->settles_on);
    event->assignment_pending = message;
}

void fact_assignment_dropped(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const AssignmentSaid *said = &fact->assignment;
    Arrears__Ledger__V1__AssignmentDropped *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__AssignmentDropped);
    arrears__ledger__v1__assignment_dropped__init(message);
    message->invoice_number = wire_put_text(arena, said->item.number);
    PUT_PART(message, said->item);
    message->number = wire_put_text(arena, said->number);
    message->settles_on = wire_put_date(arena, said->settles_on);
    message->reason = wire_put_text(arena, str_of(said->why));
    event->assignment_dropped = message;
}

void fact_debt_restored(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const DebtRestored *restored = &fact->restored;
    Arrears__Ledger__V1__DebtRestored *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__DebtRestored);
    arrears__ledger__v1__debt_restored__init(message);
    message->invoice_number = wire_put_text(arena, restored->item.number);
    PUT_PART(message, restored->item);
    message->kind = (Arrears__Ledger__V1__RestoredKind)restored->kind;
    message->number = wire_put_text(arena, restored->number);
    message->amount = wire_put_money(arena, restored->amount);
    message->effective_on = wire_put_date(arena, restored->effective_on);
    message->open = wire_put_money(arena, restored->open);
    message->written_off = wire_put_money(arena, restored->written_off);
    message->issued_on = wire_put_date(arena, restored->issued_on);
    message->due_on = wire_put_date(arena, restored->due_on);
    event->debt_restored = message;
}
