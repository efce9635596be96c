/* The routes of the admin port. */
#include "chassis/admin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chassis/metrics.h"
#include "tests/unit/chassis/client.h"

typedef struct Toy {
    bool alive;
    bool started;
    bool kafka;
} Toy;

static Toy toy;
static HttpServer *server;
static Reply reply;
static Metric metrics[] = {{.name = "toy_total", .help = "Toys."}};

static bool toy_is_alive(void *self) {
    return ((const Toy *)self)->alive;
}

static bool toy_is_started(void *self) {
    return ((const Toy *)self)->started;
}

static void toy_is_ready(void *self, AdminReport *report) {
    admin_check(report, "kafka", ((const Toy *)self)->kafka, S("no broker answers"));
    admin_check(report, "postgres", true, S(""));
}

static int open_server(void **state) {
    (void)state;
    static Admin admin = {.service = "toy",
                          .self = &toy,
                          .alive = toy_is_alive,
                          .started = toy_is_started,
                          .ready = toy_is_ready};
    static HttpRoute routes[ADMIN_ROUTES];
    admin_routes(&admin, routes);
    metrics_register(metrics, COUNT_OF(metrics));
    Err err = {0};
    return http_open("127.0.0.1", 0, routes, ADMIN_ROUTES, &server, &err) ? 0 : -1;
}

static int close_server(void **state) {
    (void)state;
    http_close(server);
    return 0;
}

static void probes_say_yes_or_no(void **state) {
    (void)state;
    static const struct {
        Toy toy;
        const char *request;
        int status;
        const char *body;
    } rows[] = {
        {{.alive = true}, "GET /livez", 200, "ok\n"},
        {{.alive = false}, "GET /livez", 503, "not alive\n"},
        {{.started = true}, "GET /startupz", 200, "ok\n"},
        {{.started = false}, "GET /startupz", 503, "starting\n"},
        {{.kafka = true}, "GET /readyz", 200, "ok\n"},
        {{.kafka = true}, "GET /readyz?verbose", 200, "[+]kafka ok\n[+]postgres ok\nok\n"},
        {{.kafka = false},
         "GET /readyz",
         503,
         "[-]kafka failed: no broker answers\n[+]postgres ok\nnot ready\n"},
        {{.kafka = false},
         "GET /readyz?verbose=1",
         503,
         "[-]kafka failed: no broker answers\n[+]postgres ok\nnot ready\n"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        toy = rows[i].toy;
        client_ask(http_port(server), rows[i].request, "", &reply);
        assert_int_equal(reply.status, rows[i].status);
        assert_string_equal(reply.body, rows[i].body);
    }
}

static int64_t figure(const char *line_start) {
    const char *at = strstr(reply.body, line_start);
    if (at == NULL) {
        fail_msg("no line '%s' in\n%s", line_start, reply.body);
        return 0;
    }
    return strtoll(at + strlen(line_start), NULL, 10);
}

static void figures_of_service_and_process_are_served(void **state) {
    (void)state;
    metric_add(&metrics[0], 0, 5);
    client_ask(http_port(server), "GET /metrics", "", &reply);
    assert_int_equal(reply.status, 200);
    assert_non_null(
        strstr(reply.head, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    assert_int_equal(figure("\ntoy_total "), 5);
    assert_int_equal(figure("\narrears_build_info{service=\"toy\",version=\""), 0);
    assert_true(figure("\nprocess_resident_memory_bytes ") > 1 << 20);
    assert_in_range(figure("\nprocess_open_fds "), 4, 1000);
    assert_true(figure("\nprocess_max_fds ") > 0);
    assert_true(figure("\nprocess_start_time_seconds ") > 1300000000);
    assert_in_range(figure("\nprocess_cpu_seconds_total "), 0, 1000);
    assert_true(strlen(admin_version()) >= 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_say_yes_or_no),
        cmocka_unit_test(figures_of_service_and_process_are_served),
    };
    return cmocka_run_group_tests(tests, open_server, close_server);
}
