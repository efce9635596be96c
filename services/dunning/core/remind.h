#pragma once

#include "dunning/core/desk.h"
#include "dunning/core/input.h"
#include "dunning/core/pursuit.h"

/* Reminders: issuing one, and what follows from what became of it. */

/* The next level, for everything that is overdue when the open day ends. */
void remind(Desk *desk, Dunning *dunning, const Pursuit *pursuit);
/* An outcome of the dispatcher's. */
void end_attempt(Desk *desk, const Attempted *attempted);
/* A person's words. */
void settle_reminder(Desk *desk, const Word *word);
void resend_reminder(Desk *desk, const Word *word);
