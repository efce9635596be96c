#include "tests/integration/ledger/page.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "tests/harness/file.h"
#include "tests/integration/ledger/command.h"
#include "tests/integration/ledger/play.h"

Page page_open(const char *path, Arena *arena) {
    return (Page){.path = path, .text = file_read(arena, path), .arena = arena};
}

Str page_block(const Page *page, const char *kind) {
    Str opening = str_format(page->arena, "```%s\n", kind);
    const char *at =
        strstr(str_terminated(page->arena, page->text), str_terminated(page->arena, opening));
    CHECK(at != NULL);
    const char *from = at + opening.len;
    const char *to = strstr(from, "```");
    CHECK(to != NULL);
    return str_from(from, to - from);
}

/* "$ arrears report ...", then what it prints until the block ends. */
static void example_add(StrBuilder *out, Str command, Arena *arena) {
    static const Str prompt = S("$ arrears ");
    Str words = str_slice(command, prompt.len, command.len);
    str_addf(out, "%.*s\n", STR_ARGS(command));
    str_add(out, command_arrears(arena, str_terminated(arena, words), 0));
}

static Str page_made(Str page, Arena *arena) {
    bool example = false;
    StrBuilder out = str_builder(arena, FILE_MAX_BYTES);
    while (!str_is_empty(page)) {
        StrCut cut = str_cut(page, '\n');
        if (str_starts_with(cut.head, S("$ arrears "))) {
            example_add(&out, cut.head, arena);
            example = true;
        } else if (!example || str_starts_with(cut.head, S("```"))) {
            str_addf(&out, "%.*s\n", STR_ARGS(cut.head));
            example = false;
        }
        page = cut.tail;
    }
    CHECK(!out.full);
    return str_built(&out);
}

static void page_write(const char *path, Str page) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    CHECK(fwrite(page.ptr, 1, (size_t)page.len, file) == (size_t)page.len);
    CHECK(fclose(file) == 0);
}

void page_check(const Page *page, bool accepting) {
    Str made = page_made(page->text, page->arena);
    if (accepting) {
        page_write(page->path, made);
    } else if (!str_equals(made, page->text)) {
        fail_msg("%s is not what is printed; accept it:\n%.*s", page->path, STR_ARGS(made));
    }
}
