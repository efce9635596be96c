/* Leaves and nodes are hashed under different first bytes, so that no node can be shown as a leaf.
 */
#include "contract/merkle.h"

#include <assert.h>
#include <string.h>

#include "base/check.h"

enum { KIND_LEAF = 0, KIND_NODE = 1 };

static_assert(sizeof(Hash) == HASH_SIZE, "a frontier is its hashes, one after the other");

static Str bytes_of(const Hash *hash) {
    return str_from(hash->bytes, HASH_SIZE);
}

static Hash node_of(const Hash *left, const Hash *right) {
    return hash_of_kind(KIND_NODE, bytes_of(left), bytes_of(right));
}

Hash merkle_leaf(Str bytes) {
    return hash_of_kind(KIND_LEAF, bytes, (Str){0});
}

int merkle_frontier_count(int64_t size) {
    CHECK(size >= 0);
    return __builtin_popcountll((unsigned long long)size);
}

/* ---- growing */

/* Two subtrees of one size become one, as often as there are two: once for each low bit that is set
 * in the size. */
void merkle_append(MerkleTree *tree, Hash leaf) {
    int count = merkle_frontier_count(tree->size);
    CHECK(tree->size < INT64_MAX);
    for (int64_t size = tree->size; size & 1; size >>= 1) {
        leaf = node_of(&tree->frontier[--count], &leaf);
    }
    tree->frontier[count] = leaf;
    tree->size++;
}

Hash merkle_root(const MerkleTree *tree) {
    int count = merkle_frontier_count(tree->size);
    if (count == 0) {
        return hash_of((Str){0});
    }
    Hash root = tree->frontier[count - 1];
    for (int i = count - 2; i >= 0; i--) {
        root = node_of(&tree->frontier[i], &root);
    }
    return root;
}

Str merkle_frontier(const MerkleTree *tree) {
    return str_from(tree->frontier, (ptrdiff_t)HASH_SIZE * merkle_frontier_count(tree->size));
}

bool merkle_restore(int64_t size, Str frontier, MerkleTree *tree) {
    if (size < 0 || frontier.len != (ptrdiff_t)HASH_SIZE * merkle_frontier_count(size)) {
        return false;
    }
    *tree = (MerkleTree){.size = size};
    if (frontier.len > 0) {
        memcpy(tree->frontier, frontier.ptr, (size_t)frontier.len);
    }
    return true;
}

/* ---- inclusion */

/* The largest power of two below a size above 1: where a tree is split. */
static int64_t split_of(int64_t size) {
    return (int64_t)1 << (63 - __builtin_clzll((unsigned long long)size - 1));
}

MerklePath merkle_path(int64_t position, int64_t size) {
    CHECK(position >= 0 && position < size);
    MerklePath path = {0};
    MerkleSpan here = {0, size};
    while (here.to - here.from > 1) {
        int64_t middle = here.from + split_of(here.to - here.from);
        MerkleSpan left = {here.from, middle};
        MerkleSpan right = {middle, here.to};
        bool is_left = position < middle;
        path.spans[path.count++] = is_left ? right : left;
        here = is_left ? left : right;
    }
    for (int i = 0; i < path.count / 2; i++) { /* found from the root downwards */
        MerkleSpan span = path.spans[i];
        path.spans[i] = path.spans[path.count - 1 - i];
        path.spans[path.count - 1 - i] = span;
    }
    return path;
}

bool merkle_verify(const MerkleClaim *claim, const Hash *hashes, int count) {
    if (claim->position < 0 || claim->position >= claim->size) {
        return false;
    }
    int64_t at = claim->position;
    int64_t last = claim->size - 1;
    Hash root = claim->leaf;
    for (int i = 0; i < count; i++, at >>= 1, last >>= 1) {
        if (last == 0) {
            return false; /* more hashes than there are levels */
        }
        while ((at & 1) == 0 && at == last) { /* nothing stands beside it: it goes up as it is */
            at >>= 1;
            last >>= 1;
        }
        root = (at & 1) != 0 ? node_of(&hashes[i], &root) : node_of(&root, &hashes[i]);
    }
    return last == 0 && hash_equals(root, claim->root);
}
