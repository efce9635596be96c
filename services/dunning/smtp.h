#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

/* The door to the mail server: one mail at a time, and what became of it.
 *
 * The answer never guesses. SENT: the server took the mail, and its word is in the answer. REFUSED:
 * it knows no such recipient. DEFERRED: it has provably not taken it, so another attempt sends no
 * second mail; what it has against us, or against what the mail says, is no fault of the address.
 * UNKNOWN: the connection ended or the time was over after the last
 * byte was handed over and before the answer; only a person can tell.
 *
 * A Smtp keeps its connection between mails and is used by one thread. The process ignores SIGPIPE.
 * Nothing of a mail (addresses, names, text) is ever logged; the text of an answer is the server's
 * and may name an address. */
typedef struct Smtp Smtp;

typedef struct SmtpSettings {
    Str url;      /* smtp://host:port or smtps://host:port */
    Str user;     /* empty: no login */
    Str password; /* with a user */
    Str tls;      /* STARTTLS on smtp://: "none", "try" or "require" */
    Str ca_file;  /* certificates to trust; empty: the system's */
    int64_t timeout_ms;
} SmtpSettings;

/* Texts of headers are lines (str_is_line) and addresses valid (mail_address_is_valid): they were
 * checked at the border, here they are CHECKed. */
typedef struct Mail {
    Str id; /* "R-3-17.1": left side of the Message-ID, its right side is the domain of `from` */
    Str from_name;
    Str from;
    Str reply_to; /* may be empty */
    Str to_name;  /* may be empty, like from_name */
    Str to;
    Str subject;
    Str body; /* lines end in \n; at most MAIL_BODY_MAX bytes */
    Instant at;
} Mail;

enum { MAIL_BODY_MAX = 2 << 20 };

typedef enum SmtpOutcome {
    SMTP_UNKNOWN,
    SMTP_SENT,
    SMTP_REFUSED,
    SMTP_DEFERRED,
} SmtpOutcome;

typedef struct SmtpAnswer {
    SmtpOutcome outcome;
    int code;    /* of the server; 0: none */
    bool closed; /* of DEFERRED: it was about us, so that no other mail would do better now */
    Str text;    /* the server's last line, or why there is none; printable ASCII */
} SmtpAnswer;

/* Settings are checked, nothing is connected. VERDICT_STOP when they cannot work. */
bool smtp_open(const SmtpSettings *settings, Smtp **smtp, Err *err) MUST_USE;
void smtp_close(Smtp *smtp);

/* Takes about twice timeout_ms at most (a QUIT may be waited for). The text of the answer is in the
 * arena. */
SmtpAnswer smtp_send(Smtp *smtp, const Mail *mail, Arena *arena);
