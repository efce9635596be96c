#include "approvals/settings.h"

#include "base/attr.h"

const Setting APPROVALS_SETTINGS[] = {
    SETTING_NUMBER(
        ApprovalsSettings, answer_rows, "ARREARS_APPROVALS_ANSWER_ROWS", "500", 1, 10000,
        "Rows of one kind (requests, decisions) that an answer over HTTP holds at most."),
};
const ptrdiff_t APPROVALS_SETTINGS_COUNT = COUNT_OF(APPROVALS_SETTINGS);
