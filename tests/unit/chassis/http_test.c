/* The HTTP server over real sockets. */
#include "chassis/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/harness/trap.h"
#include "tests/unit/chassis/client.h"

static Reply reply;

/* ---- a server of four routes */

static void answer_text(void *self, const HttpRequest *request, Arena *arena, HttpAnswer *answer) {
    (void)request;
    (void)arena;
    *answer = (HttpAnswer){200, "text/plain", str_of(self)};
}

/* "first|second|limit=..." */
static void answer_echo(void *self, const HttpRequest *request, Arena *arena, HttpAnswer *answer) {
    (void)self;
    Str first = http_segment(request, 0);
    Str second = http_segment(request, 1);
    Str limit = http_parameter(request, "limit");
    answer->status = 200;
    answer->body =
        str_format(arena, "%.*s|%.*s|limit=%.*s|%s", STR_ARGS(first), STR_ARGS(second),
                   STR_ARGS(limit), http_has_parameter(request, "verbose") ? "verbose" : "quiet");
}

static void answer_large(void *self, const HttpRequest *request, Arena *arena, HttpAnswer *answer) {
    (void)self;
    (void)request;
    enum { LARGE = 500000 };
    char *bytes = arena_get(arena, 1, LARGE);
    memset(bytes, 'x', LARGE);
    *answer = (HttpAnswer){.status = 200, .body = str_from(bytes, LARGE)};
}

static void answer_refusal(void *self, const HttpRequest *request, Arena *arena,
                           HttpAnswer *answer) {
    (void)self;
    (void)request;
    http_refuse(arena, answer, 409, "DAY_NOT_OPEN", "The day \"%s\" is not open.", "2013-06-30");
}

static const HttpRoute ROUTES[] = {
    {"/hello", answer_text, "hello\n"},
    {"/v1/*/items/*", answer_echo, NULL},
    {"/v1/large", answer_large, NULL},
    {"/v1/refused", answer_refusal, NULL},
};

static HttpServer *server;

static int open_server(void **state) {
    (void)state;
    Err err = {0};
    if (!http_open("127.0.0.1", 0, ROUTES, COUNT_OF(ROUTES), &server, &err)) {
        fail_msg("%s", err.text);
    }
    return 0;
}

static int close_server(void **state) {
    (void)state;
    http_close(server);
    return 0;
}

static void ask(const char *request) {
    client_ask(http_port(server), request, "", &reply);
}

static void check_refusal(int status, const char *code) {
    assert_int_equal(reply.status, status);
    assert_non_null(strstr(reply.head, "Content-Type: application/json\r\n"));
    char start[80];
    snprintf(start, sizeof start, "{\"error\": {\"code\": \"%s\", \"sentence\": \"", code);
    assert_int_equal(strncmp(reply.body, start, strlen(start)), 0);
}

/* ---- answers */

static void a_route_answers(void **state) {
    (void)state;
    ask("GET /hello");
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "hello\n");
    assert_non_null(strstr(reply.head, "Content-Length: 6\r\n"));
    assert_non_null(strstr(reply.head, "Content-Type: text/plain\r\n"));
    assert_non_null(strstr(reply.head, "Cache-Control: no-store\r\n"));
    assert_non_null(strstr(reply.head, "X-Content-Type-Options: nosniff\r\n"));
}

static void head_is_get_without_the_body(void **state) {
    (void)state;
    ask("HEAD /hello");
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.body_len, 0);
    assert_non_null(strstr(reply.head, "Content-Length: 6\r\n"));
    ask("HEAD /nothing");
    assert_int_equal(reply.status, 404);
    assert_int_equal(reply.body_len, 0);
}

static void other_paths_are_not_found(void **state) {
    (void)state;
    static const char *const rows[] = {
        "GET /",
        "GET /hello/",
        "GET //hello",
        "GET /hello/x",
        "GET /Hello",
        "GET /v1/a/items",
        "GET /v1//items/b",
        "GET /v1/a/items/",
        "GET /v1/a/items/b/",
        "GET /v1/a%2Fitems/b",
        "GET /v1/*",
        "GET /v1/a/items/%zz",
        "GET /v1/a/items/%4",
        "GET /v1/a/items/%ff",
        "GET /v1/a/items/%00",
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        ask(rows[i]);
        if (reply.status != 404) {
            fail_msg("%s: %d", rows[i], reply.status);
        }
        check_refusal(404, "NOT_FOUND");
    }
}

