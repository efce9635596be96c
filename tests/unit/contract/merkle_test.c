/* The tree against published values, and against the definition it has to agree with for any size.
 */
#include "contract/merkle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Arena arena;

/* The leaves and roots with which the implementations of Certificate Transparency test themselves:
 * github.com/transparency-dev/merkle, testonly/constants.go and proof/verify_test.go. */
static const char *const LEAVES[] = {"",
                                     "00",
                                     "10",
                                     "2021",
                                     "3031",
                                     "40414243",
                                     "5051525354555657",
                                     "606162636465666768696a6b6c6d6e6f"};
static const char *const ROOTS[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", /* of none */
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static Hash leaf_of(int i) {
    Str bytes = {0};
    assert_true(str_parse_hex(&arena, str_of(LEAVES[i]), &bytes));
    return merkle_leaf(bytes);
}

static Hash hash_of_text(const char *hex) {
    Hash hash = {{0}};
    assert_true(hash_parse(str_of(hex), &hash));
    return hash;
}

static void assert_hash(Hash got, const char *wanted) {
    assert_string_equal(str_terminated(&arena, hash_hex(&arena, got)), wanted);
}

static void roots_are_the_published_ones(void **state) {
    (void)state;
    MerkleTree tree = {0};
    assert_hash(merkle_root(&tree), ROOTS[0]);
    for (int i = 0; i < COUNT_OF(LEAVES); i++) {
        merkle_append(&tree, leaf_of(i));
        assert_hash(merkle_root(&tree), ROOTS[i + 1]);
    }
}

static void published_proofs_lead_to_the_root(void **state) {
    (void)state;
    static const struct {
        int position;
        int size;
        const char *hashes[3];
    } rows[] = {
        {0, 1, {NULL}},
        {0,
         8,
         {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {5,
         8,
         {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
        {1,
         5,
         {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Hash hashes[3];
        int count = 0;
        while (count < 3 && rows[i].hashes[count] != NULL) {
            hashes[count] = hash_of_text(rows[i].hashes[count]);
            count++;
        }
        MerkleClaim claim = {.leaf = leaf_of(rows[i].position),
                             .position = rows[i].position,
                             .size = rows[i].size,
                             .root = hash_of_text(ROOTS[rows[i].size])};
        assert_true(merkle_verify(&claim, hashes, count));
        assert_int_equal(merkle_path(claim.position, claim.size).count, count);
    }
}

/* ---- any size, against the definition: a tree is the node of the largest perfect tree that fits
 * and of what is left */

enum { SIZE_MAX_TRIED = 70 };

static Hash numbered_leaf(int64_t number) {
    return merkle_leaf(str_from(&number, sizeof number));
}

static Hash root_of_span(MerkleSpan span) {
    int64_t size = span.to - span.from;
    if (size == 1) {
        return numbered_leaf(span.from);
    }
    int64_t left = 1;
    while (2 * left < size) {
        left *= 2;
    }
    Hash a = root_of_span((MerkleSpan){span.from, span.from + left});
    Hash b = root_of_span((MerkleSpan){span.from + left, span.to});
    return hash_of_kind(1, str_from(a.bytes, HASH_SIZE), str_from(b.bytes, HASH_SIZE));
}

static void any_tree_is_as_defined(void **state) {
    (void)state;
    MerkleTree tree = {0};
    for (int64_t size = 1; size <= SIZE_MAX_TRIED; size++) {
        merkle_append(&tree, numbered_leaf(size - 1));
        assert_true(hash_equals(merkle_root(&tree), root_of_span((MerkleSpan){0, size})));
    }
}

static void a_tree_goes_on_from_its_frontier(void **state) {
    (void)state;
    MerkleTree whole = {0};
    for (int64_t size = 1; size <= SIZE_MAX_TRIED; size++) {
        MerkleTree again;
        Str kept = str_copy(&arena, merkle_frontier(&whole));
        assert_true(merkle_restore(whole.size, kept, &again));
        merkle_append(&whole, numbered_leaf(size));
        merkle_append(&again, numbered_leaf(size));
        assert_true(hash_equals(merkle_root(&whole), merkle_root(&again)));
        assert_false(
            merkle_restore(size, str_slice(merkle_frontier(&whole), 1, HASH_SIZE), &again));
    }
    assert_false(merkle_restore(-1, S(""), &whole));
    assert_false(merkle_restore(1, S(""), &whole));
}

/* Fills in what the leaves give for each step. */
static MerklePath path_of(int64_t position, int64_t size) {
    MerklePath path = merkle_path(position, size);
    for (int i = 0; i < path.count; i++) {
        path.hashes[i] = root_of_span(path.spans[i]);
    }
    return path;
}

static void assert_only_this_is_proven(const MerkleClaim *claim, MerklePath path) {
    assert_true(merkle_verify(claim, path.hashes, path.count));
    MerkleClaim other = *claim;
    other.leaf = numbered_leaf(-1);
    assert_false(merkle_verify(&other, path.hashes, path.count));
    other = *claim;
    other.root.bytes[0] ^= 1;
    assert_false(merkle_verify(&other, path.hashes, path.count));
    for (int64_t position = -1; position <= claim->size; position++) {
        other = *claim;
        other.position = position;
        assert_int_equal(merkle_verify(&other, path.hashes, path.count),
                         position == claim->position);
    }
    if (path.count > 0) {
        assert_false(merkle_verify(claim, path.hashes, path.count - 1));
        path.hashes[path.count / 2].bytes[HASH_SIZE - 1] ^= 1;
        assert_false(merkle_verify(claim, path.hashes, path.count));
    }
    path.hashes[path.count] = numbered_leaf(0);
    assert_false(merkle_verify(claim, path.hashes, path.count + 1));
}

static void every_leaf_of_any_tree_is_proven_and_nothing_else(void **state) {
    (void)state;
    for (int64_t size = 1; size <= SIZE_MAX_TRIED / 2; size++) {
        Hash root = root_of_span((MerkleSpan){0, size});
        for (int64_t position = 0; position < size; position++) {
            MerkleClaim claim = {numbered_leaf(position), position, size, root};
            assert_only_this_is_proven(&claim, path_of(position, size));
        }
    }
}

/* The spans of a way and the leaf itself are the whole tree, each leaf once. */
static void a_way_passes_every_leaf_once(void **state) {
    (void)state;
    static const int64_t sizes[] = {1, 2, 3, 1000, 1 << 20, ((int64_t)1 << 40) + 12345, INT64_MAX};
    for (ptrdiff_t i = 0; i < COUNT_OF(sizes); i++) {
        int64_t positions[] = {0, sizes[i] / 3, sizes[i] - 1};
        for (ptrdiff_t k = 0; k < COUNT_OF(positions); k++) {
            MerklePath path = merkle_path(positions[k], sizes[i]);
            int64_t leaves = 1;
            for (int step = 0; step < path.count; step++) {
                MerkleSpan span = path.spans[step];
                assert_true(span.from > positions[k] || span.to <= positions[k]);
                leaves += span.to - span.from;
            }
            assert_true(leaves == sizes[i]);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_the_published_ones),
        cmocka_unit_test(published_proofs_lead_to_the_root),
        cmocka_unit_test(any_tree_is_as_defined),
        cmocka_unit_test(a_tree_goes_on_from_its_frontier),
        cmocka_unit_test(every_leaf_of_any_tree_is_proven_and_nothing_else),
        cmocka_unit_test(a_way_passes_every_leaf_once),
    };
    arena = arena_open("test", 1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
