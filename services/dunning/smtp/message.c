#include "dunning/smtp/message.h"

#include "base/check.h"
#include "base/mail_address.h"
#include "contract/base64.h"

enum {
    LINE_WIDTH = 76,
    PLAIN_MAX = 60,        /* longer header texts are cut into encoded words, which fold anywhere */
    WORD_BYTES = 39,       /* of an encoded word: with "Reply-To: " and its frame within 76 */
    BODY_COLUMN_LAST = 72, /* where three characters and the soft line break still fit */
    HEAD_MAX = 64 << 10,   /* all headers */
    BODY_GROWTH = 4,       /* "=XX", and a soft line break every 72 */
};

/* ---- header texts (RFC 2047) */

/* May stand in a header as it is: nobody would read an encoded word into it or fold it. */
static bool is_plain(Str text) {
    for (ptrdiff_t i = 0; i < text.len; i++) {
        bool ascii = (unsigned char)text.ptr[i] < 0x7F;
        bool encoded = text.ptr[i] == '=' && i + 1 < text.len && text.ptr[i + 1] == '?';
        if (!ascii || encoded) {
            return false;
        }
    }
    return text.len <= PLAIN_MAX && str_equals(str_trim(text), text);
}

/* Bytes of the next encoded word: no character is cut in two. */
static ptrdiff_t word_length(Str text) {
    if (text.len <= WORD_BYTES) {
        return text.len;
    }
    ptrdiff_t length = WORD_BYTES;
    while (length > 1 && ((unsigned char)text.ptr[length] & 0xC0) == 0x80) {
        length--;
    }
    return length;
}

static void add_encoded(StrBuilder *out, Str text) {
    while (!str_is_empty(text)) {
        ptrdiff_t length = word_length(text);
        Str word = base64_print(out->arena, str_slice(text, 0, length));
        text = str_slice(text, length, text.len);
        str_addf(out, "=?UTF-8?B?%.*s?=%s", STR_ARGS(word), str_is_empty(text) ? "" : "\r\n ");
    }
}

static void add_quoted(StrBuilder *out, Str text) {
    str_add(out, S("\""));
    for (ptrdiff_t i = 0; i < text.len; i++) {
        bool escaped = text.ptr[i] == '"' || text.ptr[i] == '\\';
        str_addf(out, "%s%c", escaped ? "\\" : "", text.ptr[i]);
    }
    str_add(out, S("\""));
}

static void add_text(StrBuilder *out, const char *field, Str text) {
    CHECK(str_is_line(text)); /* what ends a line would begin a header of somebody else's choice */
    str_addf(out, "%s: ", field);
    if (is_plain(text)) {
        str_add(out, text);
    } else {
        add_encoded(out, text);
    }
    str_add(out, S("\r\n"));
}

static void add_mailbox(StrBuilder *out, const char *field, Str name, Str address) {
    CHECK(str_is_line(name) && mail_address_is_valid(address));
    ptrdiff_t start = out->len;
    str_addf(out, "%s: ", field);
    if (str_is_empty(name)) {
        str_addf(out, "%.*s\r\n", STR_ARGS(address));
        return;
    }
    if (is_plain(name)) {
        add_quoted(out, name);
    } else {
        add_encoded(out, name);
    }
    bool fits = out->len - start + address.len + 3 <= LINE_WIDTH;
    str_addf(out, "%s <%.*s>\r\n", fits ? "" : "\r\n", STR_ARGS(address));
}

/* "Sun, 22 Nov 2026 03:47:20 +0000" */
static void add_date(StrBuilder *out, Instant at) {
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    Date date = instant_utc_date(at);
    DateParts parts = date_parts(date);
    int weekday = (date.days % 7 + 11) % 7; /* 1970-01-01 was a Thursday */
    int64_t seconds = at.us / 1000000 - (int64_t)date.days * 86400;
    str_addf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[weekday], parts.day,
             months[parts.month - 1], parts.year, (int)(seconds / 3600), (int)(seconds / 60 % 60),
             (int)(seconds % 60));
}

/* ---- the body (RFC 2045, quoted-printable) */

static bool line_ends_at(Str body, ptrdiff_t i) {
    return i == body.len || body.ptr[i] == '\n' ||
           (body.ptr[i] == '\r' && i + 1 < body.len && body.ptr[i + 1] == '\n');
}

/* Blanks at the end of a line get lost on the way, a dot at its beginning means something there. */
static bool is_literal(Str body, ptrdiff_t i, int column) {
    char byte = body.ptr[i];
    if (byte == ' ' || byte == '\t') {
        return !line_ends_at(body, i + 1);
    }
    return byte > ' ' && byte <= '~' && byte != '=' && (byte != '.' || column > 0);
}

static void add_body(StrBuilder *out, Str body) {
    int column = 0;
    for (ptrdiff_t i = 0; i < body.len; i++) {
        if (line_ends_at(body, i)) {
            i += body.ptr[i] == '\r';
            str_add(out, S("\r\n"));
            column = 0;
            continue;
        }
        if (column > BODY_COLUMN_LAST) {
            str_add(out, S("=\r\n"));
            column = 0;
        }
        bool literal = is_literal(body, i, column);
        if (literal) {
            str_add(out, str_slice(body, i, i + 1));
        } else {
            str_addf(out, "=%02X", (unsigned)(unsigned char)body.ptr[i]);
        }
        column += literal ? 1 : 3;
    }
    str_add(out, column > 0 ? S("\r\n") : S(""));
}

/* ---- the whole */

Str smtp_message(const Mail *mail, Arena *arena) {
    CHECK(mail->body.len <= MAIL_BODY_MAX);
    CHECK(str_is_line(mail->id));
    StrBuilder out = str_builder(arena, HEAD_MAX + BODY_GROWTH * mail->body.len);
    Str domain = str_cut_last(mail->from, '@').tail;
    add_date(&out, mail->at);
    add_mailbox(&out, "From", mail->from_name, mail->from);
    add_mailbox(&out, "To", mail->to_name, mail->to);
    if (!str_is_empty(mail->reply_to)) {
        add_mailbox(&out, "Reply-To", (Str){0}, mail->reply_to);
    }
    add_text(&out, "Subject", mail->subject);
    str_addf(&out, "Message-ID: <%.*s@%.*s>\r\n", STR_ARGS(mail->id), STR_ARGS(domain));
    str_add(&out, S("Auto-Submitted: auto-generated\r\n"
                    "MIME-Version: 1.0\r\n"
                    "Content-Type: text/plain; charset=utf-8\r\n"
                    "Content-Transfer-Encoding: quoted-printable\r\n"
                    "\r\n"));
    add_body(&out, mail->body);
    CHECK(!out.full);
    return str_built(&out);
}
