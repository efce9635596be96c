"""The commit path of the ledger, and what stands beside it: pieces that more than one case is made of."""
import io
import json
import re
import time

import frame
import invariants
import line as lines

UNIT = "postings/s"

COPIED = {  # table: its rows of one batch, in the order of keys
    "item": "SELECT d.* FROM bench_place p JOIN item d ON (d.task, d.account, d.number)"
               " = (p.task, p.account, p.invoice)",
    "account": "SELECT d.* FROM bench_place p JOIN account d USING (task, account)",
    "entry": "SELECT d.* FROM bench_place p JOIN entry d USING (task, account, entry)",
    "outbox_bundle": "SELECT d.* FROM bench_place p JOIN outbox_bundle d ON d.task = p.task AND d.topic = p.topic"
                     " AND d.partition = p.partition AND d.seq = p.seq",
}
ONLY = {"account": " AND p.entry = 1"}  # an account is new once
IN_ORDER = {"item": ", d.number", "entry": ", d.entry", "account": ""}

# Which batch wrote a posting: each task's were taken in the order of their numbers, and the tasks in turn.
PLACES = """
CREATE TABLE bench_event AS SELECT * FROM outbox;
CREATE INDEX ON bench_event (task, topic, partition, seq);
CREATE TABLE bench_place AS
SELECT o.task, e.account, e.entry, e.invoice, o.topic, o.partition, o.seq,
       dense_rank() OVER (ORDER BY o.part, o.task) AS batch
  FROM (SELECT *, (row_number() OVER (PARTITION BY task ORDER BY ordinal) - 1) / {batch} AS part,
               row_number() OVER (PARTITION BY task, key ORDER BY ordinal) AS entry
          FROM bench_event WHERE key IS NOT NULL) AS o
  JOIN account a ON a.task = o.task AND convert_to(a.creditor || '/' || a.customer, 'UTF8') = o.key
  JOIN entry e ON e.task = o.task AND e.account = a.account AND e.entry = o.entry;
CREATE INDEX ON bench_place (batch);
GRANT SELECT ON bench_place, bench_event TO ledger_app;
ANALYZE;
"""


class Batch:
    """What one transaction of the floor copies, in memory."""

    def __init__(self, cursor, number):
        self.rows = {table: self._copy(cursor, table, number) for table in COPIED}
        self.postings = self._numbers(cursor, number)

    @staticmethod
    def _copy(cursor, table, number):
        order = "d.seq" if table == "outbox_bundle" else "d.task, d.account" + IN_ORDER[table]
        out = io.BytesIO()
        cursor.copy_expert(f"COPY ({COPIED[table]} WHERE p.batch = {number}{ONLY.get(table, '')} ORDER BY {order})"
                           " TO STDOUT (FORMAT binary)", out)
        return out.getvalue()

    def _numbers(self, cursor, number):
        """Balances and positions: small, and moved by one round trip at the end."""
        cursor.execute("SELECT task, creditor, gl, currency, sum(amount)::bigint FROM bench_place p"
                       " JOIN leg USING (task, account, entry) WHERE batch = %s GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
                       (number,))
        balances = ", ".join(cursor.mogrify("(%s, %s, %s, %s, %s)", row).decode() for row in cursor.fetchall())
        cursor.execute("SELECT task, topic, partition, count(*) FROM bench_place WHERE batch = %s GROUP BY 1, 2, 3", (number,))
        moved = cursor.fetchall()
        inputs = ", ".join(f"({task}, 'arrears.billing.v1', {count}, repeat('x', 32)::bytea)" for task, _, _, count in moved)
        outputs = ", ".join(f"({task}, '{topic}', {partition}, {count}, 0)" for task, topic, partition, count in moved)
        self.end = (
            f"INSERT INTO balance AS b VALUES {balances} ON CONFLICT (task, creditor, gl, currency)"
            " DO UPDATE SET amount = b.amount + excluded.amount;"
            f"INSERT INTO task_input AS i VALUES {inputs} ON CONFLICT (task, topic) DO UPDATE SET next = i.next + excluded.next;"
            f"INSERT INTO task_output AS o VALUES {outputs} ON CONFLICT (task, topic, partition)"
            " DO UPDATE SET seq = o.seq + excluded.seq")
        return sum(count for *_, count in moved)


