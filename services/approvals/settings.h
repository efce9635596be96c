#pragma once

#include <stddef.h>
#include <stdint.h>

#include "chassis/settings.h"

/* What an operator can set on approvals besides what every service has. */
typedef struct ApprovalsSettings {
    int64_t answer_rows;
} ApprovalsSettings;

extern const Setting APPROVALS_SETTINGS[];
extern const ptrdiff_t APPROVALS_SETTINGS_COUNT;
