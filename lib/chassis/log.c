/* A line is built in place and written in one call. It is never longer than PIPE_BUF, the most that
 * the kernel writes to a pipe in one piece: lines of threads and processes that share a pipe cannot
 * run into each other. What does not fit is cut (texts) or left out (fields). */
#include "chassis/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/quote.h"

enum {
    LINE_SIZE = 4096,  /* PIPE_BUF of Linux */
    LINE_END = 3,      /* kept free for what closes a line: quote, brace, newline */
    MESSAGE_MAX = 2048 /* so that a long message leaves room for the fields */
};

/* One process has one standard error. Set once at the start, before there are threads. */
static char service_name[64];
static _Atomic LogLevel lowest_level = LOG_LEVEL_INFO;

static const char *const LEVEL_NAMES[] = {
    [LOG_LEVEL_DEBUG] = "debug",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_ERROR] = "error",
};

void log_open(const char *service, LogLevel level) {
    snprintf(service_name, sizeof service_name, "%s", service);
    lowest_level = level;
}

bool log_level_parse(Str text, LogLevel *level) {
    for (int i = 0; i < COUNT_OF(LEVEL_NAMES); i++) {
        if (str_equals(text, str_of(LEVEL_NAMES[i]))) {
            *level = (LogLevel)i;
            return true;
        }
    }
    return false;
}

LogField log_text(const char *name, Str text) {
    return (LogField){.name = name, .text = text, .is_text = true};
}

LogField log_int(const char *name, int64_t number) {
    return (LogField){.name = name, .number = number};
}

typedef struct Line {
    char bytes[LINE_SIZE];
    ptrdiff_t len;
} Line;

static ptrdiff_t line_room(const Line *line) {
    return LINE_SIZE - LINE_END - line->len;
}

static void line_add(Line *line, const char *piece) {
    ptrdiff_t len = (ptrdiff_t)strlen(piece);
    CHECK(len <= LINE_SIZE - line->len);
    memcpy(line->bytes + line->len, piece, (size_t)len);
    line->len += len;
}

/* The name with its comma and colon; false, with nothing added, when no value would fit behind. */
static bool line_add_name(Line *line, const char *name) {
    enum { AROUND = 4, SMALLEST_VALUE = 24 };
    if ((ptrdiff_t)strlen(name) > line_room(line) - AROUND - SMALLEST_VALUE) {
        return false;
    }
    line_add(line, line->len == 1 ? "\"" : ",\"");
    line_add(line, name);
    line_add(line, "\":");
    return true;
}

static void line_add_text(Line *line, const char *name, Str text, ptrdiff_t max) {
    if (!line_add_name(line, name)) {
        return;
    }
    line_add(line, "\"");
    ptrdiff_t room = line_room(line) < max ? line_room(line) : max;
    line->len += quote_into(line->bytes + line->len, room, text);
    line_add(line, "\"");
}

static void line_add_number(Line *line, const char *name, int64_t number) {
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, number);
    if (line_add_name(line, name)) {
        line_add(line, digits);
    }
}

static void line_add_time(Line *line) {
    Arena scratch = arena_open("log", 1 << 10);
    line_add_text(line, "@timestamp", instant_print(&scratch, clock_now()), LINE_SIZE);
    arena_close(&scratch);
}

static void line_add_field(Line *line, const LogField *field) {
    if (field->name == NULL) {
        return;
    }
    if (field->is_text) {
        line_add_text(line, field->name, field->text, LINE_SIZE);
    } else {
        line_add_number(line, field->name, field->number);
    }
}

/* Nothing can be done about a standard error that is gone. */
static void line_write(const Line *line) {
    ptrdiff_t written = 0;
    while (written < line->len) {
        ssize_t now = write(STDERR_FILENO, line->bytes + written, (size_t)(line->len - written));
        if (now < 0 && errno != EINTR) {
            return;
        }
        written += now > 0 ? now : 0;
    }
}

void log_write(LogLevel level, const char *action, const char *message, const LogField *fields,
               ptrdiff_t count) {
    if (level < lowest_level) {
        return;
    }
    Line line;
    line.len = 0;
    line_add(&line, "{");
    line_add_time(&line);
    line_add_text(&line, "log.level", str_of(LEVEL_NAMES[level]), LINE_SIZE);
    line_add_text(&line, "message", str_of(message), MESSAGE_MAX);
    line_add_text(&line, "ecs.version", S("8.11.0"), LINE_SIZE);
    line_add_text(&line, "service.name", str_of(service_name), LINE_SIZE);
    line_add_text(&line, "event.action", str_of(action), LINE_SIZE);
    for (ptrdiff_t i = 0; i < count; i++) {
        line_add_field(&line, &fields[i]);
    }
    line_add(&line, "}\n");
    line_write(&line);
}

void log_failure(LogLevel level, const char *action, const char *message, const Err *err) {
    LogField fields[] = {
        log_text("error.code", str_of(err->code)),
        log_text("error.type", str_of(verdict_name(err->verdict))),
        log_text("error.message", str_of(err->text)),
    };
    log_write(level, action, message, fields, COUNT_OF(fields));
}
