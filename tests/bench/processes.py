"""What processes used: processor time, memory, descriptors, from /proc."""
import os
import pathlib

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def fields(pid):
    """Those of /proc/PID/stat after the name; the first one is the state."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def children(pid):
    for path in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        yield from map(int, path.read_text().split())


def family(pid):
    yield pid
    for child in children(pid):
        yield from family(child)


def alive(pid, read):
    """Of the process and its children; one that has just ended counts nothing."""
    for one in family(pid):
        try:
            yield read(one)
        except (FileNotFoundError, ProcessLookupError):
            continue


def cpu_s(pid):
    """Of a process and its children, those that have ended and were collected included."""
    return sum(sum(map(int, row[11:15])) for row in alive(pid, fields)) / TICKS


def threads_cpu_s(pid, names):
    """{thread: processor time} of those threads of a process whose name begins with one of these."""
    used = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            row = (task / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if row[row.index("(") + 1:].startswith(names):
            used[task.name] = sum(map(int, row.rpartition(")")[2].split()[11:13])) / TICKS
    return used


def resident_mib(pid):
    """Resident memory of a process and its children; what they share counts once."""
    return sum(alive(pid, own_memory_kib)) / 1024


def own_memory_kib(pid):
    """Each holder of a shared page has its part of it: they add up to the whole."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))
