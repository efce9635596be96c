/* cyaml says what is wrong, and where, only through its log function: one line with the fault, then
 * a backtrace whose first line is the nearest place. Both are kept and become the Err. */
#include "policy/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FAULT_SIZE = 160 };

typedef struct Fault {
    char text[FAULT_SIZE]; /* "Load: Unexpected key: foo" */
    int line;              /* 0: cyaml did not say */
} Fault;

static void fault_note(cyaml_log_t level, void *context, const char *format, va_list args)
    PRINTF(3, 0);
static void fault_note(cyaml_log_t level, void *context, const char *format, va_list args) {
    Fault *fault = context;
    char line[FAULT_SIZE];
    if (level < CYAML_LOG_ERROR) {
        return;
    }
    vsnprintf(line, sizeof line, format, args);
    const char *place = strstr(line, "(line: ");
    if (place != NULL && fault->line == 0) {
        (void)sscanf(place, "(line: %d", &fault->line);
    } else if (place == NULL && fault->text[0] == '\0' && strstr(line, "Backtrace") == NULL) {
        memcpy(fault->text, line, sizeof line);
    }
}

static cyaml_config_t config_of(Fault *fault) {
    return (cyaml_config_t){.log_fn = fault_note,
                            .log_ctx = fault,
                            .log_level = CYAML_LOG_ERROR,
                            .mem_fn = cyaml_mem,
                            .flags = CYAML_CFG_NO_ALIAS};
}

static bool fault_report(const Fault *fault, cyaml_err_t code, Err *err) {
    Str text = str_of(fault->text[0] != '\0' ? fault->text : cyaml_strerror(code));
    text = str_starts_with(text, S("Load: ")) ? str_slice(text, 6, text.len) : text;
    text = str_trim(text);
    if (fault->line == 0) {
        return err_set(err, VERDICT_STOP, "POLICY_FORM", "%.*s", STR_ARGS(text));
    }
    return err_set(err, VERDICT_STOP, "POLICY_FORM", "near line %d: %.*s", fault->line,
                   STR_ARGS(text));
}

bool yaml_load(Str yaml, const cyaml_schema_value_t *schema, void **document, Err *err) {
    Fault fault = {0};
    cyaml_config_t config = config_of(&fault);
    *document = NULL;
    cyaml_err_t code = cyaml_load_data((const uint8_t *)(yaml.ptr == NULL ? "" : yaml.ptr),
                                       (size_t)yaml.len, &config, schema, document, NULL);
    if (code != CYAML_OK) {
        return fault_report(&fault, code, err);
    }
    return *document != NULL ||
           err_set(err, VERDICT_STOP, "POLICY_FORM", "there is nothing in the document");
}

void yaml_release(const cyaml_schema_value_t *schema, void *document) {
    Fault unused = {0};
    cyaml_config_t config = config_of(&unused);
    (void)cyaml_free(&config, schema, document, 0);
}

bool yaml_fault(Err *err, const char *format, ...) {
    char text[ERR_TEXT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_set(err, VERDICT_STOP, "POLICY_MEANING", "%s", text);
}
