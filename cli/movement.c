#include "cli/movement.h"

#include "arrears/billing/v1/billing.pb-c.h"
#include "contract/wire.h"

enum { EVENT_MEMORY = 2 << 20 };

Movement movement_of(Str value, Arena *arena) {
    const Arrears__Billing__V1__BillingEvent *event =
        (const Arrears__Billing__V1__BillingEvent *)wire_unpack(
            &arrears__billing__v1__billing_event__descriptor, value, arena, EVENT_MEMORY);
    if (event == NULL) {
        return MOVEMENT_NONE;
    }
    switch ((int)event->event_case) { /* most of them move nothing */
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT_PAYMENT_MOVED:
        return MOVEMENT_SENT;
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT_PAYMENT_RECEIVED:
        return event->payment_received->n_shares > 0 ? MOVEMENT_SENT : MOVEMENT_NONE;
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT_PAYMENT_REVERSED:
        return MOVEMENT_CALLED_BACK;
    default:
        return MOVEMENT_NONE;
    }
}
