#pragma once

#include <cyaml/cyaml.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/money.h"
#include "base/str.h"

/* Inside lib/policy only: YAML bytes into a struct, by a schema of cyaml's.
 *
 * The struct belongs to cyaml: what is kept is copied before yaml_release. Aliases are refused; one
 * line of them can stand for gigabytes. */
bool yaml_load(Str yaml, const cyaml_schema_value_t *schema, void **document, Err *err) MUST_USE;
void yaml_release(const cyaml_schema_value_t *schema, void *document);
/* Fills err with a fault of meaning, "field: sentence"; returns false. */
bool yaml_fault(Err *err, const char *format, ...) PRINTF(2, 3);

/* Values that several kinds of documents have. Each says at its place what is wrong; slices point
 * into the document. */
bool yaml_read_id(const char *text, const char *place, Str *id, Err *err) MUST_USE;
bool yaml_read_day(const char *text, const char *place, Date *day, Err *err) MUST_USE;
bool yaml_read_currency(const char *text, const char *place, Currency *currency, Err *err) MUST_USE;
/* A percentage between -YAML_PERCENT_MAX and YAML_PERCENT_MAX: "8.05" is 8.05 %. */
enum { YAML_PERCENT_MAX = 1000 };
bool yaml_read_percent(const char *text, const char *place, Decimal *percent, Err *err) MUST_USE;

/* The names a field may have; the index of one is the value of an enum. */
typedef struct YamlNames {
    const char *place;
    const char *const *names;
    int count;
} YamlNames;

bool yaml_read_name(const char *text, const YamlNames *names, int *found, Err *err) MUST_USE;
