#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "chassis/step.h"

/* `ledger rebuild`: makes a service's state from its topics.
 *
 * The events that a service has published say what caused them. Each task takes its inputs again in
 * the order of these causes, and decides by the same code as ever (step*.c); nothing is published,
 * and each event that is decided has to be the published one, byte for byte. Records that caused
 * nothing changed nothing either: they are taken before the next one of their topic that did.
 *
 * It goes on from where the store stands: an empty one, one restored to an older state, or one that
 * an interrupted rebuild has left. When it is done the store knows every number that the topics
 * hold, and the service starts on it as if it had never ended; what was decided and not published
 * (the end of a day that was under way) stands in the outbox, and the service publishes it.
 *
 * For services whose inputs are all records that are kept (no INPUT_STATES, no dispatch), with one
 * input from outside. VERDICT_STOP: somebody still works, a topic has lost records, or the first
 * difference; everything before it is committed. Any other failure: run it again. */
bool rebuild_can(const Service *service);
bool rebuild_run(const StepOptions *options, Err *err) MUST_USE;
