#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "ledger/core/input.h"

/* A line of a golden script: a day, a verb and its words. Words in brackets may be left out.
 *
 *     2013-01-02  invoice       INV-1  55.94 USD  due 2013-02-01  [issued 2012-12-30]
 *                               [discount 2.00 until 2013-01-12] [tax 7.00] [seller bob]
 *                               [disputable 14] [interest ireland]
 *     2013-01-02  invoice       INV-1  90.00 USD  parts 45.00 2013-02-01  45.00 2013-03-01
 *     2013-01-02  debit_note    DN-1   5.00 USD  due 2013-02-01
 *     2013-02-02  fee           F-1    5.00 USD  of INV-1
 *     2013-01-20  payment       PAY-1  55.94 USD  [for INV-1]  [received 2013-01-18]
 *                               [way transfer]  [payer smith]
 *                               [share C-2 20.00 [for INV-7]  share C-3 ...]
 *     2013-01-20  move          M-1    of PAY-1  by alice  to C-2 20.00 USD|all [for INV-7]
 *                               [to C-3 ...]
 *     2013-01-20  credit_note   CN-1   10.00 USD  [for INV-1]  [issued 2013-01-18]  [tax 1.60]
 *     2013-01-21  reversal      RV-1   of PAY-1  error|chargeback|returned
 *                               [part 5.00 USD]  [on 2013-01-20]
 *     2013-01-21  refund        RF-1   5.00 USD  [paid 2013-01-20]
 *     2013-01-21  extension     E-1    of INV-1/2  to 2013-04-01  by alice  [from 2013-01-20]
 *     2013-01-21  pause         Z-1    of INV-1  dispute|promise|plan|hold  by alice
 *                               [from 2013-01-20]  [to 2013-02-20]
 *     2013-01-21  resume        Z-2    of Z-1  by alice  [on 2013-01-20]
 *     2013-01-21  milestone     M-1    of INV-1  delivered|sent|received|approved
 *                               [on 2013-01-20]
 *     2013-01-21  reduction     A-1    concession|return|collateral|sale
 *                               INV-1 5.00 USD  INV-2/1 all  [price 80.00 USD]  [from 2013-01-20]
 *     2013-01-21  plan          PL-1   of INV-1 INV-2
 *                               into 30.00 USD 2013-05-01  30.00 USD 2013-06-01
 *     2013-01-21  buy_back      B-1    of A-1  [on 2013-01-20]
 *     2013-01-21  reinstatement RI-1   INV-1 all  [from 2013-01-20]
 *     2013-01-21  cancellation  CAN-1  of INV-1   [on 2013-01-20]
 *     2013-05-02  proposal      P-1    by alice   INV-1 INV-2 ...
 *     2013-05-03  approved      R-1    INV-1 55.94 USD  INV-2/1 10.00 USD ...  (/1: instalment 1)
 *     2013-05-03  held          3/17                    (partition and offset of a dead record)
 *     2013-05-04  cleared       3/17   by alice
 *     2013-05-04  cleared       contact 3/17   by alice (a hold of another service)
 *     2013-05-04  settled       S-1    of R-3-17  sent|not-sent  by alice
 *     2013-05-04  resend        S-2    of R-3-17  by alice
 *     2013-05-04  reminder      R-3-17 issued first-notice 55.94 USD  INV-1 INV-2 ...
 *     2013-05-04  reminder      R-3-17 sent|failed|uncertain|withdrawn|resent 1    (the attempt)
 *     2013-05-04  agreed        BA-1   of ~S/2013-04-30  12.34 USD  [-5.00 EUR ...]  by alice
 *                               [on 2013-05-03]
 *     2013-05-04  disputed      BD-1   of ~S/2013-04-30  2.34 USD  [...]  by alice  [on 2013-05-03]
 *                               but INV-1 0.00 USD  [INV-2/1 5.00 USD ...]  (acknowledged of them)
 *     2013-05-05  forget        (all books so far: the next scene begins without them)
 *     2013-05-05  regime        germany-b2b  [monthly|at_payment|never]
 *                               (known from now on; as shipped, but for when it posts)
 *     2013-05-05  bookkeeping   allocation: oldest_first, roll_overpayment: false
 *                               (from now on; as in a document, but on one line)
 *     2013-05-05  aging         from: invoice|due       (what its days count from, from now on)
 *     2013-05-05  sealed        2013-03-31              (the books, up to that day; "none")
 *     2013-05-05  clocks                                (days past due and days delinquent)
 *     2013-05-05  books                                 (print what stands on the books)
 *     2013-05-05  line          stopped|running         (moved money waits on its way; arrives)
 *     2013-06-01  open                                  (close the days before; nothing else)
 *
 * A line is one line; here some are broken. A line of a later day closes the days between. Words
 * that are left out take the open day. */
typedef struct ScriptLine {
    Date day;
    Str verb;
    LedgerInput input; /* LEDGER_NOTHING for what is no event */
    Str rest;          /* of "bookkeeping": what follows the verb */
} ScriptLine;

bool script_line_parse(Str text, Arena *arena, ScriptLine *line, Err *err) MUST_USE;
