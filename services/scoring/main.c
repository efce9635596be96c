/* Scoring: knows the credit of every customer, and warns when it gets worse. */
#include "chassis/process.h"
#include "scoring/handler.h"
#include "scoring/settings.h"

int main(int argc, char **argv) {
    ScoringSettings settings;
    const Process process = {
        .name = "scoring",
        .summary = "knows the credit of every customer, and warns when it gets worse",
        .settings = SCORING_SETTINGS,
        .settings_count = SCORING_SETTINGS_COUNT,
        .settings_target = &settings,
        .service = scoring_service,
        .routes = scoring_routes,
    };
    return process_main(&process, argc, argv);
}
