"""F2: PostgreSQL goes away while it is written to."""
import os
import signal

import facts
import stores
from matrix import Case

BACK_WITHIN_S = 10
IN_DATABASES = [service.name for service in facts.SERVICES if service.store is stores.Postgres]


def end_sessions(drill):
    """While they commit: what became of a COMMIT is unknown then."""
    with drill.line.database(IN_DATABASES[0]) as db, db.cursor() as cursor:
        cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = ANY(%s)",
                       (IN_DATABASES,))


def kill_one_session(drill):
    """SIGKILL of one backend: the server takes all others down with it and recovers."""
    with drill.line.database(IN_DATABASES[0]) as db, db.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'ledger' ORDER BY backend_start LIMIT 1")
        os.kill(cursor.fetchone()[0], signal.SIGKILL)


def restart(drill, number):
    drill.line.kill_server("postgres", number)
    drill.line.start_servers()


def play(drill):
    drill.start_all()
    drill.begin()
    drill.busy_days(20, lambda: end_sessions(drill))
    drill.expect_alive()
    with drill.stream():
        drill.posts_again(BACK_WITHIN_S, "postings before")
        kill_one_session(drill)
        drill.posts_again(BACK_WITHIN_S, "postings after a backend was killed")
        # SIGQUIT is the immediate stop: nothing is written out, the next start recovers.
        for number, name in ((signal.SIGQUIT, "an immediate stop"), (signal.SIGINT, "a restart"),
                             (signal.SIGKILL, "kill -9 of the server")):
            restart(drill, number)
            drill.posts_again(BACK_WITHIN_S, f"postings after {name}")
    drill.live_on()


CASES = [Case("F2", "PostgreSQL: sessions ended, a backend killed, immediate stop, restart, kill -9 in mid-batch",
              "new postings within 10 s of its return", play, "no_atom", seconds=90)]
