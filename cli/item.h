#pragma once

#include <jansson.h>

#include "cli/out.h"

/* What of an invoice a row of an answer is about, in two columns: "charge" and ">instalment". */
void item_cells(Out *out, const json_t *row);
