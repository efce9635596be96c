/* Reading and printing the tables. A fault says which variable, what is wrong and what is allowed;
 * it shows the value of a number or flag, never that of a text, and nothing of a secret. */
#include "chassis/settings.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/check.h"

enum {
    FILE_MAX = 64 << 10,   /* a key file or certificate; no setting is larger */
    FAULTS_MAX = 64 << 10, /* some hundred lines */
    SHOWN_MAX = 40,        /* a longer value was not meant as a number or flag */
};

/* What a load carries along. */
typedef struct Loading {
    SettingsSource source;
    Arena *arena;
    StrBuilder faults;
    bool good;
} Loading;

static void add_fault(Loading *loading, const char *variable, Str what) {
    str_addf(&loading->faults, "%s: %.*s\n", variable, STR_ARGS(what));
    loading->good = false;
}

/* ---- what is allowed, for faults and for the printed table */

static Str allowed(const Setting *row, Arena *arena) {
    switch (row->type) {
    case SETTING_TYPE_TEXT:
        return str_format(arena, "%" PRId64 " to %" PRId64 " bytes", row->min, row->max);
    case SETTING_TYPE_NUMBER:
        return str_format(arena, "%" PRId64 " to %" PRId64, row->min, row->max);
    case SETTING_TYPE_FLAG:
        return S("true or false");
    }
    CHECK(!"a type of setting");
}

/* ---- values into fields */

static bool set_text(const Setting *row, Str value, Arena *arena, void *field) {
    if (!str_is_text(value) || value.len < row->min || value.len > row->max) {
        return false;
    }
    *(Str *)field = str_from(str_terminated(arena, value), value.len); /* libraries want an end */
    return true;
}

static bool set_number(const Setting *row, Str value, void *field) {
    int64_t number = 0;
    if (!str_parse_i64(value, &number) || number < row->min || number > row->max) {
        return false;
    }
    *(int64_t *)field = number;
    return true;
}

static bool set_flag(Str value, void *field) {
    bool is_true = str_equals(value, S("true"));
    if (!is_true && !str_equals(value, S("false"))) {
        return false;
    }
    *(bool *)field = is_true;
    return true;
}

static bool set_field(const Setting *row, Str value, Arena *arena, void *field) {
    switch (row->type) {
    case SETTING_TYPE_TEXT:
        return set_text(row, value, arena, field);
    case SETTING_TYPE_NUMBER:
        return set_number(row, value, field);
    case SETTING_TYPE_FLAG:
        return set_flag(value, field);
    }
    CHECK(!"a type of setting");
}

/* ---- where a value comes from */

static bool is_shown(const Setting *row, Str value) {
    return !row->secret && row->type != SETTING_TYPE_TEXT && value.len <= SHOWN_MAX &&
           str_is_text(value);
}

static void value_fault(Loading *loading, const Setting *row, const char *variable, Str value) {
    Str limits = allowed(row, loading->arena);
    Str what = str_is_empty(value)    ? S("is empty")
               : is_shown(row, value) ? str_format(loading->arena, "is \"%.*s\"", STR_ARGS(value))
               : row->type != SETTING_TYPE_TEXT || row->secret ? S("is not as allowed")
               : !str_is_text(value)                           ? S("is not UTF-8 text")
                                     : str_format(loading->arena, "has %td bytes", value.len);
    add_fault(loading, variable,
              str_format(loading->arena, "%.*s; allowed: %.*s.", STR_ARGS(what), STR_ARGS(limits)));
}

static bool read_all(FILE *file, StrBuilder *text) {
    char piece[4096];
    size_t got = 0;
    while ((got = fread(piece, 1, sizeof piece, file)) > 0) {
        str_add(text, str_from(piece, (ptrdiff_t)got));
    }
    return ferror(file) == 0;
}

static Str without_line_end(Str text) {
    Str cut = str_ends_with(text, S("\n")) ? str_slice(text, 0, text.len - 1) : text;
    return str_ends_with(cut, S("\r")) && cut.len < text.len ? str_slice(cut, 0, cut.len - 1) : cut;
}

