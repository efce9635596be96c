"""What must hold after a run, by SQL: for runs too long for the checker, and for databases without topics."""
import typing


class Written(typing.NamedTuple):
    """Rows that come of some events, and what is said of them."""
    items: int
    entries: int
    said: int

    def __add__(self, other):
        return Written(*(mine + theirs for mine, theirs in zip(self, other)))


def invoices(count):
    return Written(count, count, count)


def payments(count, settled):
    """Of one invoice each, which some of them close."""
    return Written(0, 2 * count, 2 * count + settled)


class Broken(Exception):
    """The run broke an invariant: the message names it."""


def check(name, good, detail=""):
    if not good:
        raise Broken(f"{name}{': ' if detail else ''}{detail}")


def counts(server, database):
    """Rows of each table a posting writes; of the outbox those that say something of an account."""
    tables = {"item": "", "entry": "", "leg": "", "account": "", "outbox": " WHERE key IS NOT NULL"}
    words = ", ".join(f"(SELECT count(*) FROM {table}{where})" for table, where in tables.items())
    return dict(zip(tables, server.sql(database, f"SELECT {words}")[0]))


def check_counts(server, database, written, accounts, before=0, more=0):
    """before: invoices whose rows were there already, of which nothing was said. more: said of others than what was written."""
    entries = before + written.entries
    found = counts(server, database)
    wanted = dict(item=before + written.items, entry=entries, leg=2 * entries, outbox=written.said + more, account=accounts)
    check("rows written = events", found == wanted, f"{found}, wanted {wanted}")


BOOKS = (
    ("legs sum to zero in each currency",
     "SELECT currency, sum(amount) FROM leg GROUP BY currency HAVING sum(amount) <> 0"),
    ("entries are 1 to n in each account",
     "SELECT task, account, last_entry, count(entry) FROM account a LEFT JOIN entry USING (task, account)"
     " GROUP BY task, account, last_entry HAVING count(entry) <> last_entry OR max(entry) <> last_entry LIMIT 3"),
    ("accounts know what is open",
     "SELECT task, account, open_total FROM account a FULL JOIN (SELECT task, account, sum(open) AS open"
     "  FROM item GROUP BY 1, 2) AS i USING (task, account)"
     " WHERE open_total IS DISTINCT FROM i.open LIMIT 3"),
    ("balance = sum of legs",
     "SELECT * FROM balance FULL JOIN (SELECT task, creditor, gl, currency, sum(amount) AS amount FROM leg"
     "  GROUP BY task, creditor, gl, currency) AS legs USING (task, creditor, gl, currency)"
     " WHERE balance.amount IS DISTINCT FROM legs.amount LIMIT 3"),
)

NUMBERS = (
    "SELECT task, topic, partition, count(*), min(o.seq), max(o.seq), max(t.seq) FROM outbox o"
    "  FULL JOIN task_output t USING (task, topic, partition) GROUP BY task, topic, partition"
    " HAVING count(DISTINCT o.seq) <> max(o.seq) OR count(*) <> max(o.seq) OR min(o.seq) <> 1"
    "     OR max(o.seq) <> max(t.seq) OR count(t.seq) = 0 OR count(o.seq) = 0 LIMIT 3"
)


def check_none(server, database, name, query):
    found = server.sql(database, query)
    check(name, not found, str(found))


def check_books(server, database):
    for name, query in BOOKS:
        check_none(server, database, name, query)


def check_numbers(server, database):
    """A peer that copies rows has them from the second on: the first says that the day was opened."""
    check_none(server, database, "outbox numbers are 1 to n", NUMBERS)


def check_published(server, database):
    check_none(server, database, "what was committed is published", "SELECT * FROM task_output WHERE seq <> acked_seq LIMIT 3")


def check_positions(server, database, taken):
    found = dict(server.sql(database, "SELECT task, next FROM task_input WHERE topic = 'arrears.billing.v1'"))
    check("positions are at the ends", found == taken, f"{found}, wanted {taken}")


# Autovacuum sums up stretches of 128 pages for indexes by summary (BRIN), and each counts as a scan of the table.
SCANNED = """
SELECT relname, seq_scan, summed_up
  FROM (SELECT relname, seq_scan,
               (SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
                 WHERE i.indrelid = relid AND m.amname = 'brin') * ceil(pg_relation_size(relid) / (128 * 8192.0)) AS summed_up
          FROM pg_stat_user_tables
         WHERE relname IN ('account', 'document', 'item', 'credit', 'hold', 'entry')) AS scanned
 WHERE seq_scan > summed_up
"""


def check_plans(server, database):
    """Before anybody else asks: whatever the size of its tables was when a plan was made, the program reads by key."""
    check_none(server, database, "no table was read whole", SCANNED)


def check_ledger(server, database, feed):
    check_plans(server, database)
    accounts = server.sql(database, "SELECT count(DISTINCT (task, account)) FROM entry")[0][0]
    check_counts(server, database, feed.written, accounts)
    check_books(server, database)
    check_numbers(server, database)
    check_positions(server, database, feed.taken)
