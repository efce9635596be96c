/* The last words of a process whose own invariant is broken. The line is written piece by piece and
 * without memory of its own: the heap may be what is broken. */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

static void put_escaped(const char *text) {
    for (const char *c = text; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte == '"' || byte == '\\') {
            fprintf(stderr, "\\%c", byte);
        } else if (byte < 0x20) {
            fprintf(stderr, "\\u%04x", byte);
        } else {
            fputc(byte, stderr);
        }
    }
}

void check_failed(const char *file, int line, const char *function, const char *condition) {
    fputs("{\"log.level\":\"fatal\",\"message\":\"broken invariant: ", stderr);
    put_escaped(condition);
    fputs("\",\"log.origin.file.name\":\"", stderr);
    put_escaped(file);
    fprintf(stderr, "\",\"log.origin.file.line\":%d,\"log.origin.function\":\"", line);
    put_escaped(function);
    fputs("\"}\n", stderr);
    fflush(stderr);
    abort();
}
