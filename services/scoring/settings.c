#include "scoring/settings.h"

#include "base/attr.h"

const Setting SCORING_SETTINGS[] = {
    SETTING_NUMBER(ScoringSettings, answer_rows, "ARREARS_SCORING_ANSWER_ROWS", "500", 1, 10000,
                   "Customers that an answer over HTTP holds at most."),
};
const ptrdiff_t SCORING_SETTINGS_COUNT = COUNT_OF(SCORING_SETTINGS);
