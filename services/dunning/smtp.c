/* What libcurl does not tell is read from the dialogue: its result codes do not say whether the
 * last byte was handed over, and its response code is the last reply of any command (the 250 of
 * RCPT after a connection that broke in DATA). So the commands and replies that it shows are
 * followed here, and the message comes from a callback that knows when it has given everything.
 *
 * libcurl 7.88 sends an upload over SMTP once and never again by itself. (Its MIME interface is no
 * upload in that sense; it is not used.) */
#include "dunning/smtp.h"

#include <curl/curl.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "dunning/smtp/message.h"

enum { SETTINGS_MAX = 64 << 10, TEXT_MAX = 300 /* of an answer, bytes */ };

struct Smtp {
    Arena arena;
    const char *url;
    const char *user;
    const char *password;
    const char *ca_file; /* NULL: the system's */
    long use_ssl;
    long timeout_ms;
    CURL *curl; /* NULL: the next mail opens a connection */
};

/* ---- the dialogue */

typedef enum TalkPhase {
    TALK_GREETING, /* until logged in */
    TALK_MAIL,
    TALK_RCPT,
    TALK_DATA,
    TALK_BODY, /* 354 was given, the message is on its way */
    TALK_END,  /* all of it was handed over, the dot may be: only the answer is missing */
} TalkPhase;

/* The server is going down, says RFC 5321: that is not about this mail. */
enum { SERVICE_NOT_AVAILABLE = 421 };

typedef struct Talk {
    Arena *arena;
    Str message;
    ptrdiff_t given; /* bytes of it that libcurl has */
    TalkPhase phase;
    bool over; /* QUIT was said: what follows is not about the mail */
    int code;  /* the reply to the last command; 0: none yet */
    Str line;
} Talk;

/* What others wrote, as text that may stand anywhere. */
static Str printable(Arena *arena, Str text) {
    Str trimmed = str_trim(text);
    ptrdiff_t length = trimmed.len < TEXT_MAX ? trimmed.len : TEXT_MAX;
    char *bytes = arena_get(arena, 1, length + 1);
    for (ptrdiff_t i = 0; i < length; i++) {
        bool good = trimmed.ptr[i] >= ' ' && trimmed.ptr[i] <= '~';
        bytes[i] = good ? trimmed.ptr[i] : '?';
    }
    return str_from(bytes, length);
}

static void talk_wait(Talk *talk, TalkPhase phase) {
    talk->phase = phase;
    talk->code = 0;
    talk->line = (Str){0};
}

/* A login may look like any command, so each counts only after the one before it. */
static void talk_command(Talk *talk, Str command) {
    talk->over = str_equals(command, S("QUIT"));
    if (talk->over) {
        return;
    }
    TalkPhase phase = talk->phase;
    if (phase == TALK_GREETING && str_starts_with(command, S("MAIL FROM:"))) {
        phase = TALK_MAIL;
    } else if (phase == TALK_MAIL && str_starts_with(command, S("RCPT TO:"))) {
        phase = TALK_RCPT;
    } else if (phase == TALK_RCPT && str_equals(command, S("DATA"))) {
        phase = TALK_DATA;
    }
    talk_wait(talk, phase);
}

/* "250-first", "250 last": the code counts when the reply is whole. */
static void talk_reply(Talk *talk, Str reply) {
    int64_t code = 0;
    bool whole = reply.len == 3 || (reply.len > 3 && reply.ptr[3] == ' ');
    if (talk->over || !whole || !str_parse_i64(str_slice(reply, 0, 3), &code)) {
        return;
    }
    talk->code = (int)code;
    talk->line = printable(talk->arena, reply);
}

static int on_talk(CURL *curl, curl_infotype type, char *bytes, size_t size, void *self) {
    (void)curl;
    Str line = str_trim(str_from(bytes, (ptrdiff_t)size));
    if (type == CURLINFO_HEADER_OUT) {
        talk_command(self, line);
    } else if (type == CURLINFO_HEADER_IN) {
        talk_reply(self, line);
    }
    return 0;
}

