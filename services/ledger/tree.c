/* Called for each event in the order of its task, so that a place never depends on a batch. */
#include "ledger/tree.h"

#include "base/check.h"
#include "contract/journal_head.h"

Leaf leaf_of_entry(const LeafPlace *place, const Entry *entry, Arena *arena) {
    Leaf leaf = {.arena = arena};
    bool is_allocation = entry->kind == ENTRY_ALLOCATION;
    bool has_credit = entry->credit_kind != CREDIT_NONE;
    leaf_add_number(&leaf, "task", place->task);
    leaf_add_number(&leaf, "position", place->position);
    leaf_add(&leaf, "creditor", place->account.creditor);
    leaf_add(&leaf, "customer", place->account.customer);
    leaf_add_number(&leaf, "entry", entry->number);
    leaf_add(&leaf, "kind", str_of(entry_kind_name(entry->kind)));
    leaf_add(&leaf, "debit", str_of(gl_name(entry->debit)));
    leaf_add(&leaf, "credit", str_of(gl_name(entry->credit)));
    leaf_add(&leaf, "currency", str_of(entry->amount.currency.code));
    leaf_add_number(&leaf, "amount", entry->amount.minor);
    leaf_add_day(&leaf, "effective_on", entry->effective_on);
    leaf_add_day(&leaf, "recorded_on", entry->recorded_on);
    leaf_add(&leaf, "invoice", entry->item.number);
    leaf_add_ordinal(&leaf, "charge", (int)entry->item.charge);
    leaf_add_ordinal(&leaf, "instalment", entry->item.instalment);
    leaf_add(&leaf, "credit_kind", str_of(has_credit ? credit_kind_name(entry->credit_kind) : ""));
    leaf_add(&leaf, "credit_number", entry->credit_number);
    leaf_add(&leaf, "document", entry->document);
    leaf_add(&leaf, "allocation", str_of(is_allocation ? allocation_name(entry->allocation) : ""));
    return leaf;
}

void tree_add(TaskTree *tree, Book *book, int from) {
    CHECK(tree->task == book->task);
    for (int i = from; i < book->entry_count; i++) {
        Entry *entry = &book->entries[i];
        entry->position = tree->tree.size;
        LeafPlace place = {tree->task, entry->position, book->account};
        Leaf leaf = leaf_of_entry(&place, entry, book->arena);
        Hash hash = merkle_leaf(leaf_print(&leaf));
        entry->leaf = str_copy(book->arena, str_from(hash.bytes, HASH_SIZE));
        merkle_append(&tree->tree, hash);
    }
}

Str tree_seal(TaskTree *tree, Date day, const JournalKeys *keys, Arena *arena) {
    CHECK(str_is_empty(tree->sealed)); /* a batch closes a task's day once */
    JournalHead head = {.task = tree->task,
                        .day = day,
                        .size = tree->tree.size,
                        .root = merkle_root(&tree->tree),
                        .has_previous = tree->has_head,
                        .previous = tree->last_head};
    tree->sealed = journal_head_sign(&head, journal_keys_of(keys, day), arena);
    tree->sealed_on = day;
    tree->sealed_root = head.root;
    tree->has_head = true;
    tree->last_head = hash_of(tree->sealed);
    return tree->sealed;
}
