/* The canonical form of an entry, its leaf, and the head of a day: every byte of them counts, since
 * auditors recompute them. */
#include "ledger/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/journal_head.h"
#include "tests/unit/ledger/values.h"

static Arena arena;

static Entry any_entry(void) {
    Entry entry = entry_of(ENTRY_ALLOCATION, usd(12345));
    entry.number = 2;
    entry.effective_on = day("2013-01-31");
    entry.recorded_on = day("2013-02-01");
    entry.item = (ItemKey){.number = S("INV-1"), .instalment = 2};
    entry.allocation = ALLOCATION_OLDEST_FIRST;
    entry.credit_kind = CREDIT_PAYMENT;
    entry.credit_number = S("P-7");
    return entry;
}

static const LeafPlace PLACE = {3, 41, {{"ACME", 4}, {"0379-NEVHP", 10}}};

static Str form_of(const Entry *entry) {
    Leaf leaf = leaf_of_entry(&PLACE, entry, &arena);
    return leaf_print(&leaf);
}

static void every_field_has_its_line(void **state) {
    (void)state;
    Entry entry = any_entry();
    assert_string_equal(str_terminated(&arena, form_of(&entry)),
                        "task 1 3\nposition 2 41\ncreditor 4 ACME\ncustomer 10 0379-NEVHP\n"
                        "entry 1 2\nkind 10 allocation\ndebit 9 unapplied\ncredit 10 receivable\n"
                        "currency 3 USD\namount 5 12345\neffective_on 10 2013-01-31\n"
                        "recorded_on 10 2013-02-01\ninvoice 5 INV-1\ninstalment 1 2\n"
                        "credit_kind 7 payment\n"
                        "credit_number 3 P-7\nallocation 12 oldest_first\n");
}

static void what_is_empty_has_no_line(void **state) {
    (void)state;
    Entry entry = entry_of(ENTRY_WRITE_OFF, usd(1));
    entry.number = 9;
    entry.effective_on = entry.recorded_on = day("2013-02-01");
    entry.document = S("WO-7");
    assert_string_equal(str_terminated(&arena, form_of(&entry)),
                        "task 1 3\nposition 2 41\ncreditor 4 ACME\ncustomer 10 0379-NEVHP\n"
                        "entry 1 9\nkind 9 write_off\ndebit 8 bad_debt\ncredit 10 receivable\n"
                        "currency 3 USD\namount 1 1\neffective_on 10 2013-02-01\n"
                        "recorded_on 10 2013-02-01\ndocument 4 WO-7\n");
}

/* A text that looks like lines is still one text. */
static void no_text_can_be_taken_for_another_field(void **state) {
    (void)state;
    Leaf one = {.arena = &arena};
    leaf_add(&one, "invoice", S("I\nrequest 1 R"));
    Leaf two = {.arena = &arena};
    leaf_add(&two, "invoice", S("I"));
    leaf_add(&two, "request", S("R"));
    assert_string_equal(str_terminated(&arena, leaf_print(&one)), "invoice 13 I\nrequest 1 R\n");
    assert_string_equal(str_terminated(&arena, leaf_print(&two)), "invoice 1 I\nrequest 1 R\n");
}

static void numbers_are_decimal(void **state) {
    (void)state;
    Leaf leaf = {.arena = &arena};
    leaf_add_number(&leaf, "a", 0);
    leaf_add_number(&leaf, "b", INT64_MAX);
    leaf_add_number(&leaf, "c", INT64_MIN);
    assert_string_equal(str_terminated(&arena, leaf_print(&leaf)),
                        "a 1 0\nb 19 9223372036854775807\nc 20 -9223372036854775808\n");
}

static void entries_get_places_and_leaves_in_order(void **state) {
    (void)state;
    Book book = {.arena = &arena, .task = 3, .account = PLACE.account};
    TaskTree tree = {.task = 3};
    for (int i = 0; i < 5; i++) {
        book_post(&book, any_entry());
        tree_add(&tree, &book, i);
    }
    MerkleTree wanted = {0};
    for (int i = 0; i < 5; i++) {
        const Entry *entry = &book.entries[i];
        LeafPlace place = {3, i, book.account};
        Leaf leaf = leaf_of_entry(&place, entry, &arena);
        Hash hash = merkle_leaf(leaf_print(&leaf));
        assert_int_equal(entry->position, i);
        assert_true(str_equals(entry->leaf, str_from(hash.bytes, HASH_SIZE)));
        merkle_append(&wanted, hash);
    }
    assert_true(hash_equals(merkle_root(&tree.tree), merkle_root(&wanted)));
}

static KeyRing ring_of(const KeyPair *key) {
    PublicKey *half = ARENA_NEW(&arena, PublicKey);
    half->id = S("journal");
    memcpy(half->bytes, key->public_key, PUBLIC_KEY_SIZE);
    return (KeyRing){half, 1};
}

static void a_day_is_sealed_in_a_chain(void **state) {
    (void)state;
    JournalKeys keys = {.keys = {{.pair = key_pair_new(), .until = DATE_NONE}}, .count = 1};
    KeyRing ring = ring_of(&keys.keys[0].pair);
    TaskTree tree = {.task = 3};
    TaskTree again = tree;
    Str first = tree_seal(&tree, day("2013-01-02"), &keys, &arena);
    assert_true(str_equals(first, tree_seal(&again, day("2013-01-02"), &keys, &arena)));
    tree.sealed = S(""); /* the next batch */
    Str second = tree_seal(&tree, day("2013-01-03"), &keys, &arena);
    JournalHead head;
    assert_true(journal_head_verify(second, &ring, &arena));
    assert_true(journal_head_parse(second, &arena, &head));
    assert_true(head.task == 3 && head.size == 0 && head.has_previous);
    assert_true(hash_equals(head.previous, hash_of(first)));
}

/* Days that are decided again give the heads that were published before the keys were changed. */
static void heads_are_signed_by_the_key_of_their_day(void **state) {
    (void)state;
    JournalKeys both = {.keys = {{.pair = key_pair_new(), .until = day("2013-01-02")},
                                 {.pair = key_pair_new(), .until = DATE_NONE}},
                        .count = 2};
    JournalKeys before = {.keys = {{.pair = both.keys[0].pair, .until = DATE_NONE}}, .count = 1};
    KeyRing old = ring_of(&both.keys[0].pair);
    KeyRing new = ring_of(&both.keys[1].pair);
    TaskTree tree = {.task = 3};
    TaskTree again = tree;
    Str first = tree_seal(&tree, day("2013-01-02"), &before, &arena);
    assert_true(str_equals(first, tree_seal(&again, day("2013-01-02"), &both, &arena)));
    assert_true(journal_head_verify(first, &old, &arena));
    again.sealed = S("");
    Str second = tree_seal(&again, day("2013-01-03"), &both, &arena);
    assert_true(journal_head_verify(second, &new, &arena));
    assert_false(journal_head_verify(second, &old, &arena));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_has_its_line),
        cmocka_unit_test(what_is_empty_has_no_line),
        cmocka_unit_test(no_text_can_be_taken_for_another_field),
        cmocka_unit_test(numbers_are_decimal),
        cmocka_unit_test(entries_get_places_and_leaves_in_order),
        cmocka_unit_test(a_day_is_sealed_in_a_chain),
        cmocka_unit_test(heads_are_signed_by_the_key_of_their_day),
    };
    arena = arena_open("test", 1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
