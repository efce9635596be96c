"""F8: a store that is older than what its service has said, as after a restore from a backup.

The numbers that such a service would give next are taken, by other events. So at every start it compares its store with the
last records of its own topics. From PostgreSQL it refuses to start until somebody acts. Scoring's truth is in its topic:
it rebuilds Redis from there.
"""
import shutil
import signal

import facts
import stores
from matrix import Case

REFUSED = 3  # an operator has to act
ON_POSTGRES = [service.name for service in facts.SERVICES if service.store is stores.Postgres]
REFUSES_WITHIN_S, REBUILDS_WITHIN_S = 10, 15


def copy_database(drill, name):
    """Nobody is connected to it: its service has ended."""
    with drill.line.database("postgres").cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}_other TEMPLATE {name} OWNER {name}_owner")


def exchange_databases(drill, name):
    with drill.line.database("postgres").cursor() as cursor:
        for old, new in ((name, "aside"), (f"{name}_other", name), ("aside", f"{name}_other")):
            cursor.execute(f"ALTER DATABASE {old} RENAME TO {new}")


def exchange_redis(drill, change):
    """change(its files, the files of a copy), while it is down."""
    drill.line.kill_server("redis", signal.SIGTERM)  # it writes out what it has
    files = drill.line.stack / "redis/appendonlydir"
    change(files, files.with_name("copy"))
    drill.line.start_servers()


def put_back(files, copy):
    shutil.rmtree(files)
    copy.rename(files)


def keep_copies(drill):
    """Of every store, as it stands between two days."""
    drill.line.wait_quiet()
    drill.end_all()
    for name in ON_POSTGRES:
        copy_database(drill, name)
    exchange_redis(drill, shutil.copytree)


def grow_older(drill):
    """Every service says something that its copy does not know of."""
    drill.start_all()
    drill.live_on()
    drill.busy_days(6)
    drill.end_all()


def actions(service):
    return [line.get("event.action") for line in service.lines()]


def refuses(drill, name):
    """Ends by itself, and its log says what to do."""
    service = drill.start(name)
    drill.recovered(f"{name} refuses an older database", lambda: service.process.poll() is not None, REFUSES_WITHIN_S)
    status, said = service.process.returncode, service.log.read_text()
    drill.expect(status == REFUSED, f"{name} ended with {status} on an older database, not with {REFUSED}")
    drill.expect("STORE_BEHIND" in said and "Restore a newer state, or rebuild" in said,
                 f"{name} does not say what to do: {said[-500:]}")
    drill.expect("task_taken_over" not in actions(service), f"{name} took tasks over before it refused")
    drill.line.services.remove(service)


def rebuilds(drill):
    exchange_redis(drill, put_back)
    scoring = drill.start("scoring")
    drill.recovered("scoring rebuilds an older Redis", lambda: actions(scoring).count("store_rebuilt"), REBUILDS_WITHIN_S)
    scoring.wait_ready()
    drill.figure("tasks rebuilt", actions(scoring).count("store_rebuilt"))


def play(drill):
    drill.start_all()
    drill.begin()
    keep_copies(drill)
    grow_older(drill)
    for name in ON_POSTGRES:
        exchange_databases(drill, name)
        refuses(drill, name)
        exchange_databases(drill, name)
    rebuilds(drill)
    drill.end_all()
    drill.start_all()
    drill.live_on()
    drill.busy_days(3)
    drill.look_at_answers()


def play_control(drill):
    """They start on what is too old, and go on."""
    drill.start_all()
    drill.begin()
    keep_copies(drill)
    grow_older(drill)
    for name in ON_POSTGRES:
        exchange_databases(drill, name)
    drill.start_all()
    drill.busy_days(3)


CASES = [Case("F8", "a database older than its own topics, and an older Redis",
              "refuses to start with exit status 3 and says what to do; scoring rebuilds instead",
              play, "no_tail_check", play_control, seconds=60)]
