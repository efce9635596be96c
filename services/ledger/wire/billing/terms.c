/* What a contract says of an invoice besides price and days. */
#include "ledger/wire/billing/room.h"

PaymentWay billing_way(WireReader *reader, Arrears__Billing__V1__PaymentWay way) {
    if ((unsigned)way >= WAY_COUNT) {
        wire_fault(reader, "WAY_UNKNOWN", "way is %d; send 0 to %d.", (int)way, WAY_COUNT - 1);
        return WAY_UNKNOWN;
    }
    return (PaymentWay)way;
}

/* In the order of the contract's list, each once. */
static Str read_ways(WireReader *reader, const Arrears__Billing__V1__ContractTerms *terms) {
    bool agreed[WAY_COUNT] = {false};
    Str ways = S("");
    for (size_t i = 0; i < terms->n_ways && wire_is_good(reader); i++) {
        PaymentWay way = billing_way(reader, terms->ways[i]);
        if (wire_is_good(reader) && (way == WAY_UNKNOWN || agreed[way])) {
            wire_fault(reader, "LIST_REPEATS",
                       "terms.ways names a way twice, or none; send each once.");
        }
        agreed[way] = true;
    }
    for (PaymentWay way = WAY_UNKNOWN + 1; way < WAY_COUNT; way++) {
        if (agreed[way]) {
            ways = str_format(reader->arena, "%.*s%s%s", STR_ARGS(ways),
                              str_is_empty(ways) ? "" : " ", way_name(way));
        }
    }
    return ways;
}

static void kinds_check(WireReader *reader, const Arrears__Billing__V1__ContractTerms *terms) {
    if ((unsigned)terms->forum >= FORUM_COUNT) {
        wire_fault(reader, "KIND_UNKNOWN", "terms.forum is %d; send 0 to %d.", (int)terms->forum,
                   FORUM_COUNT - 1);
    }
    if ((unsigned)terms->agencies >= AGENCY_PERMISSION_COUNT) {
        wire_fault(reader, "KIND_UNKNOWN", "terms.agencies is %d; send 0 to %d.",
                   (int)terms->agencies, AGENCY_PERMISSION_COUNT - 1);
    }
    if (terms->dispute_days < 0 || terms->dispute_days > DISPUTE_DAYS_MAX) {
        wire_fault(reader, "DAYS", "terms.dispute_days is %d; send 0 to %d.",
                   (int)terms->dispute_days, DISPUTE_DAYS_MAX);
    }
}

ContractTerms billing_terms(WireReader *reader, const Arrears__Billing__V1__ContractTerms *terms) {
    if (terms == NULL) {
        return (ContractTerms){0};
    }
    kinds_check(reader, terms);
    return (ContractTerms){
        .dispute_days = terms->dispute_days,
        .forum = (Forum)terms->forum,
        .jurisdiction = wire_number_or_empty(reader, "terms.jurisdiction", terms->jurisdiction),
        .agencies = (AgencyPermission)terms->agencies,
        .ways = read_ways(reader, terms)};
}
