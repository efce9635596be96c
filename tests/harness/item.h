#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"
#include "contract/item_key.h"

/* Items as golden scripts write them: "INV-1", "INV-1/2" for an instalment, "INV-1+costs/1" for a
 * charge. */
bool item_parse(Str text, ItemKey *key) MUST_USE;
Str item_short(Arena *arena, ItemKey key);
