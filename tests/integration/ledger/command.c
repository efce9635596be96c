#include "tests/integration/ledger/command.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

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

extern char **environ;

/* A shell, its output into the pipe. */
static pid_t start(const char *line, const int ends[2]) {
    pid_t child = 0;
    posix_spawn_file_actions_t actions;
    char *words[] = {(char[]){"sh"}, (char[]){"-c"}, NULL, NULL};
    char *copy = strdup(line);
    CHECK(copy != NULL);
    words[2] = copy;
    CHECK(posix_spawn_file_actions_init(&actions) == 0);
    CHECK(posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0);
    CHECK(posix_spawn_file_actions_addclose(&actions, ends[0]) == 0);
    CHECK(posix_spawn(&child, "/bin/sh", &actions, NULL, words, environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    free(copy);
    return child;
}

Str command_run(Arena *arena, const char *line, int exit_code) {
    int ends[2];
    int status = 0;
    char bytes[4096];
    StrBuilder out = str_builder(arena, OUTPUT_MAX);
    CHECK(pipe(ends) == 0);
    pid_t child = start(line, ends);
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], bytes, sizeof bytes)) > 0;) {
        str_add(&out, str_from(bytes, (ptrdiff_t)got));
    }
    close(ends[0]);
    CHECK(waitpid(child, &status, 0) == child && !out.full);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != exit_code) {
        fail_msg("%s: status %d, %.*s", line, status, STR_ARGS(str_built(&out)));
    }
    return str_built(&out);
}

Str command_arrears(Arena *arena, const char *words, int exit_code) {
    Str line = str_format(arena, "%s %s", program, words);
    return command_run(arena, str_terminated(arena, line), exit_code);
}
