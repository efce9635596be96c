#include "chassis/process.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include "base/check.h"
#include "chassis/admin.h"
#include "chassis/clock.h"
#include "chassis/log.h"
#include "chassis/process_frame.h"
#include "chassis/rebuild.h"
#include "chassis/step.h"
#include "chassis/tasks.h"

enum { ALIVE_LIMIT_MS = 60000, TURN_WAIT_MS = 100, RETRY_OPEN_MS = 500, FLUSH_LEAST_MS = 1000 };

const Setting PROCESS_SETTINGS[] = {
    SETTING_TEXT(ProcessSettings, operator_keys, "ARREARS_OPERATOR_KEYS", NULL, 1, 16384,
                 "Public keys whose day ticks count: lines `id hex`."),
    SETTING_TEXT(ProcessSettings, listen_address, "ARREARS_LISTEN_ADDRESS", "127.0.0.1", 1, 64,
                 "Address of both ports."),
    SETTING_NUMBER(ProcessSettings, admin_port, "ARREARS_ADMIN_PORT", "0", 0, 65535,
                   "/livez, /readyz, /startupz, /metrics; 0 takes a free one."),
    SETTING_NUMBER(ProcessSettings, api_port, "ARREARS_API_PORT", "0", 0, 65535,
                   "/v1/...; 0 takes a free one."),
    SETTING_TEXT(ProcessSettings, log_level, "ARREARS_LOG_LEVEL", "info", 1, 16,
                 "debug, info, warning or error."),
    SETTING_NUMBER(ProcessSettings, drain_ms, "ARREARS_DRAIN_MS", "20000", 0, 600000,
                   "After SIGTERM: how long to wait for the broker's acknowledgements."),
    SETTING_NUMBER(ProcessSettings, takeover_ms, "ARREARS_TAKEOVER_MS", "30000", 1000, 600000,
                   "All takeovers of a rebalance; longer: the process ends."),
    SETTING_NUMBER(ProcessSettings, gap_ms, "ARREARS_GAP_MS", "60000", 100, 3600000,
                   "A missing number older than this makes the service not ready."),
};
const ptrdiff_t PROCESS_SETTINGS_COUNT = COUNT_OF(PROCESS_SETTINGS);

typedef struct Running {
    const Process *process;
    ProcessSettings settings;
    Arena arena; /* for the life of the process */
    StoreFrame *frame;
    Service service;
    StepOptions options;
    pthread_mutex_t lock; /* over `step`, which the ports' threads ask */
    Step *step;           /* NULL until it is open, and from when it closes */
    Admin checks;
    HttpRoute admin_routes[ADMIN_ROUTES];
    HttpServer *admin;
    HttpServer *api;
} Running;

/* ---- signals */

static volatile sig_atomic_t terminations;

static void on_terminate(int signal_number) {
    (void)signal_number;
    if (terminations++ > 0) {
        _exit(EXIT_FAILED); /* the second one: nothing is half committed, the store rolls back */
    }
}

