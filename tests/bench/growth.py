"""How cost grows with what is open: postings, the close of a day, the aging report, on databases filled beforehand.

An account has ten open invoices. They are not posted but written as rows, such as postings would have left them; the
invariants are checked over all of them afterwards. One account in a hundred has an invoice that enters a bucket when the
day is closed. Then the day is closed, events follow at batch 1000, and the report is asked for over HTTP.
"""
import contextlib
import io
import json
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from typing import NamedTuple

import data
import frame
import invariants
import server as servers

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000, "5m": 5_000_000}
USUAL = "10k,100k,1m"
ITEMS = 10          # open invoices of an account
DUE_ONE_IN = 100    # accounts
EVENTS, BATCH = 40_000, 1000
ASKED = 3           # times; the median counts
GAVE_UP = 503       # a question may take 30 seconds

# In the order in which they would have come: every account's first, then every account's second ...
FILL_ITEM = """
WITH debt AS (
    SELECT task, account, 'OLD-' || {item} || '-' || number AS invoice, 1000 + (number * 37 + {item} * 101) % 90000 AS amount,
           CASE WHEN {item} = 0 AND number % {due_one_in} = 0 THEN DATE '{day}' - 1
                ELSE DATE '2024-05-01' + (number + {item}) % 28 END AS due_on
      FROM bench_customer ORDER BY position),
journal AS (
    INSERT INTO entry (task, account, entry, kind, debit, credit, currency, amount, effective_on, recorded_on,
                       invoice, charge, instalment, credit_kind, credit_number, document, allocation, position, leaf, epoch)
    SELECT task, account, {item} + 1, 'invoice', 'receivable', 'revenue', 'EUR', amount, DATE '2024-03-01',
           DATE '2024-03-01', invoice, 0, 0, '', '', '', '', {item} * 100000000::bigint + number,
           sha256(convert_to(invoice, 'UTF8')), 0 FROM debt)
INSERT INTO item (task, account, number, charge, instalment, currency, amount, open, written_off, tax, discount,
                  issued_on, open_from, due_on, first_due_on, state, bucket, hash, recorded_on)
SELECT task, account, invoice, 0, 0, 'EUR', amount, amount, 0, 0, 0, DATE '2024-03-01', DATE '2024-03-01', due_on,
       due_on, 'open', 'current',
       sha256(convert_to(invoice, 'UTF8')), DATE '2024-03-01' FROM debt
"""
FILL_END = """
INSERT INTO account (task, account, creditor, customer, last_entry, next_due, open_total, has_credit, is_held)
SELECT task, account, '{creditor}', customer, count(*), min(due_on) + 1, sum(open), false, false
  FROM item JOIN bench_customer USING (task, account) GROUP BY 1, 2, 3, 4;
INSERT INTO balance SELECT task, creditor, gl, currency, sum(amount) FROM leg GROUP BY 1, 2, 3, 4;
DROP TABLE bench_customer
"""


class Row(NamedTuple):
    items: int           # open before the day is closed
    database_mib: int
    fsync_rate: int
    postings: float      # a second
    wal_bytes: float     # of one, with the images of pages first touched since the last checkpoint
    p50_us: int
    p99_us: int
    due: int             # accounts
    close_s: float
    aging_s: float       # None: the service gave up
    reported: int        # open invoices in the report
    aging_us: float      # of one of them


