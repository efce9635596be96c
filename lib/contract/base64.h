#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

/* Base64 as JSON carries bytes: printed in the standard alphabet with padding, read in the standard
 * or the URL's alphabet, padded or not (what protobuf's JSON form asks of a reader). */
Str base64_print(Arena *arena, Str bytes);
/* False for other characters, a length no bytes have, or bits left over. */
bool base64_parse(Arena *arena, Str text, Str *bytes) MUST_USE;