static void signals_open(void) {
    struct sigaction action = {.sa_handler = on_terminate};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

/* ---- settings */

enum { TABLES = 3 + FRAME_TABLES };

/* frame and settings NULL: for printing. */
static int tables_of(const Process *process, StoreFrame *frame, ProcessSettings *settings,
                     SettingsTable *tables) {
    tables[0] = (SettingsTable){process->name, process->settings, process->settings_count,
                                process->settings_target};
    int count = 1 + frame_settings(process, frame, &tables[1]);
    tables[count++] =
        (SettingsTable){"Every service", PROCESS_SETTINGS, PROCESS_SETTINGS_COUNT, settings};
    tables[count++] = (SettingsTable){"Kafka", KAFKA_SETTINGS, KAFKA_SETTINGS_COUNT,
                                      settings ? &settings->kafka : NULL};
    return count;
}

static const char *from_environment(const char *variable) {
    return getenv(variable);
}

/* A migration needs nothing of what the service itself is told, its mail server say. */
static bool settings_read(Running *running, bool own_too) {
    SettingsTable tables[TABLES];
    running->frame = frame_new(running->process, &running->arena);
    int count = tables_of(running->process, running->frame, &running->settings, tables);
    int first = own_too ? 0 : 1;
    Str faults;
    if (!settings_load(tables + first, count - first, from_environment, &running->arena, &faults)) {
        fprintf(stderr, "%.*s", STR_ARGS(faults));
        return false;
    }
    LogLevel level;
    if (!log_level_parse(running->settings.log_level, &level)) {
        fprintf(stderr, "ARREARS_LOG_LEVEL: not a level; use debug, info, warning or error\n");
        return false;
    }
    log_open(running->process->name, level);
    running->settings.kafka.client_id = str_of(running->process->name);
    frame_ready(running->frame, &running->settings.kafka);
    Err err;
    if (own_too && running->process->check &&
        !running->process->check(running->process->settings_target, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return false;
    }
    if (!key_ring_parse(running->settings.operator_keys, &running->arena,
                        &running->options.operators, &err)) {
        fprintf(stderr, "ARREARS_OPERATOR_KEYS: %s\n", err.text);
        return false;
    }
    return true;
}

/* ---- ports */

static void step_publish(Running *running, Step *step) {
    pthread_mutex_lock(&running->lock);
    running->step = step;
    pthread_mutex_unlock(&running->lock);
}

static bool is_alive(void *self) {
    Running *running = self;
    pthread_mutex_lock(&running->lock);
    bool alive = !running->step || step_is_alive(running->step, ALIVE_LIMIT_MS);
    pthread_mutex_unlock(&running->lock);
    return alive;
}

static bool is_started(void *self) {
    Running *running = self;
    pthread_mutex_lock(&running->lock);
    bool started = running->step != NULL;
    pthread_mutex_unlock(&running->lock);
    return started;
}

/* The callbacks of a port hold the lock while they read: the step cannot close under them. */
static void report_ready(void *self, AdminReport *report) {
    Running *running = self;
    Arena scratch = arena_open("ready", 256 << 10);
    Str why = S("waits for its store and the broker");
    pthread_mutex_lock(&running->lock);
    bool ready = running->step && step_is_ready(running->step, &scratch, &why);
    pthread_mutex_unlock(&running->lock);
    admin_check(report, "step", ready, why);
    arena_close(&scratch);
}

static void answer_progress(void *self, const HttpRequest *request, Arena *arena,
                            HttpAnswer *answer) {
    (void)request;
    Running *running = self;
    pthread_mutex_lock(&running->lock);
    bool started = running->step != NULL;
    if (started) {
        *answer = (HttpAnswer){.status = 200, .body = step_progress(running->step, arena)};
    }
    pthread_mutex_unlock(&running->lock);
    if (!started) {
        http_refuse(arena, answer, 503, "STARTING",
                    "The service waits for its store and the broker.");
    }
}

static bool ports_open(Running *running, Err *err) {
    Arena *arena = &running->arena;
    const HttpRoute *own = NULL;
    int count = running->process->routes
                    ? running->process->routes(running->process->settings_target,
                                               frame_door(running->frame), arena, &own)
                    : 0;
    HttpRoute *routes = ARENA_ARRAY(arena, HttpRoute, count + 1);
    routes[0] = (HttpRoute){"/v1/progress", answer_progress, running};
    for (int i = 0; i < count; i++) {
        routes[i + 1] = own[i];
    }
    const char *address = str_terminated(arena, running->settings.listen_address);
    running->checks = (Admin){.service = running->process->name,
                              .self = running,
                              .alive = is_alive,
                              .started = is_started,
                              .ready = report_ready};
    admin_routes(&running->checks, running->admin_routes);
    if (!http_open(address, (int)running->settings.admin_port, running->admin_routes, ADMIN_ROUTES,
                   &running->admin, err) ||
        !http_open(address, (int)running->settings.api_port, routes, count + 1, &running->api,
                   err)) {
        return false;
    }
    LOG_INFO("ports_open", "answering", log_int("admin_port", http_port(running->admin)),
             log_int("api_port", http_port(running->api)));
    return true;
}

/* ---- commands */

int process_fail(const char *action, const char *message, const Err *err) {
    log_failure(LOG_LEVEL_ERROR, action, message, err);
    return err->verdict == VERDICT_STOP ? EXIT_OPERATOR : EXIT_FAILED;
}

/* A dependency that is away at start is waited for; the startup probe says so meanwhile. */
static bool step_open_patiently(Running *running, Step **step, Err *err) {
    bool said = false;
    while (!terminations) {
        if (frame_check(running->frame, err) && step_open(&running->options, step, err)) {
            return true;
        }
        if (err->verdict == VERDICT_STOP) {
            return false;
        }
        if (!said) {
            log_failure(LOG_LEVEL_WARNING, "start_waits", "waiting for a dependency", err);
            said = true;
        }
        poll(NULL, 0, RETRY_OPEN_MS); /* a signal ends it early */
    }
    return err_set(err, VERDICT_NONE, "", "asked to end");
}

/* Nothing new is sent. What is under way gets the drain time, and the loop goes on turning; what
 * became of the last one is noted, and taken in by whoever has the task next. */
static bool finish_acting(Running *running, Step *step, int64_t until_ms, bool good, Err *err) {
    while (!frame_act_end(running->frame) && clock_monotonic_ms() < until_ms) {
        good = good && step_turn(step, TURN_WAIT_MS, err);
        if (!good) {
            poll(NULL, 0, TURN_WAIT_MS);
        }
    }
    return good;
}

static int run_loop(Running *running) {
    Err err = {0};
    Step *step = NULL;
    if (!step_open_patiently(running, &step, &err)) {
        return err.verdict == VERDICT_NONE
                   ? EXIT_DONE
                   : process_fail("start_refused", "the service does not start", &err);
    }
    step_publish(running, step);
    LOG_INFO("started", "running");
    frame_act(running->frame, step, &running->service, &running->settings.kafka);
    bool good = true;
    while (good && !terminations) {
        good = step_turn(step, TURN_WAIT_MS, &err);
    }
    LOG_INFO("ending", "leaving the group");
    int64_t until_ms = clock_monotonic_ms() + running->settings.drain_ms;
    good = finish_acting(running, step, until_ms, good, &err);
    step_publish(running, NULL);
    int64_t left_ms = until_ms - clock_monotonic_ms();
    step_close(step, good && left_ms > FLUSH_LEAST_MS ? (int)left_ms : good ? FLUSH_LEAST_MS : 0);
    return good ? EXIT_DONE : process_fail("stopped", "the service cannot go on", &err);
}

static void options_fill(Running *running) {
    running->service =
        running->process->service(running->process->settings_target, &running->arena);
    running->options.service = &running->service;
    running->options.kafka = &running->settings.kafka;
    running->options.store = frame_store(running->frame);
    running->options.limits = STEP_LIMITS;
    running->options.limits.events = frame_events(running->frame);
    running->options.limits.takeover_ms = running->settings.takeover_ms;
    running->options.limits.gap_ms = running->settings.gap_ms;
}

static int run_service(Running *running) {
    Err err;
    signals_open();
    options_fill(running);
    if (!ports_open(running, &err)) {
        return process_fail("ports_closed", "cannot listen", &err);
    }
    int code = run_loop(running);
    if (!frame_act_end(running->frame)) {
        LOG_WARNING("ended_sending", "what is being sent will be uncertain");
        _exit(code); /* its thread still uses what would be freed now */
    }
    http_close(running->api);
    http_close(running->admin);
    frame_close(running->frame);
    LOG_INFO("ended", "done", log_int("exit", code));
    return code;
}

static int run_skip(Running *running, char **args) {
    Err err;
    int64_t partition;
    int64_t offset;
    if (!str_parse_i64(str_of(args[1]), &partition) || !str_parse_i64(str_of(args[2]), &offset) ||
        partition < 0 || partition > INT32_MAX || offset < 0) {
        fprintf(stderr, "skip TOPIC PARTITION OFFSET: partition and offset are whole numbers\n");
        return EXIT_USAGE;
    }
    if (!tasks_skip(frame_store(running->frame), str_of(args[0]), (int32_t)partition, offset,
                    &err)) {
        return process_fail("skip_failed", "nothing was noted", &err);
    }
    LOG_INFO("skip_noted", "the record will be passed over when its task starts again");
    return EXIT_DONE;
}

/* A signal ends it at once: what is committed stands, and it goes on from there. */
static int run_rebuild(Running *running) {
    Err err;
    options_fill(running);
    bool good = frame_check(running->frame, &err) && rebuild_run(&running->options, &err);
    frame_close(running->frame);
    if (!good) {
        return process_fail("rebuild_stopped", "the state is not rebuilt", &err);
    }
    LOG_INFO("rebuild_done", "the state is what the topics say; start the service");
    return EXIT_DONE;
}

/* ---- the command line */

enum { USAGE_WORDS = 29 };

static const char REBUILD_HELP[] =
    "rebuild: makes the state of the service from its topics\n\n"
    "Takes the inputs again in the order in which the published events say they were taken,\n"
    "decides as the service does, publishes nothing, and compares each event with the published\n"
    "one. It stops at the first difference.\n\n"
    "Goes on from where the database stands: an empty one after `migrate`, a backup, or what an\n"
    "interrupted rebuild has left. End all workers first. The settings are those of the service,\n"
    "with the keys of the time that is rebuilt. Progress is logged to stderr.\n\n"
    "Exit status: 0 done, start the service; 1 a failure, run it again; 2 wrong settings;\n"
    "3 a difference, a topic that has lost records, or workers that still run.\n";

static void usage_line(const Process *process, FILE *to, const char *words, const char *what) {
    fprintf(to, "  %s %-*s%s\n", process->name, USAGE_WORDS, words, what);
}

static int usage(const Process *process, FILE *to, int code) {
    fprintf(to, "%s: %s\n\n", process->name, process->summary);
    usage_line(process, to, "", "run");
    if (frame_has_schema()) {
        usage_line(process, to, "migrate", "bring the database to this program's schema, as owner");
    }
    usage_line(process, to, "skip TOPIC PARTITION OFFSET",
               "pass over one record of a topic of our own services");
    if (process->rebuilds) {
        usage_line(process, to, "rebuild [--help]", "make the state from the topics");
    }
    usage_line(process, to, "--settings", "the settings, as Markdown");
    if (process->diagram) {
        usage_line(process, to, "--diagram", "the state diagram, as mermaid");
    }
    fprintf(to, "  %s --version\n", process->name);
    return code;
}

/* What needs no settings. -1: none of these. */
static int run_plain(const Process *process, const char *word) {
    SettingsTable tables[TABLES];
    if (strcmp(word, "--settings") == 0) {
        settings_print(tables, tables_of(process, NULL, NULL, tables), stdout);
        return EXIT_DONE;
    }
    if (strcmp(word, "--diagram") == 0 && process->diagram) {
        process->diagram(stdout);
        return EXIT_DONE;
    }
    if (strcmp(word, "--version") == 0) {
        printf("%s %s\n", process->name, ARREARS_VERSION);
        return EXIT_DONE;
    }
    return strcmp(word, "--help") == 0 ? usage(process, stdout, EXIT_DONE) : -1;
}

int process_main(const Process *process, int argc, char **argv) {
    int plain = argc == 2 ? run_plain(process, argv[1]) : -1;
    if (plain >= 0) {
        return plain;
    }
    bool wants_migrate = frame_has_schema() && argc == 2 && strcmp(argv[1], "migrate") == 0;
    bool wants_skip = argc == 5 && strcmp(argv[1], "skip") == 0;
    bool wants_rebuild = process->rebuilds && argc == 2 && strcmp(argv[1], "rebuild") == 0;
    if (process->rebuilds && argc == 3 && strcmp(argv[1], "rebuild") == 0 &&
        strcmp(argv[2], "--help") == 0) {
        printf("%s %s", process->name, REBUILD_HELP);
        return EXIT_DONE;
    }
    if (argc > 1 && !wants_migrate && !wants_skip && !wants_rebuild) {
        return usage(process, stderr, EXIT_USAGE);
    }
    Running running = {.process = process, .arena = arena_open(process->name, 64 << 20)};
    CHECK(pthread_mutex_init(&running.lock, NULL) == 0);
    int code = EXIT_USAGE;
    if (settings_read(&running, !wants_migrate)) {
        code = wants_migrate   ? frame_migrate(running.frame)
               : wants_skip    ? run_skip(&running, argv + 2)
               : wants_rebuild ? run_rebuild(&running)
                               : run_service(&running);
    }
    pthread_mutex_destroy(&running.lock);
    arena_close(&running.arena);
    return code;
}
