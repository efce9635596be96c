#pragma once

#include <stdbool.h>

/* What there is to do while an answer is waited for: a small piece each time it is asked; false
 * when there is no more of it for now. What it does must not depend on the answer. */
typedef struct Meanwhile {
    bool (*work)(void *self); /* NULL: nothing */
    void *self;
} Meanwhile;
