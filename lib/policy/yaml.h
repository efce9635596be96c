#pragma once

#include <cyaml/cyaml.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* Inside lib/policy only: YAML bytes into a struct, by a schema of cyaml's.
 *
 * The struct belongs to cyaml: what is kept is copied before yaml_release. Aliases are refused; one
 * line of them can stand for gigabytes. */
bool yaml_load(Str yaml, const cyaml_schema_value_t *schema, void **document, Err *err) MUST_USE;
void yaml_release(const cyaml_schema_value_t *schema, void *document);
/* Fills err with a fault of meaning, "field: sentence"; returns false. */
bool yaml_fault(Err *err, const char *format, ...) PRINTF(2, 3);
