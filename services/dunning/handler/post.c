#include "dunning/handler/post.h"

#include "base/check.h"
#include "chassis/clock.h"
#include "dunning/store.h"

bool post_compose(void *self, Pg *pg, int32_t task, const Intent *intent, Arena *arena,
                  const void **parcel, int32_t *code, Err *err) {
    (void)self;
    StoredMail stored;
    if (!store_mail(pg, task, intent, arena, &stored, err)) {
        return false;
    }
    if (stored.withdrawn) {
        *parcel = NULL;
        *code = (int32_t)stored.why;
        return true;
    }
    Mail *mail = ARENA_NEW(arena, Mail);
    *mail = (Mail){
        .id = str_format(arena, "%.*s.%d", STR_ARGS(intent->id), (int)intent->attempt),
        .from_name = stored.from_name,
        .from = stored.from,
        .reply_to = stored.reply_to,
        .to_name = stored.to_name,
        .to = stored.to,
        .subject = stored.subject,
        .body = stored.body,
        .at = clock_now(),
    };
    *parcel = mail;
    return true;
}

static OutcomeKind kind_of(SmtpOutcome outcome) {
    switch (outcome) {
    case SMTP_SENT:
        return OUTCOME_DONE;
    case SMTP_REFUSED:
        return OUTCOME_REFUSED;
    case SMTP_DEFERRED:
        return OUTCOME_PUT_OFF;
    case SMTP_UNKNOWN:
        return OUTCOME_UNCERTAIN;
    }
    CHECK(!"an answer of the door");
}

bool post_open(Post *post, Err *err) {
    SmtpSettings settings = {.url = post->settings->smtp_url,
                             .user = post->settings->smtp_user,
                             .password = post->settings->smtp_password,
                             .tls = post->settings->smtp_tls,
                             .ca_file = post->settings->smtp_ca_file,
                             .timeout_ms = post->settings->smtp_timeout_ms};
    return smtp_open(&settings, &post->smtp, err);
}

Outcome post_send(void *self, const void *parcel, Arena *arena, bool *door_closed) {
    Post *post = self;
    Err err;
    if (post->smtp == NULL && !post_open(post, &err)) {
        *door_closed = true;
        return (Outcome){.kind = OUTCOME_PUT_OFF, .sentence = str_format(arena, "%s", err.text)};
    }
    SmtpAnswer answer = smtp_send(post->smtp, parcel, arena);
    *door_closed = answer.closed;
    return (Outcome){
        .kind = kind_of(answer.outcome), .code = (int32_t)answer.code, .sentence = answer.text};
}

void post_close(void *self) {
    Post *post = self;
    if (post->smtp != NULL) {
        smtp_close(post->smtp);
        post->smtp = NULL;
    }
}
