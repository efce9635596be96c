"""F10: Redis forgets. What scoring works on is gone, or older than what it said.

The topic of credit states is the truth: whatever Redis holds after a loss is replaced by the fold of it. First while
nothing flows, since then no commit runs into the loss and the owner has to ask. Then under load: emptied, restarted, killed,
its append-only file cut in the middle of a record, and a file that lacks the last second, as after a power loss. At last a
Redis that may evict: scoring does not start on it, since a state that silently disappears looks like a new customer.
"""
import os
import signal
import time

import line as lines
from matrix import Case

NOTICED_WITHIN_S = 2
# And goes on with the stream. On two busy cores the whole line competes with it.
REBUILT_WITHIN_S = 20
A_SECOND = 500
EXIT_REFUSED = 3


def ask(drill, question):
    """What scoring's Redis answers; nothing while it is away, or does not even know how many tasks there are."""
    try:
        store = drill.open_store("scoring")
    except (OSError, TypeError):
        return None
    try:
        return question(store)
    finally:
        store.close()


def is_owned(store):
    return all(b"epoch" in store.hash(task, "task") for task in store.tasks)


def is_whole(store):
    tasks = [store.hash(task, "task") for task in store.tasks]
    return all(b"commit_no" in task and b"building" not in task for task in tasks)


def taken_in(store):
    """How far into its inputs it has committed, all tasks together."""
    return sum(next_offset for *_, next_offset in store.positions())


def rebuilt_tasks(drill):
    return sum(line.get("event.action") == "store_rebuilt"
               for service in drill.line.workers("scoring") for line in service.lines())


def file_of(drill):
    """That to which Redis appends."""
    return max((drill.line.stack / "redis/appendonlydir").glob("*.incr.aof"), key=lambda path: path.stat().st_mtime)


def flush(drill):
    ask(drill, lambda store: store.call("FLUSHALL"))


def come_back(drill, number, lose=lambda path: None):
    """Ends the server, takes something away from its file, and starts it again."""
    drill.line.kill_server("redis", number)
    lose(file_of(drill))
    drill.line.start_servers()


def cut_in_the_middle(path):
    """Two thirds: where a record is not yet whole, most likely."""
    os.truncate(path, path.stat().st_size * 2 // 3)


def wait_for_a_second_of_work(drill):
    before = ask(drill, taken_in)
    lines.wait_for("a second of the stream is scored", lambda: (ask(drill, taken_in) or 0) >= before + A_SECOND)


def lose_the_last_second(drill):
    kept = file_of(drill).stat().st_size
    wait_for_a_second_of_work(drill)
    come_back(drill, signal.SIGKILL, lambda path: os.truncate(path, kept))


FAULTS = {
    "emptied": flush,
    "a restart": lambda drill: come_back(drill, signal.SIGTERM),
    "kill -9": lambda drill: come_back(drill, signal.SIGKILL),
    "a cut file": lambda drill: come_back(drill, signal.SIGKILL, cut_in_the_middle),
    "the last second was lost": lose_the_last_second,
}


def forget_while_idle(drill):
    drill.line.wait_quiet()
    since = time.monotonic()
    flush(drill)
    drill.recovered("emptied while idle: noticed by every task", lambda: ask(drill, is_owned), NOTICED_WITHIN_S, since)
    took_s = drill.recovered("emptied while idle: rebuilt", lambda: ask(drill, is_whole), REBUILT_WITHIN_S, since)
    drill.figure("rebuilt while idle, s", round(took_s, 1))


def forget_under_load(drill):
    for name, forget in FAULTS.items():
        wait_for_a_second_of_work(drill)
        before = ask(drill, taken_in)
        forget(drill)
        drill.recovered(f"whole, and more is scored, after {name}",
                        lambda: ask(drill, is_whole) and (ask(drill, taken_in) or 0) > before, REBUILT_WITHIN_S)


def refuse_eviction(drill):
    drill.end("scoring")
    for policy, refused in (("allkeys-lru", True), ("noeviction", False)):
        ask(drill, lambda store: store.call("CONFIG", "SET", "maxmemory-policy", policy))
        started = drill.start("scoring")
        if not refused:
            started.wait_ready()
            continue
        status = started.wait_death()
        drill.expect(status == EXIT_REFUSED and f"maxmemory-policy {policy}" in started.log.read_text(),
                     f"started on {policy}, scoring ended with {status}")


def play(drill):
    drill.start_all()
    drill.begin()
    forget_while_idle(drill)
    with drill.stream(A_SECOND):
        forget_under_load(drill)
    drill.live_on()
    drill.figure("tasks rebuilt", rebuilt_tasks(drill))
    drill.look_at_answers()
    refuse_eviction(drill)


def play_control(drill):
    drill.start_all()
    drill.begin()
    drill.line.wait_quiet()
    flush(drill)
    lines.wait_for("every task noticed", lambda: ask(drill, is_owned))
    drill.live_on()


CASES = [Case("F10", "Redis emptied, restarted, killed, its file cut, a second lost; an eviction policy set",
              "an idle task notices within 2 s; rebuilt within 20 s; scoring refuses to start where Redis may evict",
              play, "no_rebuild", play_control, seconds=80)]
