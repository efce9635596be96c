#pragma once

#include <stdbool.h>

#include "base/date.h"
#include "base/str.h"
#include "chassis/http.h"

/* The four paths that machines ask every service, on its admin port:
 *
 *     /livez      is the process to be kept, or started again?
 *     /startupz   is it through with starting? Until then nobody asks the other two.
 *     /readyz     does it do its work? ?verbose lists the checks, one a line
 *     /metrics    Prometheus text
 *
 * The callbacks run on the server's thread; what they read of the step is a snapshot under a lock.
 * The struct and what it names stay with the caller until the server is closed.
 *
 *     Admin admin = {.service = "ledger", .self = &ledger, .alive = ..., .started = ..., .ready =
 * ...}; HttpRoute routes[ADMIN_ROUTES]; admin_routes(&admin, routes); http_open(settings.address,
 * settings.admin_port, routes, ADMIN_ROUTES, &server, &err) */
enum { ADMIN_ROUTES = 4 };

typedef struct AdminReport AdminReport;

typedef struct Admin {
    const char *service;
    void *self; /* given to the callbacks */
    bool (*alive)(void *self);
    bool (*started)(void *self);
    Instant started_at; /* by admin_routes, the first thing a service does after its settings */
    void (*ready)(void *self, AdminReport *report); /* calls admin_check for each of its checks */
} Admin;

/* One line of /readyz; a check that is not good says why. Without any check the service is ready.
 */
void admin_check(AdminReport *report, const char *name, bool is_good, Str why);

void admin_routes(Admin *admin, HttpRoute routes[ADMIN_ROUTES]);

/* The version of this build: "0.1.0". */
const char *admin_version(void);
