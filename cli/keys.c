/* `arrears keys new`: a key pair for an operator or an approver. */
#include <errno.h>
#include <fcntl.h>

#include "base/id.h"
#include "cli/cli.h"

const CliOption KEYS_NEW_OPTIONS[] = {
    {"--out", "PATH", "Write PATH.key (secret, mode 600) and PATH.pub; neither may exist."},
    {"--id", "ID", "Name of the key; default: the last part of PATH."},
    {NULL, NULL, NULL},
};

static bool write_new(const char *path, mode_t mode, Str content, Err *err) {
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (file < 0) {
        return err_set(err, VERDICT_POISON, "FILE", "%s: %s", path, strerror(errno));
    }
    bool written = write(file, content.ptr, (size_t)content.len) == content.len && fsync(file) == 0;
    close(file);
    return written || err_set(err, VERDICT_POISON, "FILE", "%s: cannot be written", path);
}

int cli_keys_new(Cli *cli) {
    Arena *arena = &cli->arena;
    Str out = cli_option(cli, "--out");
    if (!out.ptr) {
        cli_say("keys new: --out PATH is needed");
        return CLI_USAGE;
    }
    StrCut last = str_cut_last(out, '/');
    Str id = cli_option(cli, "--id").ptr ? cli_option(cli, "--id") : last.found ? last.tail : out;
    if (!id_is_part(id)) {
        cli_say("keys new: \"%.*s\" is not a name of 1 to 64 characters [A-Za-z0-9._~-]; give one "
                "with --id",
                STR_ARGS(id));
        return CLI_USAGE;
    }
    KeyPair pair = key_pair_new();
    Str secret = str_hex(arena, str_from(pair.secret_key, SECRET_KEY_SIZE));
    Str public = str_hex(arena, str_from(pair.public_key, PUBLIC_KEY_SIZE));
    const char *key_path = str_terminated(arena, str_format(arena, "%.*s.key", STR_ARGS(out)));
    const char *pub_path = str_terminated(arena, str_format(arena, "%.*s.pub", STR_ARGS(out)));
    Str key_line = str_format(arena, "%.*s %.*s\n", STR_ARGS(id), STR_ARGS(secret));
    Str pub_line = str_format(arena, "%.*s %.*s\n", STR_ARGS(id), STR_ARGS(public));
    Err err;
    if (!write_new(key_path, 0600, key_line, &err) || !write_new(pub_path, 0644, pub_line, &err)) {
        return cli_fail(&err, "keys new");
    }
    printf("%.*s", STR_ARGS(pub_line));
    return CLI_DONE;
}