static void other_methods_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {"POST /hello",    "PUT /hello",     "DELETE /hello",
                                       "OPTIONS /hello", "PATCH /nothing", "get /hello"};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        ask(rows[i]);
        check_refusal(405, "METHOD_NOT_ALLOWED");
        assert_non_null(strstr(reply.head, "Allow: GET, HEAD\r\n"));
    }
    client_ask(http_port(server), "POST /hello", "Content-Length: 1000000000\r\n", &reply);
    check_refusal(405, "METHOD_NOT_ALLOWED");
}

static void a_body_is_not_read(void **state) {
    (void)state;
    client_ask(http_port(server), "GET /hello", "Content-Length: 5\r\n", &reply);
    check_refusal(400, "BODY_NOT_ALLOWED");
    client_ask(http_port(server), "GET /hello", "Transfer-Encoding: chunked\r\n", &reply);
    check_refusal(400, "BODY_NOT_ALLOWED");
    client_ask(http_port(server), "GET /hello", "Content-Length: 0\r\n", &reply);
    assert_int_equal(reply.status, 200);
}

static void segments_and_parameters_are_decoded(void **state) {
    (void)state;
    static const struct {
        const char *request;
        const char *body;
    } rows[] = {
        {"GET /v1/ACME/items/47", "ACME|47|limit=|quiet"},
        {"GET /v1/a%2Fb/items/%C3%bc", "a/b|\xc3\xbc|limit=|quiet"},
        {"GET /v1/a+b/i%74ems/%2A", "a+b|*|limit=|quiet"},
        {"GET /v1/a/items/b?limit=10", "a|b|limit=10|quiet"},
        {"GET /v1/a/items/b?limit=a%26b%3D%25+c&x", "a|b|limit=a&b=% c|quiet"},
        {"GET /v1/a/items/b?verbose", "a|b|limit=|verbose"},
        {"GET /v1/a/items/b?%76erbose=&limit=1&limit=2", "a|b|limit=1|verbose"},
        {"GET /v1/a/items/b?", "a|b|limit=|quiet"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        ask(rows[i].request);
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body, rows[i].body);
    }
}

static void malformed_parameters_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {"GET /hello?a=%", "GET /hello?a=%4", "GET /hello?a=%zz",
                                       "GET /hello?%00=a", "GET /hello?a=%ff"};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        ask(rows[i]);
        check_refusal(400, "PARAMETERS_MALFORMED");
    }
    char many[256] = "GET /hello?a";
    for (int i = 0; i < 32; i++) {
        memcpy(many + strlen(many), "&a", 3);
    }
    ask(many);
    check_refusal(400, "PARAMETERS_MALFORMED");
}

static void a_refusal_has_a_code_and_a_sentence(void **state) {
    (void)state;
    ask("GET /v1/refused");
    assert_int_equal(reply.status, 409);
    assert_string_equal(reply.body, "{\"error\": {\"code\": \"DAY_NOT_OPEN\", \"sentence\": \"The "
                                    "day \\\"2013-06-30\\\" is not open.\"}}\n");
}

static void a_large_answer_arrives_whole(void **state) {
    (void)state;
    ask("GET /v1/large");
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.body_len, 500000);
    assert_int_equal(strspn(reply.body, "x"), 500000);
}

/* ---- the library's own part */

static void a_connection_may_be_used_again(void **state) {
    (void)state;
    int fd = client_open(http_port(server));
    client_send(fd, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
                    "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
                    "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n"
                    "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    client_read(fd, &reply);
    close(fd);
    int answers = 1;
    for (const char *at = reply.body; (at = strstr(at, "HTTP/1.1 ")) != NULL; at++) {
        answers++;
    }
    assert_int_equal(answers, 4);
}

static void too_long_requests_are_refused(void **state) {
    (void)state;
    static char line[40 << 10];
    memset(line, 'a', sizeof line - 1);
    static const char get[] = {'G', 'E', 'T', ' ', '/'};
    memcpy(line, get, sizeof get);
    ask(line);
    assert_in_range(reply.status, 400, 499);
    static char header[40 << 10];
    memset(header, 'a', sizeof header - 1);
    header[1] = ':';
    header[sizeof header - 3] = '\r';
    header[sizeof header - 2] = '\n';
    client_ask(http_port(server), "GET /hello", header, &reply);
    assert_in_range(reply.status, 400, 499);
    ask("GET /hello");
    assert_int_equal(reply.status, 200);
}

static void what_is_no_http_does_no_harm(void **state) {
    (void)state;
    static const char *const rows[] = {"\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n",
                                       "GET /hello HTTP/9.9\r\n\r\n",
                                       "GET /hello HTTP/1.1\r\n\r\n"}; /* no Host */
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        int fd = client_open(http_port(server));
        client_send(fd, rows[i]);
        shutdown(fd, SHUT_WR);
        client_read(fd, &reply);
        close(fd);
        assert_true(reply.status == 0 || reply.status >= 400);
    }
    ask("GET /hello");
    assert_int_equal(reply.status, 200);
}

