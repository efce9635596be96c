#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* Asking a server: one GET, the whole answer in the arena (at most 64 MiB). http.c alone knows
 * libcurl. */
typedef struct HttpReply {
    int status;
    Str body;
} HttpReply;

/* VERDICT_RETRY when nobody answers. An error status is a reply, not a failure. */
bool http_get(Arena *arena, Str base_url, Str path, HttpReply *reply, Err *err) MUST_USE;
/* Greets a mail server, smtp:// or smtps://, and says goodbye. VERDICT_RETRY when it does not
 * answer. */
bool http_greet_mail_server(Arena *arena, Str url, Err *err) MUST_USE;
/* A query part from pairs of name and value, values percent-encoded; absent values (ptr NULL) are
 * left out. */
Str http_query(Arena *arena, Str path, const Str *pairs, int count);
/* Free text as a part of a path: every byte percent-encoded. */
Str http_path_part(Arena *arena, Str text);
