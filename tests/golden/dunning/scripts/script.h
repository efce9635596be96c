#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "dunning/core/input.h"

/* A line of a script: a day, a verb, and what the verb needs.
 *
 *     2024-01-01  invoice      INV-1 100.00 EUR due 2024-01-10     a charge: INV-1+costs/1
 *     2024-01-01  invoice      INV-1 parts 50.00 EUR 2024-01-10 50.00 EUR 2024-02-10
 *     2024-01-01  paid         INV-1 40.00 EUR        money comes in and is applied
 *     2024-01-01  money        40.00 EUR              money comes in and waits
 *     2024-01-01  applied      INV-1/2 40.00 EUR      money that waited is applied, here to an
 * instalment 2024-01-01  reduced      INV-1 2.00 EUR         a discount, a tolerance, an agreement
 *     2024-01-01  reopened     INV-1 42.00 EUR due 2024-01-10     so much is open now
 *     2024-01-01  extended     INV-1 to 2024-02-10
 *     2024-01-01  spent        40.00 EUR              money that waited is gone again
 *     2024-01-01  pause        Z-1 of INV-1 from 2024-01-01 to 2024-02-01     without "to": open
 * end 2024-01-01  resume       Z-1 on 2024-02-01 2024-01-01  cancelled    INV-1 2024-01-01
 * written-off  INV-1 by WO-1-1 2024-01-01  contact      zoe@example.test Zoe Ex     "-" for the
 * mail: none is known 2024-01-01  erased                              the contact 2024-01-01  band
 * D 455                  scoring's word, stamped with this day 2024-01-01  held / cleared
 *     2024-01-01  mail-server  takes / refuses / defers / breaks / waits     from now on
 *     2024-01-01  sent / refused / gave-up / uncertain  R-1-1                one answer of it
 *     2024-01-01  withdrawn    R-1-1 changed / held / contact
 *     2024-01-01  says-sent / says-not-sent / resend    R-1-1 by alice
 *     2024-01-01  propose      P-1 by alice INV-1 INV-2    or: parts INV-1 40.00 EUR
 *     2024-01-01  approved / rejected / not-posted      WO-1-1
 *     2024-01-01  close        all days up to this one end
 *     2024-01-01  revisit      other rules are in force: everybody is looked at when the day ends
 *     2024-01-01  show         what dunning knows
 */
typedef enum ScriptVerb {
    SCRIPT_INPUT,       /* `input` is whole */
    SCRIPT_PAID,        /* `input` applies what came in just before */
    SCRIPT_APPLIED,     /* but for what is open then */
    SCRIPT_WRITTEN_OFF, /* likewise */
    SCRIPT_BAND,        /* but for version and day */
    SCRIPT_MAIL_SERVER,
    SCRIPT_CLOSE,
    SCRIPT_REVISIT,
    SCRIPT_SHOW,
} ScriptVerb;

typedef enum MailServer {
    SERVER_WAITS,
    SERVER_TAKES,
    SERVER_REFUSES,
    SERVER_DEFERS,
    SERVER_BREAKS
} MailServer;

typedef struct ScriptLine {
    Date day;
    ScriptVerb verb;
    DunningInput input;
    MailServer server;
} ScriptLine;

bool script_line_parse(Str text, Arena *arena, ScriptLine *line, Err *err) MUST_USE;
