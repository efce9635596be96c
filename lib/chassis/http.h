#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* A read-only HTTP/1.1 server on one address: GET and HEAD only, routes from a table.
 *
 * Handlers run on the server's one thread, never on the step's; what they read of the step is a
 * snapshot under a lock or a query on a connection of their own. Each answer is built in an arena
 * that lives as long as the request. A fault is an answer with a sentence: {"error": {"code":
 * "...", "sentence": "..."}}.
 *
 * A route's path is matched segment by segment; "*" takes one segment, which http_segment gives. */
typedef struct HttpRequest HttpRequest;

typedef struct HttpAnswer {
    int status;               /* 200, 400, 404, 409, 503 */
    const char *content_type; /* "application/json" when NULL */
    Str body;                 /* in the request's arena */
} HttpAnswer;

typedef struct HttpRoute {
    const char *path; /* "/v1/aging", or with wildcards: a star stands for one segment */
    void (*answer)(void *self, const HttpRequest *request, Arena *arena, HttpAnswer *answer);
    void *self;
} HttpRoute;

typedef struct HttpServer HttpServer;

/* Port 0 takes a free one; http_port tells which. The routes stay with the caller until http_close.
 */
bool http_open(const char *address, int port, const HttpRoute *routes, ptrdiff_t count,
               HttpServer **server, Err *err) MUST_USE;
int http_port(const HttpServer *server);
void http_close(HttpServer *server);

/* The n-th wildcard segment, percent-decoded; from 0. */
Str http_segment(const HttpRequest *request, int n);
/* A query parameter, percent-decoded; empty when absent. */
Str http_parameter(const HttpRequest *request, const char *name);
/* True also for one without a value: "?verbose". */
bool http_has_parameter(const HttpRequest *request, const char *name);

/* Fills an answer with an error in our form. */
void http_refuse(Arena *arena, HttpAnswer *answer, int status, const char *code, const char *format,
                 ...) PRINTF(5, 6);