/* libcurl asks again only after it has written what it got. It is not told the size, so it cannot
 * write the dot before it was told that there is no more; by then the message itself is written. */
static size_t on_read(char *buffer, size_t size, size_t count, void *self) {
    Talk *talk = self;
    ptrdiff_t room = (ptrdiff_t)(size * count);
    ptrdiff_t rest = talk->message.len - talk->given;
    ptrdiff_t length = rest < room ? rest : room;
    if (length == 0) {
        talk_wait(talk, TALK_END);
        return 0;
    }
    talk_wait(talk, TALK_BODY);
    memcpy(buffer, talk->message.ptr + talk->given, (size_t)length);
    talk->given += length;
    return (size_t)length;
}

/* "550 5.7.1 relaying denied": a policy of the server's, against us or what we send (RFC 3463). */
static bool is_policy(const Talk *talk) {
    return talk->line.len > 6 && str_starts_with(str_slice(talk->line, 3, 6), S(" 5.")) &&
           talk->line.ptr[6] == '7';
}

/* Up to MAIL everything is about us: greeting, TLS, login, the sender's address. */
static bool is_about_us(const Talk *talk) {
    return talk->phase == TALK_GREETING || talk->code == SERVICE_NOT_AVAILABLE ||
           (talk->phase == TALK_MAIL && talk->code != 0);
}

static SmtpOutcome outcome_of(const Talk *talk) {
    int class = talk->code / 100;
    switch (talk->phase) {
    case TALK_GREETING:
    case TALK_MAIL:
    case TALK_DATA:
    case TALK_BODY:
        return SMTP_DEFERRED;
    case TALK_RCPT:
        return class == 5 && !is_policy(talk) ? SMTP_REFUSED : SMTP_DEFERRED;
    case TALK_END:
        return class == 2 ? SMTP_SENT : class == 4 || class == 5 ? SMTP_DEFERRED : SMTP_UNKNOWN;
    }
    CHECK(!"a phase of the dialogue");
}

static SmtpAnswer answer_of(const Talk *talk, CURLcode result, const char *why) {
    SmtpAnswer answer = {.outcome = outcome_of(talk)};
    if (result == CURLE_OK && answer.outcome != SMTP_SENT) {
        answer.outcome = SMTP_UNKNOWN; /* libcurl heard a yes that is not in the dialogue */
    }
    bool said = answer.outcome == SMTP_SENT || talk->code >= 400;
    answer.code = said ? talk->code : 0;
    answer.closed = answer.outcome == SMTP_DEFERRED && is_about_us(talk);
    answer.text = talk->line;
    if (!said) {
        Str text = str_of(why[0] != '\0' ? why : curl_easy_strerror(result));
        answer.text = printable(talk->arena, text);
    }
    return answer;
}

/* ---- the connection */

/* SHUT_RD: a last QUIT is still said, and nobody waits for its answer. SHUT_RDWR: not even that. */
static void connection_drop(Smtp *smtp, int how) {
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (smtp->curl == NULL) {
        return;
    }
    if (curl_easy_getinfo(smtp->curl, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK &&
        fd != CURL_SOCKET_BAD) {
        (void)shutdown(fd, how);
    }
    curl_easy_cleanup(smtp->curl);
    smtp->curl = NULL;
}

/* The server closed it, or said something unasked ("421 idle too long"). */
static bool connection_is_stale(CURL *curl) {
    char byte;
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK || fd == CURL_SOCKET_BAD) {
        return false;
    }
    ssize_t got = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

static void connection_ready(Smtp *smtp) {
    if (smtp->curl != NULL && connection_is_stale(smtp->curl)) {
        connection_drop(smtp, SHUT_RDWR);
    }
    if (smtp->curl == NULL) {
        smtp->curl = curl_easy_init();
        CHECK(smtp->curl != NULL);
    }
}

static void server_set(const Smtp *smtp) {
    CURL *curl = smtp->curl;
    curl_easy_setopt(curl, CURLOPT_URL, smtp->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, smtp->timeout_ms);
    /* Bounds the wait for the answer to a QUIT, too. */
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (smtp->timeout_ms + 999) / 1000);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, smtp->use_ssl);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (smtp->ca_file != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, smtp->ca_file);
    }
    if (smtp->user != NULL) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, smtp->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, smtp->password);
    }
}

