/* The door of dunning for a test in another language.
 *
 *     smtp_driver '{"url", "tls", "timeout_ms", "user", "password", "ca_file"}'
 *
 * Reads a mail a line from stdin (JSON, the members of Mail) and answers each with a line
 * {"outcome", "code", "closed", "text"}. Exit code 2 when the settings are refused. */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "dunning/smtp.h"

static Str member(const json_t *object, const char *name) {
    return str_of(json_string_value(json_object_get(object, name)));
}

static const char *outcome_name(SmtpOutcome outcome) {
    switch (outcome) {
    case SMTP_UNKNOWN:
        return "unknown";
    case SMTP_SENT:
        return "sent";
    case SMTP_REFUSED:
        return "refused";
    case SMTP_DEFERRED:
        return "deferred";
    }
    CHECK(!"an outcome");
}

static SmtpAnswer answered(Smtp *smtp, const json_t *object, Arena *arena) {
    Mail mail = {.id = member(object, "id"),
                 .from_name = member(object, "from_name"),
                 .from = member(object, "from"),
                 .reply_to = member(object, "reply_to"),
                 .to_name = member(object, "to_name"),
                 .to = member(object, "to"),
                 .subject = member(object, "subject"),
                 .body = member(object, "body"),
                 .at = {json_integer_value(json_object_get(object, "at"))}};
    return smtp_send(smtp, &mail, arena);
}

static bool serve(Smtp *smtp) {
    json_error_t fault;
    json_t *object = json_loadf(stdin, JSON_DISABLE_EOF_CHECK, &fault);
    if (object == NULL) {
        return false;
    }
    Arena arena = arena_open("mail", 32 << 20);
    SmtpAnswer answer = answered(smtp, object, &arena);
    printf("{\"outcome\": \"%s\", \"code\": %d, \"closed\": %s, \"text\": ",
           outcome_name(answer.outcome), answer.code, answer.closed ? "true" : "false");
    json_t *text = json_stringn(answer.text.ptr, (size_t)answer.text.len);
    json_dumpf(text, stdout, JSON_ENCODE_ANY);
    puts("}");
    fflush(stdout);
    json_decref(text);
    arena_close(&arena);
    json_decref(object);
    return true;
}

int main(int argc, char **argv) {
    Err err;
    Smtp *smtp = NULL;
    CHECK(argc == 2);
    signal(SIGPIPE, SIG_IGN);
    json_t *object = json_loads(argv[1], 0, NULL);
    SmtpSettings settings = {.url = member(object, "url"),
                             .user = member(object, "user"),
                             .password = member(object, "password"),
                             .tls = member(object, "tls"),
                             .ca_file = member(object, "ca_file"),
                             .timeout_ms =
                                 json_integer_value(json_object_get(object, "timeout_ms"))};
    bool open = smtp_open(&settings, &smtp, &err);
    json_decref(object);
    if (!open) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    while (serve(smtp)) {
    }
    smtp_close(smtp);
    return EXIT_SUCCESS;
}
