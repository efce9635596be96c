#pragma once

#include <stddef.h>
#include <stdint.h>

#include "chassis/settings.h"

/* What an operator can set on scoring besides what every service has. */
typedef struct ScoringSettings {
    int64_t answer_rows;
} ScoringSettings;

extern const Setting SCORING_SETTINGS[];
extern const ptrdiff_t SCORING_SETTINGS_COUNT;
