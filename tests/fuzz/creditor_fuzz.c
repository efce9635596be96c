/* creditor_parse: what is let through can stand in the header of a mail; what is refused says why.
 */
#include "base/check.h"
#include "base/id.h"
#include "base/mail_address.h"
#include "policy/creditor.h"
#include "tests/fuzz/fuzz.h"

static void check_lines(const Str *lines, int count) {
    CHECK(count >= 1 && count <= CREDITOR_LINES_MAX);
    for (int i = 0; i < count; i++) {
        CHECK(str_is_line(lines[i]) && !str_is_empty(lines[i]));
        CHECK(lines[i].len <= CREDITOR_LINE_MAX);
    }
}

static void check_creditor(const Creditor *creditor) {
    CHECK(date_is_valid(creditor->valid_from));
    CHECK(id_is_part(creditor->id) && id_is_part(creditor->ladder));
    CHECK(str_is_line(creditor->name) && !str_is_empty(creditor->name));
    CHECK(str_is_line(creditor->phone) && !str_is_empty(creditor->phone));
    CHECK(mail_address_is_valid(creditor->mail_from));
    CHECK(mail_address_is_valid(creditor->mail_reply_to));
    check_lines(creditor->address, creditor->address_count);
    check_lines(creditor->pay_to, creditor->pay_to_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 20);
    Creditor creditor = {0};
    Err err = {0};
    if (creditor_parse(str_from(data, (ptrdiff_t)size), &arena, &creditor, &err)) {
        check_creditor(&creditor);
    } else {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
