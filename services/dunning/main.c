/* Dunning: reminds, and asks for write-offs. */
#include "chassis/process.h"
#include "dunning/handler.h"
#include "dunning/query.h"
#include "dunning/settings.h"

extern const Migrations dunning_migrations;

int main(int argc, char **argv) {
    DunningSettings settings;
    const Process process = {
        .name = "dunning",
        .summary = "reminds of what is overdue, and asks for write-offs",
        .migrations = dunning_migrations,
        .settings = DUNNING_SETTINGS,
        .settings_count = DUNNING_SETTINGS_COUNT,
        .settings_target = &settings,
        .check = dunning_settings_check,
        .service = dunning_service,
        .routes = dunning_routes,
        .diagram = dunning_diagrams,
        .dispatches = true,
    };
    return process_main(&process, argc, argv);
}