class Source:
    """The rows that our path wrote for a feed, kept for those beside it; read when they are first asked for."""

    def __init__(self, server, database, batch):
        self.server, self.database, self.batch = server, database, batch
        self.batches = None
        self.counts = invariants.counts(server, database)

    def read(self):
        if self.batches is None:
            self.server.sql(self.database, PLACES.format(batch=self.batch))
            connection = self.server.line.database(self.database)
            with connection.cursor() as cursor:
                cursor.execute("SELECT max(batch) FROM bench_place")
                self.batches = [Batch(cursor, number + 1) for number in range(cursor.fetchone()[0])]
            connection.close()
        return self.batches


class Path:
    """Runs of the ledger's own path at one batch size."""

    def __init__(self, server, name, feed, batch):
        self.server, self.name, self.feed, self.batch = server, name, feed, batch
        self.source = None

    def run(self):
        keys = self.server.line.stack / "keys/operator.pub"
        database = self.server.fresh(f"{self.name}_{'next' if self.source else 'first'}")
        out = self.server.program("ledger_bench", self.batch, self.feed.path, keys, self.feed.answers, env=self.server.program_env(database))
        invariants.check_ledger(self.server, database, self.feed)
        if self.source is None:
            self.source = Source(self.server, database, self.batch)
        else:
            self.server.drop(database)
        return sample(json.loads(out))


def sample(done):
    return frame.Sample(done["events"], done["events"] * 1e6 / done["us"], done["p50_us"], done["p99_us"])


def copy_batch(connection, batch):
    with connection.cursor() as cursor:
        for table, rows in batch.rows.items():
            cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT binary)", io.BytesIO(rows), size=1 << 20)
        cursor.execute(batch.end)
    connection.commit()


def run_floor(server, path):
    """COPY BINARY of the same rows into the same tables, one batch a transaction."""
    batches = path.source.read()
    database = server.fresh("bench_floor")
    server.sql(database, f"INSERT INTO task (task) SELECT generate_series(0, {lines.PARTITIONS - 1})")
    connection = server.application(database)
    took = [0.0] * len(batches)
    began = time.monotonic()
    for number, batch in enumerate(batches):
        at = time.monotonic()
        copy_batch(connection, batch)
        took[number] = time.monotonic() - at
    seconds = time.monotonic() - began
    connection.close()
    found = invariants.counts(server, database)
    invariants.check("rows of the floor = rows of the ledger", found == path.source.counts,
                     f"{found}, wanted {path.source.counts}")
    invariants.check_books(server, database)
    server.drop(database)
    took.sort()
    postings = sum(batch.postings for batch in batches)
    return frame.Sample(postings, postings / seconds, round(took[len(took) // 2] * 1e6), round(took[len(took) * 99 // 100] * 1e6))


def run_single(server, path, how, events):
    """One event at a time: six statements and a commit, or one statement."""
    path.source.read()
    database = server.fresh(f"bench_{how}")
    env = server.program_env(database, ARREARS_BENCH_SOURCE=server.place(path.source.database))
    done = json.loads(server.program("single_bench", how, events, env=env))
    accounts = server.sql(database, "SELECT count(DISTINCT (task, account)) FROM entry")[0][0]
    invariants.check_counts(server, database, invariants.invoices(done["events"]), accounts)
    invariants.check_books(server, database)
    invariants.check_numbers(server, database)
    server.drop(database)
    return sample(done)


def run_pgbench(server, seconds=3):
    """pgbench's simple update: what this machine does for anybody."""
    database = server.fresh("bench_pgbench", template="template0")
    place = ["-h", server.line.env["ARREARS_PG_SOCKET_DIR"], "-p", server.line.env["ARREARS_PG_PORT"], "-U", "postgres"]
    lines.run(["pgbench", "-i", "-q", "-s", "10", *place, database])
    out = lines.run(["pgbench", "-N", "-n", "-M", "prepared", "-c", "1", "-T", str(seconds), *place, database]).stdout
    server.drop(database)
    events = int(re.search(r"actually processed: (\d+)", out)[1])
    return frame.Sample(events, float(re.search(r"tps = ([\d.]+)", out)[1]))
