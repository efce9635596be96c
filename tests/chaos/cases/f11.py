"""F11: no room left on a disk. F11a: where PostgreSQL keeps tables; it refuses to extend them, and the rest works. F11b: where
it keeps its log; it ends all sessions and recovers, again and again. F11c: where the broker keeps topics; it ends, and is
started again when there is room, as an operator would.

The data move to a small tmpfs (root alone may mount one), and something else fills it to the last byte.
"""
import signal

import psycopg2

import admin
import line as lines
import small
from matrix import Case

GOES_ON_WITHIN_S = 30
# What the services write until it is full; the less, the sooner it is.
TABLES_MIB, LOG_MIB, TOPICS_MIB = 64, 128, 96
FULL, WAITS, AWAY = "53100", "store: does not take commits", "_TRANSPORT"
PANIC = "PANIC:"
TABLES, LOG, TOPICS = "postgres/data/base", "postgres/data/pg_wal", "kafka/data"


def play_tables(drill):
    drill.start_all()
    drill.begin()
    ledger = drill.line.workers("ledger")[0]
    with small.SmallFolder(drill.line, "postgres", TABLES, signal.SIGINT, TABLES_MIB) as folder:
        with drill.stream():
            drill.posts_again(GOES_ON_WITHIN_S, "postings on the small disk")
            folder.fill()
            lines.wait_for("the ledger says what the database answers", lambda: FULL in ledger.log.read_text())
            lines.wait_for("it says that it waits", lambda: WAITS in admin.why_not_ready(ledger))
            drill.figure("posted before it was full", drill.entries())
            ledger.signal(signal.SIGKILL)  # what it holds of the step that does not fit is gone, and must not count
            ledger.wait_death()
            ledger = drill.start("ledger")
            folder.make_room()
            drill.posts_again(GOES_ON_WITHIN_S, "postings when there is room")
            drill.recovered("it is ready", lambda: not admin.why_not_ready(ledger), GOES_ON_WITHIN_S)
        drill.expect_alive()
        drill.live_on()
        drill.settle()


def hurry_the_log(drill):
    """To the next segment of the log, until there is no room for one."""
    try:
        with drill.line.database("ledger") as db, db.cursor() as cursor:
            cursor.execute("SELECT pg_switch_wal()")
    except psycopg2.Error:
        pass  # that was it


def is_down(line, server):
    return not lines.is_alive(line.server_pid(server))


def play_log(drill):
    drill.start_all()
    drill.begin()
    ledger, log = drill.line.workers("ledger")[0], drill.line.stack / "log/postgres.log"
    with small.SmallFolder(drill.line, "postgres", LOG, signal.SIGINT, LOG_MIB) as folder:
        with drill.stream():
            drill.posts_again(GOES_ON_WITHIN_S, "postings on the small disk")
            folder.fill()

            def fails():
                hurry_the_log(drill)
                return PANIC in log.read_text() and WAITS in admin.why_not_ready(ledger)
            lines.wait_for("PostgreSQL ends all sessions, and the ledger says that it waits", fails)
            drill.figure("ends of all sessions", log.read_text().count(PANIC))
            folder.make_room()
            drill.line.start_servers()
            drill.posts_again(GOES_ON_WITHIN_S, "postings when there is room")
            drill.recovered("it is ready", lambda: not admin.why_not_ready(ledger), GOES_ON_WITHIN_S)
        drill.expect_alive()
        drill.live_on()
        drill.settle()


def play_topics(drill):
    drill.start_all()
    drill.begin()
    ledger = drill.line.workers("ledger")[0]
    with small.SmallFolder(drill.line, "kafka", TOPICS, signal.SIGTERM, TOPICS_MIB) as folder:
        with drill.stream():
            drill.posts_again(GOES_ON_WITHIN_S, "postings on the small disk")
            folder.fill()
            lines.wait_for("the broker gives up", lambda: is_down(drill.line, "kafka"))
            lines.wait_for("the ledger says that it is away", lambda: AWAY in ledger.log.read_text())
            folder.make_room()
            drill.line.start_servers()
            drill.posts_again(GOES_ON_WITHIN_S, "postings when there is room")
            drill.recovered("it is ready", lambda: not admin.why_not_ready(ledger), GOES_ON_WITHIN_S)
        drill.expect_alive()
        drill.live_on()
        drill.settle()


def case(name, where, play):
    return Case(name, f"the disk is full {where}", "the ledger says so; nothing by halves; goes on within 30 s of room",
                play, "no_atom", play_tables, seconds=80, checked=False)


CASES = [case("F11a", "where PostgreSQL keeps its tables", play_tables),
         case("F11b", "where PostgreSQL keeps its log", play_log),
         case("F11c", "where the broker keeps the topics", play_topics)]
