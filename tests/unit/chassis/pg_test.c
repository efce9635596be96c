/* A server that stops answering, or reading, at a message of the test's choice: the kernel goes on
 * acknowledging for it, so that libpq alone would wait for ever. */
#include "chassis/pg.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/check.h"

/* How long is waited where an answer comes, and where none does. */
enum { LONG_MS = 20000, SHORT_MS = 200, MESSAGE_MAX = 64 << 10, ANSWER_MAX = 64, LARGE = 16 << 20 };

/* ---- a server of one connection */

typedef struct Server {
    int listener;
    int port;
    char silent_at;   /* type of message; 0: none */
    const char *text; /* with which it begins; NULL: whatever it is */
    int fd;
    char body[MESSAGE_MAX];
    pthread_t thread;
} Server;

static bool get(Server *server, void *bytes, size_t count) {
    return count == 0 || recv(server->fd, bytes, count, MSG_WAITALL) == (ssize_t)count;
}

/* Type 0: the first message has none. One that is too large is not read, nor is what follows. */
static bool get_message(Server *server, char *type) {
    uint32_t length;
    if ((*type && !get(server, type, 1)) || !get(server, &length, sizeof length)) {
        return false;
    }
    size_t rest = ntohl(length) - sizeof length;
    if (rest >= MESSAGE_MAX) {
        return false;
    }
    server->body[rest] = '\0';
    return get(server, server->body, rest);
}

static void put(const Server *server, char type, const char *body, size_t count) {
    char message[ANSWER_MAX] = {type};
    uint32_t length = htonl((uint32_t)(count + sizeof length));
    CHECK(count <= sizeof message - 1 - sizeof length);
    memcpy(message + 1, &length, sizeof length);
    memcpy(message + 1 + sizeof length, body, count);
    (void)!send(server->fd, message, 1 + sizeof length + count, MSG_NOSIGNAL);
}

static void put_tag(const Server *server, const char *tag) {
    put(server, 'C', tag, strlen(tag) + 1);
}

static void put_answer(Server *server, char type) {
    bool commits = strcmp(server->body, "COMMIT") == 0;
    switch (type) {
    case 'Q':
        put_tag(server, commits ? "COMMIT" : "SET");
        put(server, 'Z', "I", 1);
        return;
    case 'P':
        put(server, '1', "", 0);
        return;
    case 'B':
        put(server, '2', "", 0);
        return;
    case 'D':
        put(server, 'n', "", 0);
        return;
    case 'E':
        put_tag(server, "SELECT 0");
        return;
    case 'S':
        put(server, 'Z', "I", 1);
        return;
    default:
        return;
    }
}

static bool is_silent_at(const Server *server, char type) {
    return type == server->silent_at &&
           (!server->text || strncmp(server->body, server->text, strlen(server->text)) == 0);
}

static void *serve(void *self) {
    Server *server = self;
    server->fd = accept(server->listener, NULL, NULL);
    int yes = 1; /* answers do not wait for each other */
    setsockopt(server->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    char type = 0;
    CHECK(server->fd >= 0 && get_message(server, &type));
    put(server, 'R', "\0\0\0\0", 4);
    put(server, 'Z', "I", 1);
    for (type = 'Q'; get_message(server, &type) && !is_silent_at(server, type); type = 'Q') {
        put_answer(server, type);
    }
    return NULL;
}

static void server_begin(Server *server) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof place;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(server->listener, (struct sockaddr *)&place, size) == 0);
    CHECK(listen(server->listener, 1) == 0);
    CHECK(getsockname(server->listener, (struct sockaddr *)&place, &size) == 0);
    server->port = ntohs(place.sin_port);
    CHECK(pthread_create(&server->thread, NULL, serve, server) == 0);
}

/* When the connection has ended, or it was silent. */
static void server_end(Server *server) {
    pthread_join(server->thread, NULL);
    close(server->fd);
    close(server->listener);
}

/* ---- what is asked of it */

static const PgStatement ASK = {"ask", "SELECT $1"};
static Arena arena;

static Pg *open_at(const Server *server, int64_t answer_ms) {
    Err err;
    Pg *pg = NULL;
    PgOptions options = {.conninfo = str_format(&arena,
                                                "host=127.0.0.1 port=%d user=u dbname=d "
                                                "sslmode=disable gssencmode=disable",
                                                server->port),
                         .application_name = "test",
                         .answer_ms = answer_ms};
    assert_true(pg_open(&options, &pg, &err));
    return pg;
}

static PgParams *params_of(ptrdiff_t bytes) {
    PgParams *params = pg_params(&arena);
    pg_add_bytes(params, str_from(arena_get(&arena, 1, bytes), bytes));
    return params;
}

static bool all(Pg *pg, ptrdiff_t bytes, Err *err) {
    PgRows rows;
    return pg_begin(pg, err) && pg_run(pg, &ASK, params_of(1), &arena, &rows, err) &&
           pg_send(pg, &ASK, params_of(bytes), err) && pg_commit(pg, err);
}

typedef struct Row {
    const char *what;
    char silent_at;
    const char *text;
    ptrdiff_t bytes;
    bool answered;
} Row;

static const Row ROWS[] = {
    {"nowhere", 0, NULL, 1, true},       {"begin", 'Q', "BEGIN", 1, false},
    {"prepare", 'P', NULL, 1, false},    {"run", 'E', NULL, 1, false},
    {"commit", 'Q', "COMMIT", 1, false}, {"reads no more", 0, NULL, LARGE, false},
};

static void look_at(const Row *row, Pg *pg) {
    Err err = {0};
    bool answered = all(pg, row->bytes, &err);
    print_message("silent at %s: %s\n", row->what, err.text);
    assert_int_equal(answered, row->answered);
    assert_int_equal(pg_is_lost(pg), !row->answered);
    assert_string_equal(err.code, row->answered ? "" : "NO_ANSWER");
    assert_int_equal(err.verdict, row->answered ? VERDICT_NONE : VERDICT_UNSURE);
    pg_rollback(pg);
}

static void test_a_silent_server_is_a_lost_connection(void **state) {
    (void)state;
    for (ptrdiff_t i = 0; i < COUNT_OF(ROWS); i++) {
        static Server server;
        server = (Server){.silent_at = ROWS[i].silent_at, .text = ROWS[i].text};
        arena = arena_open("test", 4 * (ptrdiff_t)LARGE);
        server_begin(&server);
        Pg *pg = open_at(&server, ROWS[i].answered ? LONG_MS : SHORT_MS);
        look_at(&ROWS[i], pg);
        pg_close(pg);
        server_end(&server);
        arena_close(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_silent_server_is_a_lost_connection)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
