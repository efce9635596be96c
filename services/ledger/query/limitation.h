#pragma once

/* Inside query/ only: until when open items can be enforced, as WITH queries.
 *
 * An item can be enforced until the day N years after its start. What the customer acknowledged of
 * it, or a payment in part, starts it anew from that day on, if it was not over by then or the rule
 * revives. What of an item was acknowledged is a part of it with a day of its own: so an item has
 * as many rows as it has such parts, one inside the other. What has been paid since an answer paid
 * what was acknowledged first, since the customer did not mean to pay the rest.
 *
 * LIMITED stands on two queries before it: `rule` (RULE_COLUMNS, one row) and `open_item` (the key
 * of an item, open, first_due_on). Of `limited` each row is a part: the key, part, last_day, and
 * what interrupted it last, if anything that counts did: interrupted_on, cause, document. */
#define RULE_COLUMNS "years, end_of_year, part_payment, revives"

/* That of the creditor, or the default one, which was in force on a day, or the first ones. */
#define RULE_OF(creditor, day)                                                                     \
    "rule AS (SELECT " RULE_COLUMNS " FROM bookkeeping_rule"                                       \
    "  WHERE id IN (" creditor ", 'default')"                                                      \
    "  ORDER BY since > " day ", abs(" day " - since), id = 'default', task LIMIT 1)"

#define PART_OF_ITEM "task, account, number, charge, instalment, upto"

#define LIMITED(day, known)                                                                        \
    "cause AS ("                                                                                   \
    "  SELECT i.task, i.account, i.number, i.charge, i.instalment, s.agreed_on AS day,"            \
    "         s.answer AS cause, s.answered_by AS document,"                                       \
    "         least(l.acknowledged, greatest(i.open - (l.open - l.acknowledged), 0)) AS covers"    \
    "    FROM open_item i JOIN statement_line l USING (task, account, number, charge, instalment)" \
    "    JOIN statement s ON (s.task, s.account, s.number) = (l.task, l.account, l.statement)"     \
    "   WHERE s.answer <> '' AND s.agreed_on <= " day " AND s.answered_on <= " known "  UNION ALL" \
    "  SELECT i.task, i.account, i.number, i.charge, i.instalment, c.received_on, 'payment',"      \
    "         c.number, i.open"                                                                    \
    "    FROM rule, open_item i"                                                                   \
    "    JOIN entry e ON (e.task, e.account, e.invoice, e.charge, e.instalment)"                   \
    "                  = (i.task, i.account, i.number, i.charge, i.instalment)"                    \
    "    JOIN credit c ON (c.task, c.account, c.kind, c.number)"                                   \
    "                   = (e.task, e.account, 'payment', e.credit_number)"                         \
    "   WHERE part_payment AND e.credit_kind = 'payment'"                                          \
    "     AND e.kind IN ('allocation', 'allocation_reversal')"                                     \
    "     AND e.effective_on <= " day " AND e.recorded_on <= " known                               \
    "   GROUP BY 1, 2, 3, 4, 5, 6, 8, 9"                                                           \
    "  HAVING sum(CASE e.kind WHEN 'allocation' THEN e.amount ELSE -e.amount END) > 0),"           \
    " upto AS ("                                                                                   \
    "  SELECT task, account, number, charge, instalment, covers AS upto FROM cause"                \
    "   WHERE covers > 0"                                                                          \
    "  UNION SELECT task, account, number, charge, instalment, open FROM open_item),"              \
    " slice AS ("                                                                                  \
    "  SELECT u.*, u.upto - coalesce(lag(u.upto) OVER (PARTITION BY u.task, u.account, u.number,"  \
    "                 u.charge, u.instalment ORDER BY u.upto), 0) AS part,"                        \
    "         make_interval(years => rule.years) AS years, revives,"                               \
    "         (CASE WHEN end_of_year"                                                              \
    "               THEN make_date(extract(year FROM i.first_due_on)::int, 12, 31)"                \
    "               ELSE i.first_due_on END + make_interval(years => rule.years))::date AS base"   \
    "    FROM upto u JOIN open_item i USING (task, account, number, charge, instalment)"           \
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
    ", part, greatest(base, max(until) FILTER (WHERE counts)) AS last_day,"                        \
    "         max(day) FILTER (WHERE counts) AS interrupted_on,"                                   \
    "         (array_agg(cause ORDER BY day DESC, document DESC) FILTER (WHERE counts))[1] AS "    \
    "cause,"                                                                                       \
    "         (array_agg(document ORDER BY day DESC, document DESC) FILTER (WHERE counts))[1]"     \
    "             AS document"                                                                     \
    "    FROM (SELECT *, over IS NOT TRUE AND until > base AS counts FROM chain) c"                \
    "   GROUP BY " PART_OF_ITEM ", part, base)"
