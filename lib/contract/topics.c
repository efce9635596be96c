/* The table of topics. A row stands here as soon as its message stands in proto/. */
#include "contract/topics.h"

const char TOPIC_BILLING[] = "arrears.billing.v1";
const char TOPIC_CONTACTS[] = "arrears.contacts.v1";
const char TOPIC_LEDGER[] = "arrears.ledger.v1";
const char TOPIC_POLICIES[] = "arrears.policies.v1";
const char TOPIC_APPROVAL_REQUESTS[] = "arrears.approval-requests.v1";
const char TOPIC_DECISIONS[] = "arrears.decisions.v1";
const char TOPIC_APPROVALS[] = "arrears.approvals.v1";
const char TOPIC_CREDIT[] = "arrears.credit.v1";
const char TOPIC_WARNINGS[] = "arrears.warnings.v1";
const char TOPIC_DUNNING[] = "arrears.dunning.v1";
const char TOPIC_TRANSFERS[] = "arrears.transfers.v1";

/* What others send may be large (an invoice run's longest reason, a rule document); what we write
 * is made of texts we have bounded already. Both stay far below what a broker takes by default
 * (1 MiB a batch). */
enum { KIB_FROM_OUTSIDE = 1024, KIB_OF_OURS = 512 };

const Topic TOPICS[] = {
    {.name = TOPIC_BILLING,
     .from_outside = true,
     .broker_time = true,
     .max_message_kib = KIB_FROM_OUTSIDE,
     .message = "arrears.billing.v1.BillingEvent",
     .written_by = "platform teams, arrears",
     .read_by = "ledger"},
    {.name = TOPIC_CONTACTS,
     .kept = TOPIC_KEPT_COMPACTED,
     .from_outside = true,
     .max_message_kib = KIB_FROM_OUTSIDE,
     .message = "arrears.contacts.v1.ContactRecord",
     .written_by = "platform teams, arrears",
     .read_by = "dunning"},
    {.name = TOPIC_LEDGER,
     .max_message_kib = KIB_OF_OURS,
     .message = "arrears.ledger.v1.LedgerEvent",
     .written_by = "ledger",
     .read_by = "scoring, dunning, anyone"},
    {.name = TOPIC_TRANSFERS,
     .max_message_kib = KIB_OF_OURS,
     .message = "arrears.transfers.v1.TransferEvent",
     .written_by = "ledger",
     .read_by = "ledger"},
    /* Longer than any time without an owner: a late record of a replaced one must not be all that
     * compaction leaves before the next owner has repaired it. */
    {.name = TOPIC_CREDIT,
     .kept = TOPIC_KEPT_COMPACTED,
     .lag_days = 7,
     .max_message_kib = KIB_OF_OURS,
     .message = "arrears.credit.v1.CreditRecord",
     .written_by = "scoring",
     .read_by = "dunning, order systems"},
    {.name = TOPIC_WARNINGS,
     .kept = TOPIC_KEPT_DAYS,
     .days = 365,
     .max_message_kib = KIB_OF_OURS,
     .message = "arrears.warnings.v1.WarningEvent",
     .written_by = "scoring",
     .read_by = "dunning, anyone"},
    {.name = TOPIC_DUNNING,
     .max_message_kib = KIB_OF_OURS,
     .message = "arrears.dunning.v1.DunningEvent",
     .written_by = "dunning",
     .read_by = "ledger, anyone"},
    {.name = TOPIC_APPROVAL_REQUESTS,
     .key = TOPIC_KEY_CREDITOR,
     .max_message_kib = KIB_OF_OURS,
     .message = "arrears.approvals.v1.ApprovalRequestEvent",
     .written_by = "dunning, ledger",
     .read_by = "approvals"},
    {.name = TOPIC_DECISIONS,
     .key = TOPIC_KEY_CREDITOR,
     .from_outside = true,
     .broker_time = true,
     .max_message_kib = KIB_FROM_OUTSIDE,
     .message = "arrears.approvals.v1.DecisionEvent",
     .written_by = "arrears",
     .read_by = "approvals"},
    {.name = TOPIC_APPROVALS,
     .max_message_kib = KIB_OF_OURS,
     .message = "arrears.approvals.v1.ApprovalEvent",
     .written_by = "approvals",
     .read_by = "ledger, dunning"},
    {.name = TOPIC_POLICIES,
     .key = TOPIC_KEY_HASH,
     .kept = TOPIC_KEPT_COMPACTED,
     .max_message_kib = KIB_FROM_OUTSIDE,
     .message = "arrears.policies.v1.PolicyRecord",
     .written_by = "arrears",
     .read_by = "all services"},
};

const int TOPIC_COUNT = (int)(sizeof TOPICS / sizeof TOPICS[0]);

static Str without_dead_letters(Str name) {
    return topic_is_dead_letters(name) ? str_slice(name, 0, name.len - S(".dlq").len) : name;
}

const Topic *topic_find(Str name) {
    Str wanted = without_dead_letters(name);
    for (int i = 0; i < TOPIC_COUNT; i++) {
        if (str_equals(str_of(TOPICS[i].name), wanted)) {
            return &TOPICS[i];
        }
    }
    return NULL;
}

Str topic_dead_letters(Arena *arena, Str name) {
    return str_format(arena, "%.*s.dlq", STR_ARGS(name));
}

bool topic_is_dead_letters(Str name) {
    return str_ends_with(name, S(".dlq"));
}
