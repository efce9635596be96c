/* libmicrohttpd with one polling thread of its own. The library reads and writes HTTP/1.1; what is
 * ours is the listening socket (for an error that says why), the routes and the form of answers.
 * The library is told to leave percent signs alone: decoded before the path is cut, "%2F" would be
 * a border between segments. */
#include "chassis/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "chassis/quote.h"

enum {
    CONNECTIONS_MAX = 64,        /* probes, a scraper, a few people and their scripts */
    TIMEOUT_S = 15,              /* for an idle connection or a request that does not end */
    CONNECTION_BYTES = 16 << 10, /* request line and headers; larger ones are refused with 4xx */
    REQUEST_BYTES = 64 << 20,    /* an answer while it is made; queries have limits far below */
    SEGMENTS_MAX = 8,            /* wildcards of a route */
    PARAMETERS_MAX = 32,
};

typedef struct Parameter {
    Str name;
    Str value;
} Parameter;

struct HttpRequest {
    Arena *arena;
    Str segments[SEGMENTS_MAX];
    int segment_count;
    Parameter parameters[PARAMETERS_MAX];
    int parameter_count;
    bool malformed; /* a parameter could not be decoded, or there are too many */
};

struct HttpServer {
    struct MHD_Daemon *daemon;
    const HttpRoute *routes;
    ptrdiff_t count;
    int port;
};

/* ---- what a handler may ask */

Str http_segment(const HttpRequest *request, int n) {
    CHECK(n >= 0 && n < request->segment_count);
    return request->segments[n];
}

static const Parameter *parameter_find(const HttpRequest *request, const char *name) {
    for (int i = 0; i < request->parameter_count; i++) {
        if (str_equals(request->parameters[i].name, str_of(name))) {
            return &request->parameters[i];
        }
    }
    return NULL;
}

Str http_parameter(const HttpRequest *request, const char *name) {
    const Parameter *parameter = parameter_find(request, name);
    return parameter == NULL ? (Str){0} : parameter->value;
}

bool http_has_parameter(const HttpRequest *request, const char *name) {
    return parameter_find(request, name) != NULL;
}

void http_refuse(Arena *arena, HttpAnswer *answer, int status, const char *code, const char *format,
                 ...) {
    va_list args;
    va_start(args, format);
    Str sentence = quote_print(arena, str_vformat(arena, format, args));
    va_end(args);
    Str quoted_code = quote_print(arena, str_of(code));
    *answer = (HttpAnswer){
        .status = status,
        .body = str_format(arena, "{\"error\": {\"code\": %.*s, \"sentence\": %.*s}}\n",
                           STR_ARGS(quoted_code), STR_ARGS(sentence)),
    };
}

/* ---- percent signs */

