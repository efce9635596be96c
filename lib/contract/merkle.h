#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "contract/seal.h"

/* The Merkle tree of RFC 9162 (section 2.1, the same as in RFC 6962) over SHA-256: one hash for a
 * list that is only ever added to, and short proofs that something stands in it.
 *
 * A tree is kept as its size and its frontier, the hashes of the perfect subtrees it is made of,
 * the largest first: one for each bit of the size. That is all that adding needs; the leaves are
 * somebody else's. Nothing here allocates.
 *
 *     MerkleTree tree = {0};
 *     merkle_append(&tree, merkle_leaf(bytes));
 *     Hash root = merkle_root(&tree);                                                         */
enum { MERKLE_LEVELS = 63 }; /* bits of a size */

typedef struct MerkleTree {
    int64_t size;
    Hash frontier[MERKLE_LEVELS]; /* merkle_frontier_count of them */
} MerkleTree;

Hash merkle_leaf(Str bytes);
void merkle_append(MerkleTree *tree, Hash leaf);
/* Of no leaf: the hash of nothing. */
Hash merkle_root(const MerkleTree *tree);

int merkle_frontier_count(int64_t size);
/* The frontier as bytes, HASH_SIZE for each hash; they are those of the tree. */
Str merkle_frontier(const MerkleTree *tree);
/* False when the bytes are no frontier of that size. */
bool merkle_restore(int64_t size, Str frontier, MerkleTree *tree) MUST_USE;

/* ---- inclusion: the hashes beside the way from a leaf up to the root */

/* The subtree over the leaves from..to-1, whose root is a step of the way. */
typedef struct MerkleSpan {
    int64_t from;
    int64_t to;
} MerkleSpan;

typedef struct MerklePath {
    MerkleSpan spans[MERKLE_LEVELS]; /* from the leaf upwards */
    Hash hashes[MERKLE_LEVELS];      /* their roots: whoever has the leaves fills them in */
    int count;
} MerklePath;

/* Which subtrees; 0 <= position < size. */
MerklePath merkle_path(int64_t position, int64_t size);

typedef struct MerkleClaim {
    Hash leaf;
    int64_t position;
    int64_t size;
    Hash root;
} MerkleClaim;

/* Whether the hashes lead from the leaf to the root (RFC 9162, 2.1.3.2). */
bool merkle_verify(const MerkleClaim *claim, const Hash *hashes, int count) MUST_USE;
