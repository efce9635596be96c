#pragma once

#include "ledger/core/desk.h"

/* How old open items are, by the buckets in force.
 *
 * A book knows the next day at whose end one of its items enters a bucket; one that was posted
 * late goes straight into the bucket it belongs to, at the end of the open day. */

/* Index of the bucket; due today is 0 days past due. */
int aging_bucket(const Aging *aging, int32_t days_past_due);
/* The first day, from `day` on, whose end has something to do with the items from place `from` on;
 * DATE_NONE: none. */
Date aging_next_due(const Book *book, int from, const Aging *aging, Date day);
/* The open day ends: items that stand in a new bucket enter it. */
void end_day(Desk *desk);