static int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* False when a percent sign has no two hex digits behind it, or the result is no UTF-8 text. */
static bool percent_decode(Arena *arena, Str raw, Str *decoded) {
    char *bytes = arena_get(arena, 1, raw.len);
    ptrdiff_t len = 0;
    for (ptrdiff_t i = 0; i < raw.len; i++) {
        if (raw.ptr[i] != '%') {
            bytes[len++] = raw.ptr[i];
            continue;
        }
        int high = i + 2 < raw.len ? hex_value(raw.ptr[i + 1]) : -1;
        int low = i + 2 < raw.len ? hex_value(raw.ptr[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[len++] = (char)(high * 16 + low);
        i += 2;
    }
    *decoded = str_from(bytes, len);
    return str_is_text(*decoded);
}

static size_t leave_percent_signs(void *self, struct MHD_Connection *connection, char *text) {
    (void)self;
    (void)connection;
    return strlen(text);
}

/* ---- parameters */

static enum MHD_Result parameter_add(void *self, enum MHD_ValueKind kind, const char *key,
                                     size_t key_size, const char *value, size_t value_size) {
    (void)kind;
    HttpRequest *request = self;
    Parameter parameter = {0};
    if (request->parameter_count == PARAMETERS_MAX ||
        !percent_decode(request->arena, str_from(key, (ptrdiff_t)key_size), &parameter.name) ||
        !percent_decode(request->arena, str_from(value, (ptrdiff_t)value_size), &parameter.value)) {
        request->malformed = true;
        return MHD_NO;
    }
    request->parameters[request->parameter_count++] = parameter;
    return MHD_YES;
}

static bool parameters_read(HttpRequest *request, struct MHD_Connection *connection) {
    MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, parameter_add, request);
    return !request->malformed;
}

/* ---- routes */

/* One segment of a path against one of a route. */
static bool segment_matches(HttpRequest *request, Str pattern, Str raw) {
    Str segment = {0};
    if (!percent_decode(request->arena, raw, &segment)) {
        return false;
    }
    if (!str_equals(pattern, S("*"))) {
        return str_equals(pattern, segment);
    }
    if (str_is_empty(segment)) {
        return false;
    }
    request->segments[request->segment_count++] = segment;
    return true;
}

static bool route_matches(HttpRequest *request, const HttpRoute *route, Str path) {
    request->segment_count = 0;
    StrCut pattern = {.tail = str_of(route->path), .found = true};
    StrCut given = {.tail = path, .found = true};
    while (pattern.found && given.found) {
        pattern = str_cut(pattern.tail, '/');
        given = str_cut(given.tail, '/');
        if (!segment_matches(request, pattern.head, given.head)) {
            return false;
        }
    }
    return pattern.found == given.found;
}

static void answer_path(const HttpServer *server, HttpRequest *request, Str path,
                        HttpAnswer *answer) {
    for (ptrdiff_t i = 0; i < server->count; i++) {
        if (route_matches(request, &server->routes[i], path)) {
            server->routes[i].answer(server->routes[i].self, request, request->arena, answer);
            CHECK(answer->status != 0);
            return;
        }
    }
    http_refuse(request->arena, answer, MHD_HTTP_NOT_FOUND, "NOT_FOUND",
                "There is nothing under this path; the service's README lists what there is.");
}

static void answer_get(const HttpServer *server, struct MHD_Connection *connection, const char *url,
                       Arena *arena, HttpAnswer *answer) {
    HttpRequest *request = ARENA_NEW(arena, HttpRequest);
    request->arena = arena;
    if (!parameters_read(request, connection)) {
        http_refuse(arena, answer, MHD_HTTP_BAD_REQUEST, "PARAMETERS_MALFORMED",
                    "The parameters are no percent-encoded UTF-8 text, or more than 32.");
        return;
    }
    answer_path(server, request, str_of(url), answer);
}

/* ---- answers */

static enum MHD_Result send_answer(struct MHD_Connection *connection, const HttpAnswer *answer) {
    struct MHD_Response *response = MHD_create_response_from_buffer(
        (size_t)answer->body.len, (void *)(uintptr_t)answer->body.ptr, MHD_RESPMEM_MUST_COPY);
    if (response == NULL) {
        return MHD_NO; /* no memory: the connection is closed */
    }
    const char *type = answer->content_type == NULL ? "application/json" : answer->content_type;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (answer->status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    }
    enum MHD_Result queued = MHD_queue_response(connection, (unsigned int)answer->status, response);
    MHD_destroy_response(response); /* the library keeps its own reference */
    return queued;
}

static bool is_read(const char *method) {
    return strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
}

static bool has_body(struct MHD_Connection *connection) {
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    const char *coding =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING);
    return coding != NULL || (length != NULL && strcmp(length, "0") != 0);
}

static enum MHD_Result refuse_early(struct MHD_Connection *connection, const char *method) {
    Arena arena = arena_open("http refusal", 16 << 10);
    HttpAnswer answer = {0};
    if (!is_read(method)) {
        http_refuse(&arena, &answer, MHD_HTTP_METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED",
                    "Only GET and HEAD are answered here: what changes something is an event on a "
                    "topic.");
    } else {
        http_refuse(&arena, &answer, MHD_HTTP_BAD_REQUEST, "BODY_NOT_ALLOWED",
                    "A request with a body is not answered; send what you ask in the path.");
    }
    enum MHD_Result sent = send_answer(connection, &answer);
    arena_close(&arena);
    return sent;
}

