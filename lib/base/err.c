/* A new Err is made beside the old one and then copied over it, so that a caller may pass the old
 * text as an argument of the new. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

/* A text that was cut must still be UTF-8, or the log line that carries it is not JSON. Of a cut
 * character at most three bytes are left. */
static void drop_cut_character(char *text) {
    ptrdiff_t len = (ptrdiff_t)strlen(text);
    for (int dropped = 0; dropped < 3 && len > 0; dropped++) {
        if (str_is_text(str_from(text, len))) {
            break;
        }
        len--;
    }
    text[len] = '\0';
}

PRINTF(3, 0)
static int write_text(char *into, size_t size, const char *format, va_list args) {
    int length = vsnprintf(into, size, format, args);
    CHECK(length >= 0);
    if ((size_t)length >= size) {
        drop_cut_character(into);
        return (int)strlen(into);
    }
    return length;
}

bool err_set(Err *err, Verdict verdict, const char *code, const char *format, ...) {
    Err made = {.verdict = verdict};
    snprintf(made.code, sizeof made.code, "%s", code == NULL ? "" : code);
    va_list args;
    va_start(args, format);
    write_text(made.text, sizeof made.text, format, args);
    va_end(args);
    *err = made;
    return false;
}

bool err_context(Err *err, const char *format, ...) {
    char text[ERR_TEXT_SIZE];
    va_list args;
    va_start(args, format);
    int length = write_text(text, sizeof text, format, args);
    va_end(args);
    int whole = snprintf(text + length, sizeof text - (size_t)length, ": %s", err->text);
    if (length + whole >= ERR_TEXT_SIZE) {
        drop_cut_character(text);
    }
    memcpy(err->text, text, sizeof text);
    return false;
}

const char *verdict_name(Verdict verdict) {
    switch (verdict) {
    case VERDICT_NONE:
        return "none";
    case VERDICT_RETRY:
        return "retry";
    case VERDICT_UNSURE:
        return "unsure";
    case VERDICT_POISON:
        return "poison";
    case VERDICT_STOP:
        return "stop";
    }
    CHECK(!"a verdict");
}
