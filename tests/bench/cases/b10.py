"""B10: the aging report for any day: live, for days that are over, as known on a day, on a million open items beside a million
that were paid, four million entries in all.

Items are issued day after day, two thousand of each kind; those that are paid are paid forty days later. They are not
posted but written as rows, such as postings would have left them. Beside each question stands the time it may take.
"""
import contextlib
import functools
import json
import time
import urllib.request

import frame
import growth
import invariants
import line as lines

UNIT = "answers/h"
HOUR_S = 3600
DAYS, PAID_AFTER, ACCOUNTS = 500, 40, 100_000
FIRST, OPEN_DAY = "2023-01-01", "2024-06-29"  # the last ones are paid by then
LIVE_S, PAST_S = 1, 5
FILL = f"""
INSERT INTO account (task, account, creditor, customer, last_entry, next_due, open_total, has_credit, is_held)
SELECT n % {lines.PARTITIONS}, n, 'acme', 'c' || n, 0, NULL, 0, false, false FROM generate_series(0, {ACCOUNTS - 1}) n;
CREATE TEMP TABLE debt AS
SELECT account % {lines.PARTITIONS} AS task, account, n, 'I-' || n AS number, n % 2 = 0 AS paid, 1000 + n % 90000 AS amount,
       DATE '{FIRST}' + (n / {{a_day}})::int AS day, row_number() OVER (PARTITION BY account ORDER BY n) * 3 AS entry
  FROM (SELECT n, n * 7919 % {ACCOUNTS} AS account FROM generate_series(0::bigint, {{items}} - 1) n) n;
INSERT INTO item (task, account, number, charge, instalment, currency, amount, open, written_off, tax, discount, issued_on,
                  open_from, due_on, first_due_on, state, bucket, applied_on, hash, recorded_on)
SELECT task, account, number, 0, 0, 'EUR', amount, CASE WHEN paid THEN 0 ELSE amount END, 0, 0, 0, day, day, day + 30, day + 30,
       CASE WHEN paid THEN 'settled' ELSE 'open' END, 'current', CASE WHEN paid THEN day + {PAID_AFTER} END,
       sha256(convert_to(number, 'UTF8')), day FROM debt ORDER BY n;
INSERT INTO entry (task, account, entry, kind, debit, credit, currency, amount, effective_on, recorded_on, invoice, charge,
                   instalment, credit_kind, credit_number, document, allocation, position, leaf, epoch)
SELECT task, account, entry + step, kind, debit, credit, 'EUR', amount, on_day, on_day,
       CASE WHEN kind = 'payment' THEN '' ELSE number END, 0, 0, CASE WHEN step = 0 THEN '' ELSE 'payment' END,
       CASE WHEN step = 0 THEN '' ELSE 'P-' || n END, '', '', n * 3 + step, sha256(convert_to(number, 'UTF8')), 0
  FROM (SELECT debt.*, step, kind, debit, credit, day + CASE WHEN step = 0 THEN 0 ELSE {PAID_AFTER} END AS on_day
          FROM debt, (VALUES (0, 'invoice', 'receivable', 'revenue'), (1, 'payment', 'bank', 'unapplied'),
                             (2, 'allocation', 'unapplied', 'receivable')) k (step, kind, debit, credit)
         WHERE paid OR step = 0) e ORDER BY on_day, n, step;
INSERT INTO balance SELECT task, creditor, gl, currency, sum(amount) FROM leg GROUP BY 1, 2, 3, 4;
INSERT INTO task (task, epoch, day, phase) SELECT n, 1, DATE '{OPEN_DAY}', 1 FROM generate_series(0, {lines.PARTITIONS - 1}) n
    ON CONFLICT (task) DO UPDATE SET day = excluded.day, phase = 1;
INSERT INTO aging_rule SELECT task, DATE '{FIRST}', '', ARRAY['current', '1-30', '31-60', '61-90', '91+'],
       ARRAY[-100000, 1, 31, 61, 91] FROM task
"""
QUESTIONS = (("live", "", LIVE_S), ("yesterday", "?as_of=2024-06-28", PAST_S), ("half a year ago", "?as_of=2023-12-31", PAST_S),
             ("in the middle", "?as_of=2023-09-07", PAST_S), ("a year ago", "?as_of=2023-06-28", PAST_S),
             ("before all", "?as_of=2022-12-31", PAST_S),
             ("known half a year ago", "?as_of=2023-12-31&known_on=2023-12-31", PAST_S),
             ("by customer, in the middle", "?as_of=2023-09-07&by=customer", PAST_S))


class Books:
    """Filled when they are first asked about."""

    def __init__(self, server, items):
        self.server, self.items, self.database = server, items, None

    def open(self):
        if self.database is None:
            self.database = self.server.fresh("bench_aging")
            with contextlib.closing(self.server.line.database(self.database)) as connection:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute(FILL.format(items=2 * self.items, a_day=max(1, 2 * self.items // DAYS)))
                    cursor.execute("VACUUM ANALYZE")
                    cursor.execute("CHECKPOINT")
            frame.progress(f"filled {2 * self.items:,} items")
        return self

    def ask(self, question):
        """Seconds, and open items of the report."""
        with growth.door(self.server, self.database) as address:
            began = time.monotonic()
            with urllib.request.urlopen(f"{address}/v1/aging{question}", timeout=120) as answer:
                report = json.load(answer)
        rows = report["currencies"] if "currencies" in report else report["rows"]
        return time.monotonic() - began, sum(row["open"]["count"] for row in rows)


def measure(books, name, question):
    took_s, count = books.open().ask(question)
    if name == "live":
        invariants.check("the report counts what is open", count == books.items, str(count))
    frame.progress(f"{name}: {took_s:.2f} s, {count} items")
    return frame.Sample(books.items, HOUR_S / took_s)


def wanted(seconds):
    return frame.Sample(1, HOUR_S / seconds)


def variants(server):
    books = Books(server, 100_000 if server.quick else 1_000_000)
    bars = [frame.Variant(f"in {seconds} s", 0, 0, UNIT, functools.partial(wanted, seconds), server.fsync_rate)
            for seconds in (LIVE_S, PAST_S)]
    return [frame.Variant(name, 0, 1, UNIT, functools.partial(measure, books, name, question), server.fsync_rate,
                          (frame.Beside(f"in {seconds} s", 1.0),)) for name, question, seconds in QUESTIONS] + bars