static void mail_set(CURL *curl, Talk *talk, const char *from, struct curl_slist *to) {
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(curl, CURLOPT_READDATA, talk);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L); /* to on_talk alone, which keeps replies only */
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, on_talk);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, talk);
}

/* ---- the door */

static bool settings_check(const SmtpSettings *settings, long *use_ssl, Err *err) {
    bool plain = str_starts_with(settings->url, S("smtp://"));
    if (!plain && !str_starts_with(settings->url, S("smtps://"))) {
        return err_set(err, VERDICT_STOP, "SMTP_SETTINGS",
                       "the mail server's address is no smtp://host:port or smtps://host:port");
    }
    if (str_equals(settings->tls, S("require"))) {
        *use_ssl = CURLUSESSL_ALL;
    } else if (str_equals(settings->tls, S("try"))) {
        *use_ssl = CURLUSESSL_TRY;
    } else if (str_equals(settings->tls, S("none"))) {
        *use_ssl = CURLUSESSL_NONE;
    } else {
        return err_set(err, VERDICT_STOP, "SMTP_SETTINGS", "\"%.*s\" is not none, try or require",
                       STR_ARGS(settings->tls));
    }
    return true;
}

static const char *kept(Smtp *smtp, Str text) {
    return str_is_empty(text) ? NULL : str_terminated(&smtp->arena, text);
}

bool smtp_open(const SmtpSettings *settings, Smtp **smtp, Err *err) {
    long use_ssl = CURLUSESSL_ALL;
    if (!settings_check(settings, &use_ssl, err)) {
        return false;
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return err_set(err, VERDICT_STOP, "SMTP_LIBRARY", "libcurl does not start");
    }
    Arena arena = arena_open("smtp", SETTINGS_MAX);
    Smtp *opened = ARENA_NEW(&arena, Smtp);
    *opened = (Smtp){.arena = arena, .use_ssl = use_ssl, .timeout_ms = (long)settings->timeout_ms};
    opened->url = kept(opened, settings->url);
    opened->user = kept(opened, settings->user);
    opened->password = kept(opened, settings->password);
    opened->ca_file = kept(opened, settings->ca_file);
    if (opened->ca_file != NULL && access(opened->ca_file, R_OK) != 0) {
        (void)err_set(err, VERDICT_STOP, "SMTP_SETTINGS", "%s cannot be read", opened->ca_file);
        smtp_close(opened);
        return false;
    }
    *smtp = opened;
    return true;
}

void smtp_close(Smtp *smtp) {
    connection_drop(smtp, SHUT_RD);
    curl_global_cleanup();
    Arena arena = smtp->arena;
    arena_close(&arena);
}

SmtpAnswer smtp_send(Smtp *smtp, const Mail *mail, Arena *arena) {
    char why[CURL_ERROR_SIZE] = "";
    Talk talk = {.arena = arena, .message = smtp_message(mail, arena)};
    struct curl_slist *to = curl_slist_append(NULL, str_terminated(arena, mail->to));
    CHECK(to != NULL);
    connection_ready(smtp);
    server_set(smtp);
    mail_set(smtp->curl, &talk, str_terminated(arena, mail->from), to);
    curl_easy_setopt(smtp->curl, CURLOPT_ERRORBUFFER, why);
    CURLcode result = curl_easy_perform(smtp->curl);
    /* After a time-out libcurl would keep a connection whose next line is this mail's answer. */
    if (result != CURLE_OK) {
        connection_drop(smtp, SHUT_RDWR);
    } else {
        curl_easy_reset(smtp->curl); /* it forgets what lies on this stack */
    }
    curl_slist_free_all(to);
    return answer_of(&talk, result, why);
}