/* The library calls once when the headers are there and once when the request is whole. An answer
 * to the first call ends the connection, which suits a refusal; others are given to the second. */
static enum MHD_Result on_request(void *self, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **begun) {
    (void)version;
    (void)upload;
    if (*begun == NULL) {
        *begun = self;
        bool good = is_read(method) && !has_body(connection);
        return good ? MHD_YES : refuse_early(connection, method);
    }
    if (*upload_size != 0) {
        return MHD_NO; /* has_body saw it coming; never reached */
    }
    Arena arena = arena_open("http request", REQUEST_BYTES);
    HttpAnswer answer = {0};
    answer_get(self, connection, url, &arena, &answer);
    enum MHD_Result sent = send_answer(connection, &answer);
    arena_close(&arena);
    return sent;
}

/* ---- listening */

static bool listen_fault(Err *err, const char *address, int port, const char *why) {
    return err_set(err, VERDICT_STOP, "HTTP_LISTEN", "cannot listen on %s port %d: %s", address,
                   port, why);
}

static bool address_find(const char *address, int port, struct addrinfo **found, Err *err) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    char service[12];
    snprintf(service, sizeof service, "%d", port);
    int code = getaddrinfo(address, service, &hints, found);
    return code == 0 || listen_fault(err, address, port, gai_strerror(code));
}

/* True when the socket listens, without blocking. */
static bool socket_start(int fd, const struct addrinfo *where) {
    int on = 1;
    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
           bind(fd, where->ai_addr, where->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0 &&
           fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

static bool socket_open(const char *address, int port, int *fd, Err *err) {
    struct addrinfo *where = NULL;
    if (!address_find(address, port, &where, err)) {
        return false;
    }
    int made = socket(where->ai_family, SOCK_STREAM, 0);
    bool good = made >= 0 && socket_start(made, where);
    int fault = errno;
    freeaddrinfo(where);
    if (good) {
        *fd = made;
        return true;
    }
    if (made >= 0) {
        close(made);
    }
    return listen_fault(err, address, port, strerror(fault));
}

static int socket_port(int fd) {
    struct sockaddr_storage name = {0};
    socklen_t size = sizeof name;
    CHECK(getsockname(fd, (struct sockaddr *)&name, &size) == 0);
    in_port_t port = name.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&name)->sin6_port
                                                : ((struct sockaddr_in *)&name)->sin_port;
    return ntohs(port);
}

/* poll, not epoll: the library forgets a connection that began with an empty line when it is told
 * of changes only, and for this few connections poll is as quick. */
static struct MHD_Daemon *daemon_start(HttpServer *server, int fd) {
    return MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, NULL, NULL, on_request, server,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)TIMEOUT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_percent_signs, NULL, MHD_OPTION_END);
}

static void check_route(const HttpRoute *route) {
    CHECK(route->path[0] == '/' && route->answer != NULL);
    int wildcards = 0;
    for (const char *c = route->path; *c != '\0'; c++) {
        wildcards += *c == '*' ? 1 : 0;
    }
    CHECK(wildcards <= SEGMENTS_MAX);
}

bool http_open(const char *address, int port, const HttpRoute *routes, ptrdiff_t count,
               HttpServer **server, Err *err) {
    for (ptrdiff_t i = 0; i < count; i++) {
        check_route(&routes[i]);
    }
    int fd = -1;
    if (!socket_open(address, port, &fd, err)) {
        return false;
    }
    HttpServer *made = calloc(1, sizeof *made);
    CHECK(made != NULL);
    *made = (HttpServer){.routes = routes, .count = count, .port = socket_port(fd)};
    made->daemon = daemon_start(made, fd);
    if (made->daemon == NULL) {
        free(made);
        return listen_fault(err, address, port, "the server's thread does not start");
    }
    *server = made;
    return true;
}

int http_port(const HttpServer *server) {
    return server->port;
}

void http_close(HttpServer *server) {
    if (server != NULL) {
        MHD_stop_daemon(server->daemon);
        free(server);
    }
}
