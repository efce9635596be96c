#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

/* What an operator can set, as tables of rows; the environment is the only source.
 *
 * A process has a few tables (those of the chassis and its own), each with the struct its rows are
 * written to. Every row can also be given as VARIABLE_FILE, the path of a file with the value (its
 * last line end is cut): the way secrets are mounted. All faults are reported at once, in
 * settings_report's lines, before anything is opened.
 * `--settings` prints the tables as Markdown; the README of a service holds the same lines,
 * compared by a test.
 *
 *     static const Setting ROWS[] = {
 *         SETTING_NUMBER(LedgerSettings, horizon_days, "ARREARS_HORIZON_DAYS", "400", 1, 3650,
 *                        "How far ahead an effective date may lie."),
 *     };
 *
 * Texts live in the arena of the caller. */
typedef enum SettingType {
    SETTING_TYPE_TEXT,   /* Str; min and max bound its length */
    SETTING_TYPE_NUMBER, /* int64_t; min and max bound it */
    SETTING_TYPE_FLAG,   /* bool; "true" or "false" */
} SettingType;

typedef struct Setting {
    const char *variable;
    SettingType type;
    ptrdiff_t offset;     /* of the field in the struct */
    const char *fallback; /* as text; NULL: must be given */
    int64_t min;
    int64_t max;
    bool secret; /* never printed, not even in a fault */
    const char *help;
} Setting;

#define SETTING_TEXT(Type, field, variable, fallback, min, max, help)                              \
    {                                                                                              \
        (variable), SETTING_TYPE_TEXT, offsetof(Type, field), (fallback), (min), (max), false,     \
            (help)                                                                                 \
    }
#define SETTING_SECRET(Type, field, variable, fallback, min, max, help)                            \
    { (variable), SETTING_TYPE_TEXT, offsetof(Type, field), (fallback), (min), (max), true, (help) }
#define SETTING_NUMBER(Type, field, variable, fallback, min, max, help)                            \
    {                                                                                              \
        (variable), SETTING_TYPE_NUMBER, offsetof(Type, field), (fallback), (min), (max), false,   \
            (help)                                                                                 \
    }
#define SETTING_FLAG(Type, field, variable, fallback, help)                                        \
    { (variable), SETTING_TYPE_FLAG, offsetof(Type, field), (fallback), 0, 1, false, (help) }

typedef struct SettingsTable {
    const char *title; /* heading of its Markdown table */
    const Setting *rows;
    ptrdiff_t count;
    void *target; /* the struct that offsets count from; NULL when only printing */
} SettingsTable;

typedef const char *(*SettingsSource)(const char *variable); /* getenv, or a test's own */

/* True when all rows of all tables are good. Otherwise `faults` has one line each: variable, what
 * is wrong, what is allowed. */
bool settings_load(const SettingsTable *tables, ptrdiff_t count, SettingsSource source,
                   Arena *arena, Str *faults) MUST_USE;
/* The tables as Markdown: variable, default, bounds, meaning. */
void settings_print(const SettingsTable *tables, ptrdiff_t count, FILE *to);
