#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

/* One JSON line on stderr per thing worth knowing, in ECS names (@timestamp, log.level, message,
 * service.name, event.action, error.*), with typed fields.
 *
 * Whoever decides logs, once. A lasting condition is logged when it begins and when it ends. Ids
 * and amounts yes, personal data never. Safe to call from any thread; one write per line.
 *
 *     LOG_INFO("day_closed", "closed the business day", log_int("task", 3), log_text("day", day));
 */
typedef enum LogLevel {
    LOG_LEVEL_DEBUG,
    LOG_LEVEL_INFO,
    LOG_LEVEL_WARNING,
    LOG_LEVEL_ERROR
} LogLevel;

typedef struct LogField {
    const char *name; /* NULL: no field */
    Str text;         /* used when is_text */
    int64_t number;
    bool is_text;
} LogField;

void log_open(const char *service, LogLevel level);
bool log_level_parse(Str text, LogLevel *level) MUST_USE;

LogField log_text(const char *name, Str text);
LogField log_int(const char *name, int64_t number);

void log_write(LogLevel level, const char *action, const char *message, const LogField *fields,
               ptrdiff_t count);
/* With error.code, error.message and the verdict of err. */
void log_failure(LogLevel level, const char *action, const char *message, const Err *err);

#define LOG_FIELDS(...)                                                                            \
    (const LogField[]) {                                                                           \
        __VA_ARGS__ __VA_OPT__(, ) {                                                               \
            NULL, {NULL, 0}, 0, false                                                              \
        }                                                                                          \
    }
#define LOG_AT(level, action, message, ...)                                                        \
    log_write((level), (action), (message), LOG_FIELDS(__VA_ARGS__),                               \
              COUNT_OF(LOG_FIELDS(__VA_ARGS__)))
#define LOG_INFO(action, message, ...)    LOG_AT(LOG_LEVEL_INFO, action, message, __VA_ARGS__)
#define LOG_WARNING(action, message, ...) LOG_AT(LOG_LEVEL_WARNING, action, message, __VA_ARGS__)
#define LOG_ERROR(action, message, ...)   LOG_AT(LOG_LEVEL_ERROR, action, message, __VA_ARGS__)
