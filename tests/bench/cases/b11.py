"""B11: the end of a month over a million late items under an interest regime: each is counted up to that day, and what the
regime posts is posted, with its item, its entry and its event.

A customer has ten invoices, all late since the beginning of the month and in their bucket already, so that interest is all that
the day has to do. `posted`: each owes more than the least amount of the regime; `counted`: none does, and the mark alone is moved.
Items are not posted but written as rows, such as postings would have left them. Beside it stands the time a close may take.
"""
import contextlib
import functools
import io
import json

import data
import frame
import growth
import invariants

UNIT = "items/s"
REGIME = "contract"  # policies/interest: 9 % a year, posted monthly from 5.00 EUR on
ITEMS = 10           # of a customer
DUE_ON = "2024-04-05"
CLOSE_S = 60
EVENTS = 1_000       # that follow the close
SMALL, LARGE = 2_000, 200_000  # 25 days of 9 % on 20.00 and 2,000.00 EUR

FILL_ITEM = """
WITH debt AS (
    SELECT task, account, 'OLD-' || {item} || '-' || number AS invoice, {amount}::bigint AS amount
      FROM bench_customer ORDER BY position),
journal AS (
    INSERT INTO entry (task, account, entry, kind, debit, credit, currency, amount, effective_on, recorded_on,
                       invoice, charge, instalment, credit_kind, credit_number, document, allocation, position, leaf, epoch)
    SELECT task, account, {item} + 1, 'invoice', 'receivable', 'revenue', 'EUR', amount, DATE '2024-03-01',
           DATE '2024-03-01', invoice, 0, 0, '', '', '', '', {item} * 100000000::bigint + row_number() OVER (),
           sha256(convert_to(invoice, 'UTF8')), 0 FROM debt),
bearing AS (
    INSERT INTO accrued (task, account, number, instalment, regime, currency, invoiced, amount, posted, fixed, interest_paid,
                         fixed_paid, charges, fixed_charges, paid, moves, overlong)
    SELECT task, account, invoice, 0, '{regime}', 'EUR', amount, 0, 0, 0, 0, 0, 0, 0, false, '2024-03-01 +' || amount, false
      FROM debt)
INSERT INTO item (task, account, number, charge, instalment, currency, amount, open, written_off, tax, discount,
                  issued_on, open_from, due_on, first_due_on, state, bucket, hash, recorded_on)
SELECT task, account, invoice, 0, 0, 'EUR', amount, amount, 0, 0, 0, DATE '2024-03-01', DATE '2024-03-01', DATE '{due_on}',
       DATE '{due_on}', 'open', '1-30', sha256(convert_to(invoice, 'UTF8')), DATE '2024-03-01' FROM debt
"""
FILL_END = """
INSERT INTO account (task, account, creditor, customer, last_entry, next_due, open_total, has_credit, is_held, bears_interest)
SELECT task, account, '{creditor}', customer, count(*), DATE '{day}', sum(open), false, false, true
  FROM item JOIN bench_customer USING (task, account) GROUP BY 1, 2, 3, 4;
INSERT INTO balance SELECT task, creditor, gl, currency, sum(amount) FROM leg GROUP BY 1, 2, 3, 4;
DROP TABLE bench_customer
"""


def fill(server, database, known, amount):
    with contextlib.closing(server.line.database(database)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_customer (position serial, account bigint DEFAULT nextval('account_number'),"
                       " customer text, task integer, number integer)")
        rows = "".join(f"{customer}\t{task}\t{number}\n" for number, (customer, task) in enumerate(known))
        cursor.copy_expert("COPY bench_customer (customer, task, number) FROM STDIN", io.StringIO(rows))
        for item in range(ITEMS):
            cursor.execute(FILL_ITEM.format(item=item, amount=amount, regime=REGIME, due_on=DUE_ON))
        cursor.execute(FILL_END.format(creditor=data.CREDITOR, day=data.DAY))
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def check(server, database, items, posted):
    """Every item was counted up to the day, and exactly those were charged that should be."""
    invariants.check_books(server, database)
    until = server.sql(database, f"SELECT count(*) FROM accrued WHERE until = '{data.DAY}' AND amount > 0")[0][0]
    invariants.check("every late item is counted", until == items, f"{until} of {items}")
    charged = server.sql(database, "SELECT count(*) FROM item WHERE charge = 1")[0][0]
    invariants.check("what is worth it is charged", charged == (items if posted else 0), str(charged))


def close(server, items, name, amount):
    known = data.customers(count=items // ITEMS)
    database = server.fresh(f"bench_interest_{name}")
    fill(server, database, known, amount)
    feed = data.Feed(server.opening, server.line.dir / f"feed-interest-{name}", EVENTS, known=known, closing=True)
    keys = server.line.stack / "keys/operator.pub"
    done = json.loads(server.program("ledger_bench", growth.BATCH, feed.path, keys, feed.answers, "close", env=server.program_env(database)))
    check(server, database, items, name == "posted")
    server.drop(database)
    close_s = done["close_us"] / 1e6
    frame.progress(f"{name}: {items:,} items in {close_s:.1f} s, {done['rss_kib'] >> 10} MiB at most")
    return frame.Sample(items, items / close_s)


def wanted(items):
    return frame.Sample(1, items / CLOSE_S)


def variants(server):
    items = 100_000 if server.quick else 1_000_000
    bar = f"in {CLOSE_S} s"
    make = functools.partial(frame.Variant, batch=0, connections=1, unit=UNIT, fsync_rate=server.fsync_rate)
    return [make(name, run=functools.partial(close, server, items, name, amount), beside=(frame.Beside(bar, 1.0),))
            for name, amount in (("posted", LARGE), ("counted", SMALL))] + [make(bar, run=functools.partial(wanted, items))]
