/* Approvals: puts requests before people with authority and checks what they sign. */
#include "approvals/handler.h"
#include "approvals/query.h"
#include "approvals/settings.h"
#include "chassis/process.h"

extern const Migrations approvals_migrations;

int main(int argc, char **argv) {
    ApprovalsSettings settings;
    const Process process = {
        .name = "approvals",
        .summary = "puts requests before people with authority and checks what they sign",
        .migrations = approvals_migrations,
        .settings = APPROVALS_SETTINGS,
        .settings_count = APPROVALS_SETTINGS_COUNT,
        .settings_target = &settings,
        .service = approvals_service,
        .routes = approvals_routes,
        .diagram = approvals_diagram,
    };
    return process_main(&process, argc, argv);
}
