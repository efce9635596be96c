/* The creditor document: its form by a schema, its meaning by checks that name the field. */
#include "policy/creditor.h"

#include <stdio.h>

#include "base/id.h"
#include "base/mail_address.h"
#include "policy/yaml.h"

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct MailText {
    char *from;
    char *reply_to;
} MailText;

typedef struct CreditorText {
    char *id;
    char *valid_from;
    char *name;
    char **address;
    uint32_t address_count;
    MailText mail;
    char *phone;
    char **pay_to;
    uint32_t pay_to_count;
    char *ladder;
} CreditorText;

static const cyaml_schema_value_t LINE = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CREDITOR_LINE_MAX),
};
static const cyaml_schema_field_t MAIL_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("from", CYAML_FLAG_POINTER, MailText, from, 1, MAIL_ADDRESS_MAX),
    CYAML_FIELD_STRING_PTR("reply_to", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, MailText, reply_to,
                           1, MAIL_ADDRESS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t CREDITOR_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, CreditorText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("valid_from", CYAML_FLAG_POINTER, CreditorText, valid_from, 10, 10),
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, CreditorText, name, 1, CREDITOR_NAME_MAX),
    CYAML_FIELD_SEQUENCE("address", CYAML_FLAG_POINTER, CreditorText, address, &LINE, 1,
                         CREDITOR_LINES_MAX),
    CYAML_FIELD_MAPPING("mail", CYAML_FLAG_DEFAULT, CreditorText, mail, MAIL_FIELDS),
    CYAML_FIELD_STRING_PTR("phone", CYAML_FLAG_POINTER, CreditorText, phone, 1, CREDITOR_PHONE_MAX),
    CYAML_FIELD_SEQUENCE("pay_to", CYAML_FLAG_POINTER, CreditorText, pay_to, &LINE, 1,
                         CREDITOR_LINES_MAX),
    CYAML_FIELD_STRING_PTR("ladder", CYAML_FLAG_POINTER, CreditorText, ladder, 1, ID_PART_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t CREDITOR = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, CreditorText, CREDITOR_FIELDS),
};

static bool address_read(const char *text, const char *place, Arena *arena, Str *address,
                         Err *err) {
    if (!mail_address_is_valid(str_of(text))) {
        return yaml_fault(err, "%s: it is no mail address like billing@acme.test", place);
    }
    *address = str_copy(arena, str_of(text));
    return true;
}

static bool line_read(const char *text, const char *place, Arena *arena, Str *line, Err *err) {
    Str read = str_of(text);
    if (!str_is_line(read)) {
        return yaml_fault(err, "%s: it has a control character", place);
    }
    if (str_is_empty(str_trim(read))) {
        return yaml_fault(err, "%s: there is nothing in it", place);
    }
    *line = str_copy(arena, str_trim(read));
    return true;
}

/* The schema has seen to it that there are no more than the array has room for. */
static bool lines_read(char *const *texts, uint32_t count, const char *field, Arena *arena,
                       Str lines[CREDITOR_LINES_MAX], Err *err) {
    for (uint32_t i = 0; i < count; i++) {
        char place[32];
        snprintf(place, sizeof place, "%s[%u]", field, i);
        if (!line_read(texts[i], place, arena, &lines[i], err)) {
            return false;
        }
    }
    return true;
}

static bool mail_read(const MailText *text, Arena *arena, Creditor *creditor, Err *err) {
    if (!address_read(text->from, "mail.from", arena, &creditor->mail_from, err)) {
        return false;
    }
    creditor->mail_reply_to = creditor->mail_from;
    return text->reply_to == NULL ||
           address_read(text->reply_to, "mail.reply_to", arena, &creditor->mail_reply_to, err);
}

static bool creditor_read(const CreditorText *text, Arena *arena, Creditor *creditor, Err *err) {
    if (!yaml_read_id(text->id, "id", &creditor->id, err) ||
        !yaml_read_day(text->valid_from, "valid_from", &creditor->valid_from, err) ||
        !yaml_read_id(text->ladder, "ladder", &creditor->ladder, err)) {
        return false;
    }
    creditor->id = str_copy(arena, creditor->id);
    creditor->ladder = str_copy(arena, creditor->ladder);
    creditor->address_count = (int)text->address_count;
    creditor->pay_to_count = (int)text->pay_to_count;
    return line_read(text->name, "name", arena, &creditor->name, err) &&
           lines_read(text->address, text->address_count, "address", arena, creditor->address,
                      err) &&
           mail_read(&text->mail, arena, creditor, err) &&
           line_read(text->phone, "phone", arena, &creditor->phone, err) &&
           lines_read(text->pay_to, text->pay_to_count, "pay_to", arena, creditor->pay_to, err);
}

bool creditor_parse(Str yaml, Arena *arena, Creditor *creditor, Err *err) {
    void *document = NULL;
    if (!yaml_load(yaml, &CREDITOR, &document, err)) {
        return false;
    }
    Creditor read = {0};
    bool good = creditor_read(document, arena, &read, err);
    yaml_release(&CREDITOR, document);
    if (good) {
        *creditor = read;
    }
    return good;
}
