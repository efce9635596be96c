#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/answer.h"
#include "chassis/ask.h"

/* Inside query.c and query/ only: the questions, as ask.h has them. */
bool query_list(const Asked *asked, Err *err) MUST_USE;
bool query_request(const Asked *asked, Err *err) MUST_USE;
