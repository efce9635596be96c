#pragma once

#include "base/id.h"
#include "base/str.h"
#include "cli/cli.h"

/* What a person says on billing.v1 or decisions.v1, under the name in ARREARS_ACTOR. */

/* False after saying that the name is missing. */
bool person_is_known(const Cli *cli) MUST_USE;
/* Sends one billing event and waits for the broker's word; the exit code. */
int person_send(Cli *cli, Account account, Str value, const char *what);
/* Sends one record to any topic and waits for the broker's word. */
bool person_put(Cli *cli, const char *topic, Str key, Str value, Err *err) MUST_USE;
/* "creditor/customer" of an argument; false after saying what is wrong. */
bool person_account(const Cli *cli, Str text, Account *account) MUST_USE;