def fill(server, database, known):
    with contextlib.closing(server.line.database(database)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_customer (position serial, account bigint DEFAULT nextval('account_number'),"
                       " customer text, task integer, number integer)")
        rows = "".join(f"{customer}\t{task}\t{number}\n" for number, (customer, task) in enumerate(known))
        cursor.copy_expert("COPY bench_customer (customer, task, number) FROM STDIN", io.StringIO(rows))
        for item in range(ITEMS):
            cursor.execute(FILL_ITEM.format(item=item, due_one_in=DUE_ONE_IN, day=data.DAY))
        cursor.execute(FILL_END.format(creditor=data.CREDITOR))
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


@contextlib.contextmanager
def door(server, database):
    """The address of the ledger's answers about this database."""
    program = subprocess.Popen([servers.BUILD / "tests/ledger_ask"], env=server.program_env(database), text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield f"http://127.0.0.1:{int(program.stdout.readline())}"
    finally:
        program.communicate()


def ask(address):
    """Seconds, and how many invoices the report has; None twice when the service gave up on it."""
    took = []
    for _ in range(ASKED):
        began = time.monotonic()
        try:
            with urllib.request.urlopen(f"{address}/v1/aging", timeout=120) as answer:
                report = json.load(answer)
        except urllib.error.HTTPError as refused:
            if refused.code == GAVE_UP:
                return None, None
            raise
        took.append(time.monotonic() - began)
    return statistics.median(took), sum(one["open"]["count"] for one in report["currencies"])


def check(server, database, feed, items, accounts, due):
    """The books over all rows, those filled in beforehand included; and the day has done what was due."""
    invariants.check_counts(server, database, feed.written, accounts, before=items, more=due)
    invariants.check_books(server, database)
    invariants.check_numbers(server, database)
    invariants.check_positions(server, database, feed.taken)
    entered = server.sql(database, "SELECT count(*) FROM item WHERE bucket = '1-30'")[0][0]
    invariants.check("what was due has entered its bucket", entered == due, f"{entered} of {due}")


def measure(server, name):
    items = SIZES[name]
    known = data.customers(count=items // ITEMS)
    due = len(range(0, len(known), DUE_ONE_IN))
    database = server.fresh(f"bench_growth_{name}")
    fill(server, database, known)
    feed = data.Feed(server.opening, server.line.dir / f"feed-growth-{name}", EVENTS, known=known, closing=True)
    keys = server.line.stack / "keys/operator.pub"
    env = server.program_env(database)
    rate, began = server.fsync_rate(), server.written(database)
    done = json.loads(server.program("ledger_bench", BATCH, feed.path, keys, feed.answers, "close", env=env))
    wal_bytes = (server.written(database) - began) / feed.events
    size = server.sql(database, f"SELECT pg_database_size('{database}')")[0][0] >> 20
    with door(server, database) as address:
        aging_s, reported = ask(address)
    check(server, database, feed, items, len(known), due)
    invariants.check("the report counts what is open", reported in (None, items + feed.written.items), str(reported))
    server.drop(database)
    return Row(items, size, rate, done["events"] * 1e6 / done["us"], wal_bytes, done["p50_us"], done["p99_us"], due, done["close_us"] / 1e6,
               aging_s, reported, aging_s * 1e6 / reported if aging_s else None)


# ---- output: the last columns say how much more than the row before

TITLES = ("open items", "MiB", "fsync/s", "postings/s", "WAL bytes", "p50_us", "p99_us", "due", "close s", "aging s", "reported", "us/item", "more items",
          "more per posting", "more per due", "more per item reported")


def growth(row, before):
    """By which factor cost has grown since the row before; 1.0 is what is hoped for."""
    if not before:
        return (None,) * 4
    return (row.items / before.items, before.postings / row.postings,
            (row.close_s / row.due) / (before.close_s / before.due),
            row.aging_us / before.aging_us if row.aging_us and before.aging_us else None)


def rows_of(found):
    for row, before in zip(found, [None, *found]):
        yield dict(zip(TITLES, (*row, *growth(row, before))))


def text(title, value):
    if value is None:
        return "gave up" if title == "aging s" else ""
    if title.startswith("more"):
        return f"x {value:.2f}"
    return f"{value:,.3f}" if title in ("close s", "aging s", "us/item") else f"{value:,.0f}"


def cells_of(rows):
    return [TITLES, *([text(title, row[title]) for title in TITLES] for row in rows)]


def as_markdown(rows, facts, out):
    frame.markdown(cells_of(rows), out)
    out.write(f"\n{frame.facts_text(facts)}.\n")


def as_table(rows, facts, out):
    out.write(frame.facts_text(facts) + "\n")
    cells = cells_of(rows)
    widths = [max(len(line[at]) for line in cells) for at in range(len(TITLES))]
    for line in cells:
        out.write("  ".join(cell.rjust(width) for cell, width in zip(line, widths)).rstrip() + "\n")
