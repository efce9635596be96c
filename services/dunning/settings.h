#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "chassis/settings.h"

/* What an operator can set on dunning besides what every service has. */
typedef struct DunningSettings {
    Str smtp_url;
    Str smtp_user;
    Str smtp_password;
    Str smtp_tls;
    Str smtp_ca_file;
    int64_t smtp_timeout_ms;
    int64_t answer_rows;
} DunningSettings;

extern const Setting DUNNING_SETTINGS[];
extern const ptrdiff_t DUNNING_SETTINGS_COUNT;
