#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/* Any bytes as JSON text, for the two places of the chassis that write JSON by hand: log lines and
 * faults over HTTP. Bytes that are no UTF-8 become U+FFFD, so that one broken name cannot spoil a
 * line. */

/* Escapes into `to` as many whole characters as fit, without quotes; returns the bytes written. */
ptrdiff_t quote_into(char *to, ptrdiff_t room, Str text);
/* With quotes, whole. */
Str quote_print(Arena *arena, Str text);
