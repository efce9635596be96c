#include "tests/integration/ledger/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/check.h"
#include "tests/integration/ledger/play.h"

enum { OUTPUT_MAX = 16 << 20 };

static const char *program;

void command_open(const char *arrears, int port) {
    char url[64];
    program = arrears;
    CHECK(snprintf(url, sizeof url, "http://127.0.0.1:%d", port) < (int)sizeof url);
    CHECK(setenv("ARREARS_LEDGER_URL", url, 1) == 0);
    CHECK(setenv("ARREARS_KAFKA_BOOTSTRAP_SERVERS", "nobody:1", 1) == 0);
}

Str command_run(Arena *arena, const char *line, int exit_code) {
    char bytes[4096];
    StrBuilder out = str_builder(arena, OUTPUT_MAX);
    FILE *pipe = popen(line, "r");
    CHECK(pipe != NULL);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, pipe)) > 0;) {
        str_add(&out, str_from(bytes, (ptrdiff_t)got));
    }
    int status = pclose(pipe);
    CHECK(!out.full);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != exit_code) {
        fail_msg("%s: status %d, %.*s", line, status, STR_ARGS(str_built(&out)));
    }
    return str_built(&out);
}

Str command_arrears(Arena *arena, const char *words, int exit_code) {
    Str line = str_format(arena, "%s %s", program, words);
    return command_run(arena, str_terminated(arena, line), exit_code);
}