/* The content of the file that VARIABLE_FILE names. */
static bool read_file(Loading *loading, const char *variable, const char *path, Str *value) {
    StrBuilder text = str_builder(loading->arena, FILE_MAX);
    errno = 0;
    FILE *file = fopen(path, "rb");
    bool good = file != NULL && read_all(file, &text);
    int fault = errno;
    if (file != NULL) {
        fclose(file);
    }
    if (!good) {
        add_fault(loading, variable,
                  str_format(loading->arena, "cannot read \"%s\": %s.", path, strerror(fault)));
        return false;
    }
    if (text.full) {
        add_fault(loading, variable,
                  str_format(loading->arena, "\"%s\" is larger than 64 KiB.", path));
        return false;
    }
    *value = without_line_end(str_built(&text));
    return true;
}

static void load_given(Loading *loading, const Setting *row, const char *variable, Str value,
                       void *field) {
    if (!set_field(row, value, loading->arena, field)) {
        value_fault(loading, row, variable, value);
    }
}

static void load_fallback(Loading *loading, const Setting *row, void *field) {
    if (row->fallback != NULL) {
        CHECK(set_field(row, str_of(row->fallback), loading->arena, field));
        return;
    }
    Str limits = allowed(row, loading->arena);
    add_fault(loading, row->variable,
              str_format(loading->arena, "is missing; allowed: %.*s.", STR_ARGS(limits)));
}

static void load_row(Loading *loading, const Setting *row, char *target) {
    CHECK(row->min <= row->max);
    Str named = str_format(loading->arena, "%s_FILE", row->variable);
    const char *file_variable = str_terminated(loading->arena, named);
    const char *given = loading->source(row->variable);
    const char *path = loading->source(file_variable);
    void *field = target + row->offset;
    Str value = {0};
    if (given != NULL && path != NULL) {
        add_fault(loading, row->variable,
                  str_format(loading->arena, "is given twice; leave out either it or %s.",
                             file_variable));
    } else if (given != NULL) {
        load_given(loading, row, row->variable, str_of(given), field);
    } else if (path == NULL) {
        load_fallback(loading, row, field);
    } else if (read_file(loading, file_variable, path, &value)) {
        load_given(loading, row, file_variable, value, field);
    }
}

bool settings_load(const SettingsTable *tables, ptrdiff_t count, SettingsSource source,
                   Arena *arena, Str *faults) {
    Loading loading = {
        .source = source, .arena = arena, .faults = str_builder(arena, FAULTS_MAX), .good = true};
    for (ptrdiff_t t = 0; t < count; t++) {
        CHECK(tables[t].target != NULL);
        for (ptrdiff_t i = 0; i < tables[t].count; i++) {
            load_row(&loading, &tables[t].rows[i], tables[t].target);
        }
    }
    *faults = str_built(&loading.faults);
    return loading.good;
}

/* ---- printing */

/* A bar would end the cell. */
static void print_cell(const char *text, FILE *to) {
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '|') {
            fputc('\\', to);
        }
        fputc(*c, to);
    }
}

static void print_fallback(const Setting *row, FILE *to) {
    if (row->fallback == NULL) {
        fputs("required", to);
    } else if (row->fallback[0] == '\0') {
        fputs("empty", to);
    } else if (row->secret) {
        fputs("set", to); /* for tests only; still not printed */
    } else {
        fputc('`', to);
        print_cell(row->fallback, to);
        fputc('`', to);
    }
}

static void print_row(const Setting *row, Arena *scratch, FILE *to) {
    fprintf(to, "| `%s` | ", row->variable);
    print_fallback(row, to);
    Str limits = allowed(row, scratch);
    fprintf(to, " | %.*s%s | ", STR_ARGS(limits), row->secret ? ", secret" : "");
    print_cell(row->help, to);
    fputs(" |\n", to);
}

void settings_print(const SettingsTable *tables, ptrdiff_t count, FILE *to) {
    Arena scratch = arena_open("settings", 64 << 10);
    for (ptrdiff_t t = 0; t < count; t++) {
        fprintf(to, "%s### %s\n\n", t == 0 ? "" : "\n", tables[t].title);
        fputs("| Variable | Default | Allowed | Meaning |\n|---|---|---|---|\n", to);
        for (ptrdiff_t i = 0; i < tables[t].count; i++) {
            print_row(&tables[t].rows[i], &scratch, to);
        }
    }
    arena_close(&scratch);
}
