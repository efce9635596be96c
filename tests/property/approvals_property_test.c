/* What must hold for approvals whatever comes in: only a valid signature, within its limit, by
 * somebody else than who asked, about exactly this request and in time, ever approves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "approvals/core/decide.h"
#include "approvals/core/rules.h"
#include "approvals/wire.h"
#include "arrears/approvals/v1/approvals.pb-c.h"
#include "contract/wire.h"
#include "tests/harness/chance.h"

enum { ROUNDS = 3000, PEOPLE = 4, LIMIT = 500000, DAY = 19724, SPAN = 3 };

static Chance chance;
static KeyPair pairs[PEOPLE];
static const Str NAMES[PEOPLE] = {S("mia"), S("carl"), S("bea"), S("eve")};

/* mia and carl up to LIMIT, bea above it, eve nowhere, though she has a key. */
static AuthorityRule rule_new(Arena *arena) {
    static const Str low[] = {S("mia"), S("carl")};
    static const Str board[] = {S("bea")};
    Currency euro = {0};
    assert_true(currency_find(S("EUR"), &euro));
    AuthorityPerson *persons = ARENA_ARRAY(arena, AuthorityPerson, PEOPLE);
    for (int i = 0; i < PEOPLE; i++) {
        persons[i] = (AuthorityPerson){.id = NAMES[i], .has_key = true};
        memcpy(persons[i].key, pairs[i].public_key, AUTHORITY_KEY_SIZE);
    }
    AuthorityTier *tiers = ARENA_ARRAY(arena, AuthorityTier, 2);
    tiers[0] = (AuthorityTier){.name = S("low"),
                               .limits = {money_of(LIMIT, euro)},
                               .limit_count = 1,
                               .persons = low,
                               .person_count = 2};
    tiers[1] = (AuthorityTier){.name = S("board"), .persons = board, .person_count = 1};
    AuthorityRule rule = {
        .authority = {.persons = persons, .person_count = PEOPLE, .tiers = tiers, .tier_count = 2}};
    rule.ring = rules_ring(&rule.authority, arena);
    return rule;
}

/* Mostly yes, so that all of many conditions are often met together. */
static bool mostly(void) {
    return chance_between(&chance, 0, 7) != 0;
}

static Str hash_bytes(Arena *arena, const char *text) {
    Hash hash = hash_of(str_of(text));
    return str_copy(arena, str_from(hash.bytes, HASH_SIZE));
}

static Request request_new(Arena *arena) {
    Currency euro = {0};
    assert_true(currency_find(S("EUR"), &euro));
    RequestItem *item = ARENA_NEW(arena, RequestItem);
    int64_t minor = LIMIT + chance_between(&chance, -2, 2);
    *item =
        (RequestItem){.key = {.number = S("I-1")}, .open = money_of(minor, euro), .due_on = {DAY}};
    return (Request){.id = S("R-1"),
                     .kind = REQUEST_WRITE_OFF,
                     .account = {S("acme"), S("c1")},
                     .amount = item->open,
                     .items = item,
                     .item_count = 1,
                     .requester = NAMES[chance_between(&chance, 0, PEOPLE - 1)],
                     .requested_on = {DAY},
                     .hash = hash_bytes(arena, "request")};
}

/* A decision with any of its parts wrong, and whether all of them are right. */
typedef struct Try {
    SignedDecision signed_decision;
    bool lawful;
} Try;

static ProtobufCBinaryData bytes_of(Str bytes) {
    return (ProtobufCBinaryData){.len = (size_t)bytes.len, .data = (uint8_t *)bytes.ptr};
}

static Try try_new(Arena *arena, const Request *request, Date day) {
    Arrears__Approvals__V1__Decision decision = ARREARS__APPROVALS__V1__DECISION__INIT;
    int64_t who = chance_between(&chance, 0, PEOPLE - 1);
    int64_t key = mostly() ? who : chance_between(&chance, 0, PEOPLE - 1);
    bool same_request = mostly();
    bool same_hash = mostly();
    bool same_customer = mostly();
    Money amount = request->amount;
    amount.minor += mostly() ? 0 : chance_between(&chance, -1, 1);
    Date first = date_add(day, (int32_t)chance_between(&chance, -SPAN, 1));
    Date last = date_add(day, (int32_t)chance_between(&chance, -1, SPAN));
    decision.request_id = wire_put_text(arena, same_request ? request->id : S("R-2"));
    decision.verdict = ARREARS__APPROVALS__V1__VERDICT__VERDICT_APPROVE;
    decision.request_hash = bytes_of(same_hash ? request->hash : hash_bytes(arena, "other"));
    decision.creditor = wire_put_text(arena, S("acme"));
    decision.customer = wire_put_text(arena, same_customer ? S("c1") : S("c2"));
    decision.amount = wire_put_money(arena, amount);
    decision.actor = wire_put_text(arena, NAMES[who]);
    decision.not_before = wire_put_date(arena, first);
    decision.expires_on = wire_put_date(arena, last);
    decision.nonce = bytes_of(nonce_new(arena));
    Str payload = wire_pack(&decision.base, arena);
    bool small = request->amount.minor <= LIMIT;
    bool authorized = small ? who <= 1 : who == 2;
    return (Try){.signed_decision = {.seal = {.payload = payload,
                                              .key_id = NAMES[who],
                                              .signature = seal_sign(arena, &pairs[key],
                                                                     str_of(DECISION_PAYLOAD_TYPE),
                                                                     payload)},
                                     .request_hint = request->id},
                 .lawful = key == who && same_request && same_hash && same_customer &&
                           amount.minor == request->amount.minor && authorized &&
                           !str_equals(request->requester, NAMES[who]) &&
                           date_compare(first, day) <= 0 && date_compare(last, day) >= 0};
}

static bool is_approved(Arena *arena, const AuthorityRule *rule) {
    Date day = {DAY};
    Request request = request_new(arena);
    CaseFile file = {.creditor = S("acme"), .request_id = request.id};
    Desk asked = {.arena = arena, .file = &file, .day = day, .authority = &rule->authority};
    receive(&asked, &request);
    assert_int_equal(file.state, REQUEST_WAITING);
    Try one = try_new(arena, &file.request, day);
    Decision decision = wire_prove(&one.signed_decision, &rule->ring, arena);
    Desk desk = {.arena = arena, .file = &file, .day = day, .authority = &rule->authority};
    judge(&desk, &one.signed_decision, &decision);
    assert_int_equal(desk.fact_count, 1);
    bool approved = desk.facts[0].kind == FACT_APPROVED;
    assert_true(approved == one.lawful);
    assert_true(approved == (file.state == REQUEST_APPROVED));
    return approved;
}

static void only_a_lawful_decision_approves(void **state) {
    (void)state;
    int approved = 0;
    chance = chance_start();
    for (int i = 0; i < PEOPLE; i++) {
        pairs[i] = key_pair_new();
    }
    Arena arena = arena_open("test", 4 << 20);
    for (int i = 0; i < ROUNDS; i++) {
        AuthorityRule rule = rule_new(&arena);
        approved += is_approved(&arena, &rule);
        arena_reset(&arena);
    }
    assert_true(approved > 0 && approved < ROUNDS); /* both were met */
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_a_lawful_decision_approves)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
