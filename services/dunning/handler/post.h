#pragma once

#include "chassis/dispatch.h"
#include "dunning/settings.h"
#include "dunning/smtp.h"

/* From an attempt that was claimed to a mail that is sent: what dunning gives the dispatcher. Both
 * functions run on the dispatcher's thread, which alone uses the door. */
typedef struct Post {
    const DunningSettings *settings;
    Smtp *smtp; /* opened with the first mail */
} Post;

/* `self` is a Post. */
bool post_compose(void *self, Pg *pg, int32_t task, const Intent *intent, Arena *arena,
                  const void **parcel, int32_t *code, Err *err);
Outcome post_send(void *self, const void *parcel, Arena *arena, bool *door_closed);
