#pragma once

#include "base/arena.h"
#include "base/str.h"
#include "dunning/smtp.h"

/* A mail as it goes over the wire (RFC 5322, MIME): ASCII alone, lines of 76 characters at most,
 * CRLF. No line of it begins with a dot, so nothing depends on who doubles dots. */
Str smtp_message(const Mail *mail, Arena *arena);
