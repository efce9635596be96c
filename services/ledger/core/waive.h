#pragma once

#include "ledger/core/desk.h"

/* Waiving: interest and costs that were charged and are open, whole or in part, by an approved
 * request. The income goes back; what was invoiced is not touched.
 *
 * What was waived is forgiven for good: its regime neither charges it again, nor gives it back when
 * the charge turns out to have been too much (late.h). */
void waive_item(Desk *desk, Item *item, Money amount, Str request);
