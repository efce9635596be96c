"""What somebody with the database in his hands can do to the journal, and what an audit has to say of it.

Rows are changed as superuser, with the triggers off, and put back as they were when the `with` ends.
"""
import contextlib
import json
from typing import NamedTuple

import line as lines

# The tables as they are before, since what was deleted has to come back.
KEEP = "DROP TABLE IF EXISTS kept_{table}; CREATE TABLE kept_{table} AS TABLE {table}"
PUT_BACK = "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}; DROP TABLE kept_{table}"
TABLES = ("entry", "balance", "journal_tree", "journal_head")
TASK = "(SELECT task FROM entry GROUP BY task ORDER BY count(*) DESC, task LIMIT 1)"
LAST = f"(SELECT max(position) FROM entry WHERE task = {TASK})"


class Tampering(NamedTuple):
    """Statements as they are run; {p} is a place in the middle of the journal of a task, {q} the one after it."""
    name: str
    sql: tuple
    kind: str          # of the finding, as `arrears audit verify -o json` names it
    says: str          # what its sentence holds


OF = f"task = {TASK} AND position"
# The leaf of a row that says another amount, as somebody who has read docs/audit.md would make it.
OTHER_LEAF = ("sha256(E'\\\\000'::bytea || convert_to(concat('task ', length(e.task::text), ' ', e.task, E'\\n', 'position ',"
              " length(position::text), ' ', position, E'\\n', 'creditor ', length(creditor), ' ', creditor, E'\\n', 'customer ',"
              " length(customer), ' ', customer, E'\\n', 'entry ', length(entry::text), ' ', entry, E'\\n', 'kind ', length(kind), ' ',"
              " kind, E'\\n', 'debit ', length(debit), ' ', debit, E'\\n', 'credit ', length(credit), ' ', credit, E'\\n',"
              " 'currency ', length(currency), ' ', currency, E'\\n', 'amount ', length((amount + 1)::text), ' ', amount + 1, E'\\n',"
              " 'effective_on 10 ', effective_on, E'\\n', 'recorded_on 10 ', recorded_on, E'\\n',"
              " CASE invoice WHEN '' THEN '' ELSE concat('invoice ', length(invoice), ' ', invoice, E'\\n') END,"
              " CASE charge WHEN 0 THEN '' ELSE concat('charge ', length(charge::text), ' ', charge, E'\\n') END,"
              " CASE instalment WHEN 0 THEN '' ELSE concat('instalment ', length(instalment::text), ' ', instalment, E'\\n') END,"
              " CASE credit_kind WHEN '' THEN '' ELSE concat('credit_kind ', length(credit_kind), ' ', credit_kind, E'\\n') END,"
              " CASE credit_number WHEN '' THEN '' ELSE concat('credit_number ', length(credit_number), ' ', credit_number, E'\\n') END,"
              " CASE document WHEN '' THEN '' ELSE concat('document ', length(document), ' ', document, E'\\n') END,"
              " CASE allocation WHEN '' THEN '' ELSE concat('allocation ', length(allocation), ' ', allocation, E'\\n') END), 'UTF8'))")
TAMPERINGS = (
    Tampering("a row is changed", (f"UPDATE entry SET amount = amount + 1 WHERE {OF} = {{p}}",), "changed", "position {p},"),
    Tampering("a row is deleted", (f"DELETE FROM entry WHERE {OF} = {{p}}",), "missing", "position {p}:"),
    Tampering("two rows are swapped", (f"UPDATE entry SET position = {{p}} + {{q}} - position WHERE {OF} IN ({{p}}, {{q}})",),
              "swapped", "position {p},"),
    Tampering("a row is put in", (f"INSERT INTO entry SELECT task, account, entry + 100000, kind, debit, credit, currency, amount,"
                                  " effective_on, recorded_on, invoice, charge, instalment, credit_kind, credit_number, document,"
                                  " allocation, position, leaf, epoch"
                                  f" FROM entry WHERE {OF} = {{p}}",), "doubled", "position {p},"),
    Tampering("the end is cut off", (f"DELETE FROM entry WHERE {OF} > {{last}} - 3",), "cut", "end of the journal was cut off"),
    Tampering("the end is cut off, and the tree set back",
              (f"DELETE FROM entry WHERE {OF} >= 4", f"UPDATE journal_tree SET size = 4, frontier = {{frontier_4}} WHERE task = {TASK}"),
              "cut", "positions 4 to"),
    Tampering("a row is changed with its hash",
              (f"UPDATE entry e SET amount = amount + 1, leaf = {OTHER_LEAF} FROM account a WHERE (a.task, a.account) ="
               f" (e.task, e.account) AND e.task = {TASK} AND position = {{p}}",), "altered", "does not fit the journal"),
    Tampering("a balance is changed", ("UPDATE balance SET amount = amount + 1 WHERE gl = 'bank'",), "balance", "balance of bank"),
    Tampering("a stored head is removed", (f"DELETE FROM journal_head WHERE task = {TASK} AND day = (SELECT min(day) FROM"
                                           " journal_head)",), "head", "no longer has its head"),
    Tampering("a stored head is changed", (f"UPDATE journal_head SET note = note || ' ' WHERE task = {TASK} AND day = (SELECT"
                                           " min(day) FROM journal_head)",), "head", "is not the one that was published"),
)


def script(line, statements):
    with contextlib.closing(line.database("ledger")) as connection, connection.cursor() as cursor:
        cursor.execute("; ".join(("SET session_replication_role = replica", *statements)))


def places(line):
    """What the statements and sentences are filled in with."""
    [(last,)] = line.sql("ledger", f"SELECT {LAST}")
    if last < 8:
        raise lines.Trouble(f"a journal of {last + 1} entries is too short to be tampered with")
    [(four,)] = line.sql("ledger", "SELECT encode(sha256(E'\\\\001'::bytea || ab || cd), 'hex') FROM (SELECT"
                                   " sha256(E'\\\\001'::bytea || l[1] || l[2]) AS ab, sha256(E'\\\\001'::bytea || l[3] || l[4]) AS cd"
                                   f" FROM (SELECT array_agg(leaf ORDER BY position) AS l FROM entry WHERE {OF} < 4) x) y")
    return {"p": last // 2, "q": last // 2 + 1, "last": last, "frontier_4": f"decode('{four}', 'hex')"}


@contextlib.contextmanager
def tampered(line, tampering, where):
    script(line, [KEEP.format(table=table) for table in TABLES])
    script(line, [statement.format(**where) for statement in tampering.sql])
    try:
        yield
    finally:
        script(line, [PUT_BACK.format(table=table) for table in TABLES])


def audit(line, *words):
    """Exit code, and what was found."""
    done = line.arrears("audit", "verify", "-o", "json", *words, check=False)
    if not done.stdout:
        raise lines.Trouble(f"audit verify ended with {done.returncode}: {done.stderr}")
    return done.returncode, json.loads(done.stdout)


def located(report, tampering, where):
    """The finding that is wanted, or None."""
    wanted = tampering.says.format(**where)
    return next((one for one in report["findings"] if one["kind"] == tampering.kind and wanted in one["sentence"]), None)
