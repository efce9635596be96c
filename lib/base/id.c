/* Names and keys. */
#include "base/id.h"

static bool is_part_character(char c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool digit = c >= '0' && c <= '9';
    return letter || digit || c == '.' || c == '_' || c == '~' || c == '-';
}

bool id_is_part(Str text) {
    if (text.len < 1 || text.len > ID_PART_MAX) {
        return false;
    }
    for (ptrdiff_t i = 0; i < text.len; i++) {
        if (!is_part_character(text.ptr[i])) {
            return false;
        }
    }
    return true;
}

bool id_is_number(Str text) {
    if (text.len < 1 || text.len > ID_NUMBER_MAX || text.ptr[0] == ' ' ||
        text.ptr[text.len - 1] == ' ') {
        return false;
    }
    return str_is_line(text);
}

bool account_parse(Str key, Account *account) {
    StrCut cut = str_cut(key, '/');
    if (!id_is_part(cut.head) || !id_is_part(cut.tail)) {
        return false;
    }
    *account = (Account){.creditor = cut.head, .customer = cut.tail};
    return true;
}

Str account_key(Arena *arena, Account account) {
    ptrdiff_t length = account.creditor.len + 1 + account.customer.len;
    char *key = ARENA_ARRAY(arena, char, length + 1); /* terminated, as formatted text is */
    memcpy(key, account.creditor.ptr, (size_t)account.creditor.len);
    key[account.creditor.len] = '/';
    memcpy(key + account.creditor.len + 1, account.customer.ptr, (size_t)account.customer.len);
    return (Str){key, length};
}

bool account_equals(Account a, Account b) {
    return str_equals(a.creditor, b.creditor) && str_equals(a.customer, b.customer);
}

int account_compare(Account a, Account b) {
    int order = str_compare(a.creditor, b.creditor);
    return order != 0 ? order : str_compare(a.customer, b.customer);
}
