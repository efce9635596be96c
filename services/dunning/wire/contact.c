/* arrears.contacts.v1: how a customer is reached. Anybody writes there, so everything is checked,
 * and nothing of it may become part of a mail's header unseen. */
#include "arrears/contacts/v1/contacts.pb-c.h"
#include "base/mail_address.h"
#include "contract/seal.h"
#include "dunning/wire/room.h"

typedef Arrears__Contacts__V1__ContactRecord ContactRecord;
typedef Arrears__Contacts__V1__Contact ContactMessage;

enum { DECODED_MAX = 16 << 10, NAME_MAX_BYTES = 100 };

static Str read_name(WireReader *reader, const char *text) {
    Str name = wire_text(reader, "name", text, NAME_MAX_BYTES);
    if (wire_is_good(reader) && str_is_empty(str_trim(name))) {
        wire_fault(reader, "NAME_MISSING", "name is empty; a letter has to address somebody.");
    }
    if (wire_is_good(reader) && !str_is_line(name)) {
        wire_fault(reader, "TEXT_UNLAWFUL", "name has a control character; send one line of text.");
    }
    return name;
}

static Str read_mail(WireReader *reader, const char *text) {
    Str mail = str_of(text);
    if (!str_is_empty(mail) && !mail_address_is_valid(mail)) {
        wire_fault(reader, "MAIL_UNLAWFUL",
                   "email is no address local-part@domain in ASCII; leave it empty when none is "
                   "known.");
    }
    return str_copy(reader->arena, mail);
}

static void read_contact(WireReader *reader, const ContactMessage *contact, Str value,
                         DunningMessage *message) {
    message->account = (Account){.creditor = wire_part(reader, "creditor", contact->creditor),
                                 .customer = wire_part(reader, "customer", contact->customer)};
    message->input.kind = DUNNING_CONTACT;
    message->input.contact = (Contact){.hash = hash_hex(reader->arena, hash_of(value)),
                                       .name = read_name(reader, contact->name),
                                       .mail = read_mail(reader, contact->email)};
}

bool wire_read_contact(Str value, Arena *arena, DunningMessage *message, WireRefusal *refusal) {
    const ContactRecord *record = (const ContactRecord *)wire_unpack(
        &arrears__contacts__v1__contact_record__descriptor, value, arena, DECODED_MAX);
    WireReader reader = wire_reader(arena);
    *message = (DunningMessage){0};
    if (record == NULL) {
        wire_fault(&reader, "MESSAGE_UNREADABLE",
                   "The value is no arrears.contacts.v1.ContactRecord; send that message in "
                   "protobuf's binary form, without a framing of its own.");
    } else if (record->record_case != ARREARS__CONTACTS__V1__CONTACT_RECORD__RECORD_CONTACT) {
        wire_fault(&reader, "EVENT_UNKNOWN",
                   "The message holds no contact; set it, or send no value to erase one.");
    } else {
        read_contact(&reader, record->contact, value, message);
    }
    return room_is_good(&reader, refusal);
}
