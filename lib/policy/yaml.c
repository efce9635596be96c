/* cyaml says what is wrong, and where, only through its log function: one line with the fault, then
 * a backtrace whose first line is the nearest place. Both are kept and become the Err. */
#include "policy/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"

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

/* ---- values */

bool yaml_read_id(const char *text, const char *place, Str *id, Err *err) {
    *id = str_of(text);
    return id_is_part(*id) ||
           yaml_fault(err, "%s: 1 to 64 characters of [A-Za-z0-9._~-] are wanted", place);
}

bool yaml_read_day(const char *text, const char *place, Date *day, Err *err) {
    return date_parse(str_of(text), day) ||
           yaml_fault(err, "%s: \"%s\" is no day YYYY-MM-DD", place, text);
}

bool yaml_read_currency(const char *text, const char *place, Currency *currency, Err *err) {
    return currency_find(str_of(text), currency) ||
           yaml_fault(err, "%s: \"%s\" is no currency of ISO 4217", place, text);
}

bool yaml_read_percent(const char *text, const char *place, Decimal *percent, Err *err) {
    const int64_t most = (int64_t)YAML_PERCENT_MAX * DECIMAL_ONE;
    if (!decimal_parse(str_of(text), percent)) {
        return yaml_fault(err, "%s: \"%s\" is no number with at most six digits after the point",
                          place, text);
    }
    return (percent->millionths >= -most && percent->millionths <= most) ||
           yaml_fault(err, "%s: %s; -%d to %d percent are lawful", place, text, YAML_PERCENT_MAX,
                      YAML_PERCENT_MAX);
}

bool yaml_read_name(const char *text, const YamlNames *names, int *found, Err *err) {
    char known[FAULT_SIZE] = "";
    for (int i = 0; i < names->count; i++) {
        if (str_equals(str_of(text), str_of(names->names[i]))) {
            *found = i;
            return true;
        }
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i == 0 ? "" : ", ", names->names[i]);
    }
    return yaml_fault(err, "%s: \"%s\" is none of %s", names->place, text, known);
}
