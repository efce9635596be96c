#include "ledger/core/period.h"

bool period_is_ahead(const PeriodNotice *notice, Instant received_at) {
    enum { SLACK_S = 300 };
    return notice->signed_at.us > received_at.us + (int64_t)SLACK_S * 1000000;
}

static PeriodAnswer close_month(Period *period, const PeriodNotice *notice, Date day) {
    if (date_compare(notice->to, day) >= 0) {
        return PERIOD_NOT_OVER;
    }
    period->sealed_until = later_of(period->sealed_until, notice->to);
    return PERIOD_TAKEN;
}

static PeriodAnswer open_month(Period *period, const PeriodNotice *notice) {
    if (date_compare(period->sealed_until, notice->to) > 0) {
        return PERIOD_NOT_LAST;
    }
    if (date_compare(period->sealed_until, notice->from) > 0) {
        period->sealed_until = date_add(notice->from, -1);
    }
    return PERIOD_TAKEN;
}

PeriodAnswer period_apply(Period *period, const PeriodNotice *notice, Date day) {
    if (notice->signed_at.us <= period->signed_at.us) {
        return notice->signed_at.us == period->signed_at.us ? PERIOD_REPEATED : PERIOD_STALE;
    }
    PeriodAnswer answer =
        notice->reopened ? open_month(period, notice) : close_month(period, notice, day);
    if (answer == PERIOD_TAKEN) {
        period->signed_at = notice->signed_at;
        period->changed = true;
    }
    return answer;
}

static bool is_sealed(const Desk *desk, Date day) {
    return !date_is_none(desk->sealed_until) && date_compare(day, desk->sealed_until) <= 0;
}

Date period_day(const Desk *desk, Date wanted) {
    return is_sealed(desk, wanted) ? date_add(desk->sealed_until, 1) : wanted;
}

/* The day from which a voluntary change wants to count; DATE_NONE: it is none. */
static Date voluntary_day(const LedgerInput *input) {
    switch (input->kind) {
    case LEDGER_CREDIT:
        return input->credit.kind == CREDIT_NOTE ? input->credit.effective_on : DATE_NONE;
    case LEDGER_CANCELLATION:
        return input->cancellation.effective_on;
    case LEDGER_FEE:
        return input->fee.charged_on;
    case LEDGER_EXTENSION:
        return input->extension.extended_on;
    case LEDGER_PAUSE:
        return input->pause.starts_on;
    case LEDGER_PAUSE_END:
        return input->pause_end.ends_on;
    case LEDGER_REDUCTION:
    case LEDGER_REINSTATEMENT:
        return input->reduction.effective_on;
    case LEDGER_RESTRUCTURING:
        return input->restructuring.effective_on;
    case LEDGER_BUY_BACK:
        return input->buy_back.bought_on;
    case LEDGER_NOTHING:
    case LEDGER_INVOICE:
    case LEDGER_DEBIT_NOTE:
    case LEDGER_PROPOSAL:
    case LEDGER_APPROVAL:
    case LEDGER_HELD:
    case LEDGER_HOLD_CLEARED:
    case LEDGER_SETTLEMENT:
    case LEDGER_RESEND:
    case LEDGER_REMINDER:
    case LEDGER_REVERSAL:
    case LEDGER_REFUND:
    case LEDGER_MILESTONE:
    case LEDGER_MOVE:
    case LEDGER_PERIOD:
    case LEDGER_REQUEST:
    case LEDGER_DAY_END:
    case LEDGER_BALANCE_AGREED:
    case LEDGER_BALANCE_DISPUTED:
        break;
    }
    return DATE_NONE;
}

/* Of what the change names, what was written off later than that day; NULL: nothing. */
static const Item *written_off_after(const Desk *desk, const LedgerInput *input, Date day) {
    for (int i = 0; i < input->invoice_count; i++) {
        for (const Item *item = NULL;
             (item = book_next_of(desk->book, input->invoices[i], item)) != NULL;) {
            if (item->key.charge == CHARGE_PRINCIPAL && !date_is_none(item->written_off_on) &&
                date_compare(day, item->written_off_on) < 0) {
                return item;
            }
        }
    }
    return NULL;
}

bool period_admits(Desk *desk, const LedgerInput *input) {
    Date day = voluntary_day(input);
    if (date_is_none(day)) {
        return true;
    }
    if (is_sealed(desk, day)) {
        Str until = date_print(desk->arena, desk->sealed_until);
        desk_refuse(desk, REFUSED_SEALED_PERIOD, &input->document,
                    "The books are sealed up to %.*s; let it count from a later day, or have the "
                    "period opened again.",
                    STR_ARGS(until));
        return false;
    }
    const Item *item = written_off_after(desk, input, day);
    if (item != NULL) {
        Str name = item_key_print(desk->arena, item->key);
        Str on = date_print(desk->arena, item->written_off_on);
        desk_refuse(
            desk, REFUSED_SEALED_PERIOD, &input->document,
            "Invoice %.*s was written off with effect from %.*s; let it count from that day "
            "on.",
            STR_ARGS(name), STR_ARGS(on));
        return false;
    }
    return true;
}
