#pragma once

/* Inside query/ only: until when open items can be enforced, as WITH queries.
 *
 * An item can be enforced until the day N years after its start. What the customer acknowledged of
 * it, or a payment in part, starts it anew from that day on, if it was not over by then or the rule
 * revives. What of an item was acknowledged is a part of it with a day of its own: so an item has
 * as many rows as it has such parts, one inside the other. What has been paid since an answer paid
 * what was acknowledged first, since the customer did not mean to pay the rest.
 *
 * What was given up is claimed all the same (claim.h), so it is the claim that has parts. What is
 * open lies inside, since a statement tells what is open: what was given up is taken to be the part
 * that ends first. Money for it is a payment in part as any other.
 *
 * LIMITED stands on two queries before it: `rule` (RULE_COLUMNS, one row) and `claim` (the key of
 * an item, open, given_up, claimed, first_due_on). Of `limited` each row is a part: the key, part,
 * part_given_up within it, last_day, and what interrupted it last, if anything that counts did:
 * interrupted_on, cause, document. */
#include "ledger/query/claim.h"

#define RULE_COLUMNS "years, end_of_year, part_payment, revives"

/* That of the creditor, or the default one, which was in force on a day, or the first ones. */
#define RULE_OF(creditor, day)                                                                     \
    "rule AS (SELECT " RULE_COLUMNS " FROM bookkeeping_rule"                                       \
    "  WHERE id IN (" creditor ", 'default')"                                                      \
    "  ORDER BY since > " day ", abs(" day " - since), id = 'default', task LIMIT 1)"

#define PART_OF_ITEM KEY_OF_ITEM ", upto"

/* What of item `i` was acknowledged by a line `l` of statement `s` and is left. The line says only
 * what was open; what had been given up by then was not acknowledged either. That is looked up,
 * where an account has had a write-off, by the key of the account alone: + 0 keeps out the index of
 * days, which costs each line far more. */
#define GIVEN_UP_BEFORE                                                                            \
    "CASE WHEN NOT EXISTS (SELECT FROM ground g WHERE (g.task, g.account) = (i.task, i.account))"  \
    "     THEN 0 ELSE (SELECT coalesce(sum(" GIVEN_UP_BY "), 0)::bigint"                           \
    "  FROM entry e WHERE " ENTRY_OF_I " AND e.recorded_on + 0 <= s.as_of) END"
#define COVERED_BY_LINE                                                                            \
    "least(l.acknowledged,"                                                                        \
    "      greatest(i.claimed - (l.open + " GIVEN_UP_BEFORE " - l.acknowledged), 0))"

#define LIMITED(day, known)                                                                        \
    "cause AS ("                                                                                   \
    "  SELECT i.task, i.account, i.number, i.charge, i.instalment, s.agreed_on AS day,"            \
    "         s.answer AS cause, s.answered_by AS document,"                                       \
    "         " COVERED_BY_LINE " AS covers"                                                       \
    "    FROM claim i JOIN statement_line l USING (task, account, number, charge, instalment)"     \
    "    JOIN statement s ON (s.task, s.account, s.number) = (l.task, l.account, l.statement)"     \
    "   WHERE s.answer <> '' AND s.agreed_on <= " day " AND s.answered_on <= " known "  UNION ALL" \
    "  SELECT i.task, i.account, i.number, i.charge, i.instalment, c.received_on, 'payment',"      \
    "         c.number, i.claimed"                                                                 \
    "    FROM rule, claim i"                                                                       \
    "    JOIN entry e ON (e.task, e.account, e.invoice, e.charge, e.instalment)"                   \
    "                  = (i.task, i.account, i.number, i.charge, i.instalment)"                    \
    "    JOIN credit c ON (c.task, c.account, c.kind, c.number)"                                   \
    "                   = (e.task, e.account, 'payment', e.credit_number)"                         \
    "   WHERE part_payment AND e.credit_kind = 'payment'"                                          \
    "     AND e.kind IN ('allocation', 'allocation_reversal', 'recovery', 'recovery_reversal')"    \
    "     AND e.effective_on <= " day " AND e.recorded_on <= " known                               \
    "   GROUP BY 1, 2, 3, 4, 5, 6, 8, 9"                                                           \
    "  HAVING sum(CASE WHEN e.kind LIKE '%reversal' THEN -e.amount ELSE e.amount END) > 0),"       \
    " upto AS ("                                                                                   \
    "  SELECT task, account, number, charge, instalment, covers AS upto FROM cause"                \
    "   WHERE covers > 0"                                                                          \
    "  UNION SELECT task, account, number, charge, instalment, claimed FROM claim),"               \
    " slice AS ("                                                                                  \
    "  SELECT u.task, u.account, u.number, u.charge, u.instalment, u.upto, u.upto - u.after"       \
    "             AS part, u.upto - least(u.upto, greatest(u.after, i.open)) AS part_given_up,"    \
    "         make_interval(years => rule.years) AS years, revives,"                               \
    "         (CASE WHEN end_of_year"                                                              \
    "               THEN make_date(extract(year FROM i.first_due_on)::int, 12, 31)"                \
    "               ELSE i.first_due_on END + make_interval(years => rule.years))::date AS base"   \
    "    FROM (SELECT *, coalesce(lag(upto) OVER (PARTITION BY " KEY_OF_ITEM                       \
    "                                             ORDER BY upto), 0) AS after FROM upto) u"        \
    "    JOIN claim i USING (task, account, number, charge, instalment)"                           \
    "   CROSS JOIN rule WHERE rule.years > 0),"                                                    \
    " step AS ("                                                                                   \
    "  SELECT s.*, c.day, c.cause, c.document,"                                                    \
    "         c.day > greatest(base, (lag(c.day) OVER w + s.years)::date) AND NOT revives AS late" \
    "    FROM slice s LEFT JOIN cause c"                                                           \
    "      ON (c.task, c.account, c.number, c.charge, c.instalment)"                               \
    "       = (s.task, s.account, s.number, s.charge, s.instalment) AND c.covers >= s.upto"        \
    "  WINDOW w AS (PARTITION BY s.task, s.account, s.number, s.charge, s.instalment, s.upto"      \
    "               ORDER BY c.day, c.document)),"                                                 \
    " chain AS ("                                                                                  \
    "  SELECT step.*, (day + years)::date AS until,"                                               \
    "         bool_or(late) OVER (PARTITION BY " PART_OF_ITEM " ORDER BY day, document) AS over"   \
    "    FROM step),"                                                                              \
    " limited AS ("                                                                                \
    "  SELECT " PART_OF_ITEM                                                                       \
    ", part, part_given_up, greatest(base, max(until) FILTER (WHERE counts)) AS last_day,"         \
    "         max(day) FILTER (WHERE counts) AS interrupted_on,"                                   \
    "         (array_agg(cause ORDER BY day DESC, document DESC) FILTER (WHERE counts))[1] AS "    \
    "cause,"                                                                                       \
    "         (array_agg(document ORDER BY day DESC, document DESC) FILTER (WHERE counts))[1]"     \
    "             AS document"                                                                     \
    "    FROM (SELECT *, over IS NOT TRUE AND until > base AS counts FROM chain) c"                \
    "   GROUP BY " PART_OF_ITEM ", part, part_given_up, base)"
