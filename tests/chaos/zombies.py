"""A process that thinks its tasks are its own after the group has given them away: stopped at a named point, woken late."""
import contextlib
import pathlib
import signal
import time

import line as lines

TAKEN_OVER_WITHIN_S = 15  # the session time-out of the group is 6 s


def is_stopped(service):
    return pathlib.Path(f"/proc/{service.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def tasks_of(service):
    progress = service.progress()
    return len(progress["tasks"]) if progress else 0


def share(workers):
    """Every one has some of the tasks, and together they have all."""
    counts = [tasks_of(worker) for worker in workers]
    return all(counts) and sum(counts) == lines.PARTITIONS


def stop_at(drill, name, point, work):
    """The service's only worker, which has all tasks, is given work until it stops at the point; not before it was ready,
    whatever it has to do at its start."""
    drill.line.wait_quiet()
    sole, = drill.line.workers(name)
    drill.end(name, sole.instance)
    armed = drill.line.dir / f"armed-{name}"
    armed.unlink(missing_ok=True)
    zombie = drill.start(name, sole.instance, ARREARS_CRASH_POINT=f"{point}:stop", ARREARS_CRASH_ARMED=str(armed)).wait_ready()
    armed.touch()
    until = time.monotonic() + lines.DEADLINE_S
    while not is_stopped(zombie):
        if zombie.process.poll() is not None or time.monotonic() > until:
            raise lines.Trouble(f"{name} never came to {point}")
        work()
        zombie.pause(0.2)
    return zombie


@contextlib.contextmanager
def asleep(drill, name, point, work):
    """The body runs while the zombie sleeps, and all that it had has been done by another. Then the zombie is awake."""
    zombie = stop_at(drill, name, point, work)
    began = time.monotonic()
    drill.line.services.remove(zombie)  # it answers nobody
    try:
        heir = drill.start(name, 3 - zombie.instance)
        drill.recovered(f"{name} stopped at {point} is taken over", lambda: tasks_of(heir) == lines.PARTITIONS,
                        TAKEN_OVER_WITHIN_S, began)
        work()
        drill.line.wait_quiet()
        yield zombie
    finally:
        drill.line.services.append(zombie)
        zombie.signal(signal.SIGCONT)


def bury(drill, zombie):
    """Once awake it finds out that it was replaced, goes on as a worker among others, and ends."""
    lines.wait_for(f"{zombie.name} shares its tasks with the process that is awake again",
                   lambda: share(drill.line.workers(zombie.name)))
    drill.line.wait_quiet()
    drill.end(zombie.name, zombie.instance)
    drill.line.services.remove(zombie)
    drill.line.wait_quiet()


def play(drill, name, point, work):
    """From its stop to its end."""
    with asleep(drill, name, point, work) as zombie:
        pass
    bury(drill, zombie)
