#pragma once

#include "chassis/dispatch.h"
#include "dunning/settings.h"
#include "dunning/smtp.h"

/* From an attempt that was claimed to a mail that is sent: what dunning gives the dispatcher. All
 * functions run on the dispatcher's thread, which alone uses the door. */
typedef struct Post {
    const DunningSettings *settings;
    Smtp *smtp; /* opened with the first mail */
} Post;

/* Looks at the settings; connects with the first mail. */
bool post_open(Post *post, Err *err) MUST_USE;
/* `self` is a Post. */
bool post_compose(void *self, Pg *pg, int32_t task, const Intent *intent, Arena *arena,
                  const void **parcel, int32_t *code, Err *err);
Outcome post_send(void *self, const void *parcel, Arena *arena, bool *door_closed);
/* Says goodbye to the mail server. */
void post_close(void *self);
