#pragma once

#include "chassis/pg.h"
#include "chassis/service.h"
#include "chassis/tasks.h"

/* Inside tasks_pg*.c only: the store's connection, and the service whose topics the rows name. */
struct Tasks {
    const PgOptions *options;
    const Service *service;
    Pg *pg;
    Meanwhile meanwhile;
};
