#pragma once

/* Promises that the compiler keeps for us.
 *
 * MUST_USE stands on every function whose result may not be dropped: a failed write nobody looks
 * at is lost money. PRINTF lets the compiler compare a format with its arguments. */

#define MUST_USE            __attribute__((warn_unused_result))
#define PRINTF(text, first) __attribute__((format(printf, text, first)))
#define COUNT_OF(array)     ((ptrdiff_t)(sizeof(array) / sizeof((array)[0])))
