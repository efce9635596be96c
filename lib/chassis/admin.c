/* Probes in the form Kubernetes prints them, and figures about the process that every Prometheus
 * client library has under the same names. They are read when asked: nothing is kept up to date. */
#include "chassis/admin.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/metrics.h"

enum { REPORT_MAX = 64 << 10, PROCESS_MAX = 4 << 10 };

static const char TEXT_TYPE[] = "text/plain; charset=utf-8";
static const char METRICS_TYPE[] = "text/plain; version=0.0.4; charset=utf-8";

const char *admin_version(void) {
    return ARREARS_VERSION;
}

/* ---- probes */

struct AdminReport {
    StrBuilder lines;
    bool good;
};

void admin_check(AdminReport *report, const char *name, bool is_good, Str why) {
    if (is_good) {
        str_addf(&report->lines, "[+]%s ok\n", name);
        return;
    }
    str_addf(&report->lines, "[-]%s failed: %.*s\n", name, STR_ARGS(why));
    report->good = false;
}

static HttpAnswer probe_answer(bool good, Str body) {
    return (HttpAnswer){.status = good ? 200 : 503, .content_type = TEXT_TYPE, .body = body};
}

static void answer_livez(void *self, const HttpRequest *request, Arena *arena, HttpAnswer *answer) {
    (void)request;
    (void)arena;
    const Admin *admin = self;
    bool good = admin->alive(admin->self);
    *answer = probe_answer(good, good ? S("ok\n") : S("not alive\n"));
}

static void answer_startupz(void *self, const HttpRequest *request, Arena *arena,
                            HttpAnswer *answer) {
    (void)request;
    (void)arena;
    const Admin *admin = self;
    bool good = admin->started(admin->self);
    *answer = probe_answer(good, good ? S("ok\n") : S("starting\n"));
}

/* The list is always there when something failed: who looks then wants to know what. */
static void answer_readyz(void *self, const HttpRequest *request, Arena *arena,
                          HttpAnswer *answer) {
    const Admin *admin = self;
    AdminReport report = {.lines = str_builder(arena, REPORT_MAX), .good = true};
    admin->ready(admin->self, &report);
    bool listed = !report.good || http_has_parameter(request, "verbose");
    Str list = listed ? str_built(&report.lines) : S("");
    Str end = report.good ? S("ok\n") : S("not ready\n");
    *answer =
        probe_answer(report.good, str_format(arena, "%.*s%.*s", STR_ARGS(list), STR_ARGS(end)));
}

/* ---- figures about the process */

static void add_head(StrBuilder *text, const char *name, const char *type, const char *help) {
    str_addf(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_cpu(StrBuilder *text) {
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    int64_t us = ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                 usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    add_head(text, "process_cpu_seconds_total", "counter",
             "Processor time of the process, in user and system mode.");
    str_addf(text, "process_cpu_seconds_total %" PRId64 ".%06" PRId64 "\n", us / 1000000,
             us % 1000000);
}

/* The second number of /proc/self/statm: pages in memory. Left out where there is no such file. */
static void add_memory(StrBuilder *text) {
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) {
        return;
    }
    int64_t pages = 0;
    if (fscanf(file, "%*d %" SCNd64, &pages) == 1) {
        add_head(text, "process_resident_memory_bytes", "gauge", "Memory of the process in RAM.");
        str_addf(text, "process_resident_memory_bytes %" PRId64 "\n",
                 pages * (int64_t)sysconf(_SC_PAGESIZE));
    }
    fclose(file);
}

static void add_descriptors(StrBuilder *text) {
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL) {
        return;
    }
    int open_count = -1; /* the folder's own */
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        open_count += entry->d_name[0] == '.' ? 0 : 1;
    }
    closedir(folder);
    add_head(text, "process_open_fds", "gauge", "Open file descriptors.");
    str_addf(text, "process_open_fds %d\n", open_count);
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    add_head(text, "process_max_fds", "gauge", "Most file descriptors the process may open.");
    str_addf(text, "process_max_fds %" PRIu64 "\n", (uint64_t)limit.rlim_cur);
}

static void add_start(StrBuilder *text, Instant started_at) {
    add_head(text, "process_start_time_seconds", "gauge",
             "When the process was started, in seconds since 1970-01-01.");
    str_addf(text, "process_start_time_seconds %" PRId64 ".%06" PRId64 "\n",
             started_at.us / 1000000, started_at.us % 1000000);
}

static void add_build(StrBuilder *text, const char *service) {
    add_head(text, "arrears_build_info", "gauge", "Always 1; its labels say what runs.");
    str_addf(text, "arrears_build_info{service=\"%s\",version=\"%s\"} 1\n", service,
             admin_version());
}

static void answer_metrics(void *self, const HttpRequest *request, Arena *arena,
                           HttpAnswer *answer) {
    (void)request;
    const Admin *admin = self;
    StrBuilder process = str_builder(arena, PROCESS_MAX);
    add_build(&process, admin->service);
    add_start(&process, admin->started_at);
    add_cpu(&process);
    add_memory(&process);
    add_descriptors(&process);
    Str ours = metrics_print(arena);
    Str standard = str_built(&process);
    *answer = (HttpAnswer){
        .status = 200,
        .content_type = METRICS_TYPE,
        .body = str_format(arena, "%.*s%.*s", STR_ARGS(ours), STR_ARGS(standard)),
    };
}

void admin_routes(Admin *admin, HttpRoute routes[ADMIN_ROUTES]) {
    admin->started_at = clock_now();
    routes[0] = (HttpRoute){"/livez", answer_livez, admin};
    routes[1] = (HttpRoute){"/readyz", answer_readyz, admin};
    routes[2] = (HttpRoute){"/startupz", answer_startupz, admin};
    routes[3] = (HttpRoute){"/metrics", answer_metrics, admin};
}
