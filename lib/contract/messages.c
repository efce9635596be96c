/* A message stands here when its bytes travel or are signed alone; all others are parts of these.
 */
#include "contract/messages.h"

#include "arrears/approvals/v1/approvals.pb-c.h"
#include "arrears/billing/v1/billing.pb-c.h"
#include "arrears/contacts/v1/contacts.pb-c.h"
#include "arrears/credit/v1/credit.pb-c.h"
#include "arrears/dunning/v1/dunning.pb-c.h"
#include "arrears/envelope/v1/envelope.pb-c.h"
#include "arrears/ledger/v1/ledger.pb-c.h"
#include "arrears/policies/v1/policies.pb-c.h"
#include "arrears/transfers/v1/transfers.pb-c.h"
#include "arrears/warnings/v1/warnings.pb-c.h"
#include "base/attr.h"
#include "contract/topics.h"

static const ProtobufCMessageDescriptor *const MESSAGES[] = {
    &arrears__approvals__v1__approval_event__descriptor,
    &arrears__approvals__v1__approval_request_event__descriptor,
    &arrears__approvals__v1__approval_requested__descriptor,
    &arrears__approvals__v1__decision__descriptor,
    &arrears__approvals__v1__decision_event__descriptor,
    &arrears__billing__v1__billing_event__descriptor,
    &arrears__contacts__v1__contact_record__descriptor,
    &arrears__credit__v1__credit_record__descriptor,
    &arrears__dunning__v1__dunning_event__descriptor,
    &arrears__envelope__v1__tick__descriptor,
    &arrears__ledger__v1__ledger_event__descriptor,
    &arrears__policies__v1__policy_record__descriptor,
    &arrears__policies__v1__policy_set__descriptor,
    &arrears__transfers__v1__transfer_event__descriptor,
    &arrears__warnings__v1__warning_event__descriptor,
};

const ProtobufCMessageDescriptor *message_find(Str name) {
    for (ptrdiff_t i = 0; i < COUNT_OF(MESSAGES); i++) {
        if (str_equals(str_of(MESSAGES[i]->name), name)) {
            return MESSAGES[i];
        }
    }
    return NULL;
}

const ProtobufCMessageDescriptor *message_of_topic(Str topic) {
    const Topic *row = topic_find(topic);
    return row == NULL ? NULL : message_find(str_of(row->message));
}