/* More than it holds at once: those above wait for a place, none is lost. */
static void many_connections_are_answered(void **state) {
    (void)state;
    enum { MANY = 100, ROUNDS = 4 };
    for (int round = 0; round < ROUNDS; round++) {
        int fds[MANY];
        for (int i = 0; i < MANY; i++) {
            fds[i] = client_open(http_port(server));
            assert_true(fds[i] >= 0);
        }
        for (int i = 0; i < MANY; i++) {
            client_send(fds[i], "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        }
        for (int i = 0; i < MANY; i++) {
            client_read(fds[i], &reply);
            close(fds[i]);
            assert_int_equal(reply.status, 200);
        }
    }
}

static void two_servers_do_not_meet(void **state) {
    (void)state;
    static const HttpRoute routes[] = {{"/hello", answer_text, "other\n"}};
    HttpServer *other = NULL;
    Err err = {0};
    assert_true(http_open("127.0.0.1", 0, routes, 1, &other, &err));
    assert_int_not_equal(http_port(other), http_port(server));
    client_ask(http_port(other), "GET /hello", "", &reply);
    assert_string_equal(reply.body, "other\n");
    ask("GET /hello");
    assert_string_equal(reply.body, "hello\n");
    http_close(other);
    ask("GET /hello");
    assert_string_equal(reply.body, "hello\n");
}

static void a_port_in_use_is_said(void **state) {
    (void)state;
    HttpServer *second = NULL;
    Err err = {0};
    int port = http_port(server);
    assert_false(http_open("127.0.0.1", port, ROUTES, 1, &second, &err));
    char expected[100];
    snprintf(expected, sizeof expected,
             "cannot listen on 127.0.0.1 port %d: Address already in use", port);
    assert_string_equal(err.text, expected);
    assert_int_equal(err.verdict, VERDICT_STOP);
    assert_null(second);
}

static void an_address_is_numeric(void **state) {
    (void)state;
    HttpServer *second = NULL;
    Err err = {0};
    assert_false(http_open("no.such.host", 0, ROUTES, 1, &second, &err));
    assert_non_null(strstr(err.text, "cannot listen on no.such.host port 0: "));
    assert_false(http_open("192.0.2.1", 0, ROUTES, 1, &second, &err)); /* not of this machine */
    assert_null(second);
}

static void a_closed_server_is_gone_and_its_port_free(void **state) {
    (void)state;
    HttpServer *first = NULL;
    Err err = {0};
    assert_true(http_open("127.0.0.1", 0, ROUTES, COUNT_OF(ROUTES), &first, &err));
    int port = http_port(first);
    int waiting = client_open(port);
    client_ask(port, "GET /hello", "", &reply);
    http_close(first);
    close(waiting);
    assert_int_equal(client_open(port), -1);
    assert_true(http_open("127.0.0.1", port, ROUTES, COUNT_OF(ROUTES), &first, &err));
    http_close(first);
    http_close(NULL);
}

static void a_route_has_eight_wildcards_at_most(void **state) {
    (void)state;
    static const HttpRoute routes[] = {{"/*/*/*/*/*/*/*/*/*", answer_text, ""}};
    HttpServer *second = NULL;
    Err err = {0};
    assert_true(TRAPPED(!http_open("127.0.0.1", 0, routes, 1, &second, &err)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_answers),
        cmocka_unit_test(head_is_get_without_the_body),
        cmocka_unit_test(other_paths_are_not_found),
        cmocka_unit_test(other_methods_are_refused),
        cmocka_unit_test(a_body_is_not_read),
        cmocka_unit_test(segments_and_parameters_are_decoded),
        cmocka_unit_test(malformed_parameters_are_refused),
        cmocka_unit_test(a_refusal_has_a_code_and_a_sentence),
        cmocka_unit_test(a_large_answer_arrives_whole),
        cmocka_unit_test(a_connection_may_be_used_again),
        cmocka_unit_test(too_long_requests_are_refused),
        cmocka_unit_test(what_is_no_http_does_no_harm),
        cmocka_unit_test(many_connections_are_answered),
        cmocka_unit_test(two_servers_do_not_meet),
        cmocka_unit_test(a_port_in_use_is_said),
        cmocka_unit_test(an_address_is_numeric),
        cmocka_unit_test(a_closed_server_is_gone_and_its_port_free),
        cmocka_unit_test(a_route_has_eight_wildcards_at_most),
    };
    return cmocka_run_group_tests(tests, open_server, close_server);
}
