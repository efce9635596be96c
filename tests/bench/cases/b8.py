"""B8: `arrears audit verify` of a journal of ten million postings: the trees of all tasks made again from the rows, their
roots compared with the signed heads, balances with the sums of the entries.

The rows are filled in by SQL, leaves included, in the order in which they would have come; the ledger itself signs them at
the end of a day. Beside the rate that was measured stands the one that is wanted: ten million in 120 seconds.
"""
import atexit
import functools
import json
import time

import frame
import invariants
import line as lines
import processes
import rules_journal
import server as servers

UNIT = "postings/s"
WANTED_S, WANTED_POSTINGS = 120, 10_000_000
ACCOUNTS, STEP, CHUNK = 80_000, 7919, 500_000  # STEP and the accounts of a task have no common divisor
DAY = "2024-04-02"
FILL_ACCOUNTS = f"""
INSERT INTO account (task, account, creditor, customer, last_entry, next_due, open_total, has_credit, is_held)
SELECT n % {lines.PARTITIONS}, n, 'acme', 'c' || n, {{entries}}, NULL, 0, false, false FROM generate_series(0, {ACCOUNTS - 1}) n
"""
# A line `name length text` for each field, as docs/audit.md has it.
FILL = f"""
INSERT INTO entry (task, account, entry, kind, debit, credit, currency, amount, effective_on, recorded_on, invoice,
                   charge, instalment, credit_kind, credit_number, document, allocation, position, leaf, epoch)
SELECT task, account, entry, 'invoice', 'receivable', 'revenue', 'EUR', amount, DATE '{DAY}', DATE '{DAY}', invoice, 0, 0, '', '', '',
       '', position, sha256('\\x00'::bytea || convert_to(concat(
           'task 1 ', task, E'\\nposition ', length(position::text), ' ', position, E'\\ncreditor 4 acme\\ncustomer ',
           length(customer), ' ', customer, E'\\nentry ', length(entry::text), ' ', entry,
           E'\\nkind 7 invoice\\ndebit 10 receivable\\ncredit 7 revenue\\ncurrency 3 EUR\\namount ', length(amount::text), ' ',
           amount, E'\\neffective_on 10 {DAY}\\nrecorded_on 10 {DAY}\\ninvoice ', length(invoice), ' ', invoice, E'\\n'), 'UTF8')), 0
  FROM (SELECT task, account, position, position / {ACCOUNTS // lines.PARTITIONS} + 1 AS entry, 'c' || account AS customer,
               1000 + position % 90000 AS amount, 'I-' || number AS invoice
          FROM (SELECT number, number % {lines.PARTITIONS} AS task, number / {lines.PARTITIONS} AS position,
                       number / {lines.PARTITIONS} * {STEP} % {ACCOUNTS // lines.PARTITIONS} * {lines.PARTITIONS}
                       + number % {lines.PARTITIONS} AS account
                  FROM generate_series({{first}}::bigint, {{last}}) number) n) e
 ORDER BY position, task
"""


class Journal:
    """Filled when it is first asked for, and signed."""

    def __init__(self, postings):
        self.postings = postings
        self.line = self.ledger = None

    def open(self):
        if self.line is None:
            self.line = lines.Line(servers.BUILD).__enter__()
            atexit.register(self.line.__exit__)
            self.line.migrate("ledger")
            self._fill()
            self._sign()
        return self

    def _sql(self, statement):
        return self.line.sql("ledger", statement)

    def _fill(self):
        self._sql(FILL_ACCOUNTS.format(entries=self.postings // ACCOUNTS + 1))
        for first in range(0, self.postings, CHUNK):
            self._sql(FILL.format(first=first, last=min(first + CHUNK, self.postings) - 1))
            frame.progress(f"filled {min(first + CHUNK, self.postings):,} of {self.postings:,}")
        self._sql("INSERT INTO balance SELECT task, creditor, gl, currency, sum(amount) FROM leg GROUP BY 1, 2, 3, 4")
        self._sql("VACUUM ANALYZE entry")  # as autovacuum has long done where entries come in over years
        for task in range(lines.PARTITIONS):
            tree = rules_journal.Tree()
            with self.line.database("ledger") as db, db.cursor() as cursor:
                cursor.execute(f"SELECT leaf FROM entry WHERE task = {task} ORDER BY position")
                for (leaf,) in cursor:
                    tree.add(bytes(leaf))
                cursor.execute("INSERT INTO journal_tree VALUES (%s, %s, %s)", (task, tree.size, b"".join(tree.frontier)))

    def _sign(self):
        self.ledger = self.line.service("ledger")
        self.ledger.wait_ready()
        self.line.arrears("day", "open", DAY, "--simulated")
        self.line.arrears("day", "close", DAY, "--wait")
        self.line.wait_quiet()

    def verify(self):
        """Seconds."""
        began = time.monotonic()
        done = self.line.arrears("audit", "verify", "-o", "json", check=False)
        took_s = time.monotonic() - began
        report = json.loads(done.stdout or "{}")
        got = done.returncode, report.get("entries"), report.get("heads"), report.get("finding_count")
        invariants.check("the journal is what was signed", got == (0, self.postings, lines.PARTITIONS, 0), f"{got}: {done.stderr}")
        return took_s


def measure(journal):
    took_s = journal.open().verify()
    resident = processes.resident_mib(journal.ledger.process.pid)
    frame.progress(f"{journal.postings:,} postings in {took_s:.1f} s, the ledger holds {resident} MiB")
    return frame.Sample(journal.postings, journal.postings / took_s)


def wanted(journal):
    return frame.Sample(journal.postings, WANTED_POSTINGS / WANTED_S)


def variants(server):
    journal = Journal(1_000_000 if server.quick else WANTED_POSTINGS)
    bar = "10 million in 120 s"
    return [frame.Variant("audit verify", 0, 1, UNIT, functools.partial(measure, journal), server.fsync_rate,
                          (frame.Beside(bar, 1.0),)),
            frame.Variant(bar, 0, 0, UNIT, functools.partial(wanted, journal), server.fsync_rate)]
