#pragma once

#include <stdbool.h>

#include "base/str.h"

/* Where a mail goes: local-part@domain, as both can stand in a header and in an SMTP command
 * without quoting.
 *
 * ASCII, at most 254 bytes. The local part is atoms with dots between them, at most 64 bytes
 * (RFC 5321, Dot-string); the domain is two or more labels of letters, digits and inner hyphens.
 * Refused although RFC 5321 knows them: quoted local parts, addresses in brackets, and hosts
 * without a dot, which are slips of the pen on an address list. International domains come in
 * their "xn--" form. */
enum { MAIL_ADDRESS_MAX = 254 };

bool mail_address_is_valid(Str text);
