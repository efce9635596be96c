#include "cli/cli.h"

#include <errno.h>
#include <inttypes.h>

#include "base/check.h"
#include "base/id.h"

static int option_place(const Cli *cli, const char *name) {
    for (int i = 0; cli->known && cli->known[i].name; i++) {
        if (strcmp(cli->known[i].name, name) == 0) {
            return i;
        }
    }
    CHECK(!"a command asks for an option that its table does not name");
    return -1;
}

Str cli_option(const Cli *cli, const char *name) {
    return cli->values[option_place(cli, name)];
}

bool cli_flag(const Cli *cli, const char *name) {
    return cli_option(cli, name).ptr != NULL;
}

bool cli_date(const Cli *cli, const char *what, Str text, Date *date) {
    (void)cli;
    if (date_parse(text, date)) {
        return true;
    }
    cli_say("%s: \"%.*s\" is not a day; write it as 2013-06-30", what, STR_ARGS(text));
    return false;
}

bool cli_number(const Cli *cli, const char *what, Str text, int64_t least, int64_t most,
                int64_t *number) {
    (void)cli;
    if (str_parse_i64(text, number) && *number >= least && *number <= most) {
        return true;
    }
    cli_say("%s: \"%.*s\" is not a whole number from %" PRId64 " to %" PRId64, what, STR_ARGS(text),
            least, most);
    return false;
}

void cli_say(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("arrears: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

static int code_of(Verdict verdict) {
    switch (verdict) {
    case VERDICT_RETRY:
        return CLI_AWAY;
    case VERDICT_UNSURE:
        return CLI_UNKNOWN;
    case VERDICT_NONE:
    case VERDICT_POISON:
    case VERDICT_STOP:
        return CLI_PARTLY;
    }
    return CLI_PARTLY;
}

int cli_fail(const Err *err, const char *format, ...) {
    char what[256];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    cli_say("%s: %s", what, err->text);
    return code_of(err->verdict);
}

bool cli_read_file(Arena *arena, const char *path, Str *content, Err *err) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        return err_set(err, VERDICT_POISON, "FILE", "%s: %s", path, strerror(errno));
    }
    StrBuilder builder = str_builder(arena, CLI_FILE_MAX);
    char block[16384];
    size_t size;
    while ((size = fread(block, 1, sizeof block, file)) > 0) {
        str_add(&builder, str_from(block, (ptrdiff_t)size));
    }
    bool failed = ferror(file);
    fclose(file);
    if (failed || builder.full) {
        return err_set(err, VERDICT_POISON, "FILE", "%s: %s", path,
                       failed ? "cannot be read" : "is larger than 16 MiB");
    }
    *content = str_built(&builder);
    return true;
}

/* "id hex" on one line, as `keys new` writes it. */
bool cli_secret_key(Cli *cli, Str path, KeyPair *pair, Str *id, Err *err) {
    Str content = {0};
    if (!cli_read_file(&cli->arena, str_terminated(&cli->arena, path), &content, err)) {
        return false;
    }
    if (!key_file_parse(content, id, pair) || !id_is_part(*id)) {
        return err_set(err, VERDICT_POISON, "KEY",
                       "%.*s is not a secret key as `arrears keys new` writes it", STR_ARGS(path));
    }
    return true;
}

bool cli_operator_key(Cli *cli, KeyPair *pair, Str *id, Err *err) {
    if (str_is_empty(cli->settings.operator_key_file)) {
        return err_set(err, VERDICT_POISON, "KEY",
                       "ARREARS_OPERATOR_KEY_FILE names no key; make one with `arrears keys new`");
    }
    return cli_secret_key(cli, cli->settings.operator_key_file, pair, id, err);
}
