#pragma once

#include "arrears/credit/v1/credit.pb-c.h"
#include "base/arena.h"
#include "scoring/core/profile.h"

/* Inside wire/ only: what credit records and warnings have in common. */
Arrears__Credit__V1__Reason **put_reasons(Arena *arena, const Reasons *reasons, size_t *count);

/* The enums of the contract and ours have the same numbers. */
_Static_assert((int)BAND_E == (int)ARREARS__CREDIT__V1__BAND__BAND_E, "bands");
_Static_assert((int)CHARACTERISTIC_WRITE_OFFS ==
                   (int)ARREARS__CREDIT__V1__CHARACTERISTIC__CHARACTERISTIC_WRITE_OFFS,
               "characteristics");
