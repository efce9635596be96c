#pragma once

#include "base/str.h"
#include "dunning/core/debtor.h"
#include "dunning/core/fact.h"

/* What dunning says and knows, as a person reads it; each fact one line or a few, indented. */

/* `day`: when it was said; DATE_NONE: the line above says that. */
void print_fact(StrBuilder *out, const Fact *fact, Date day);
/* `day`: the open one. */
void print_debtor(StrBuilder *out, const Debtor *debtor, Date day);
