"""A second line of the same seed, to which nothing is done: what becomes of the same input there is what must become of it."""
import drill as drills


def of(drill):
    """To be entered; it has no service yet, and no safeguard is left out of it."""
    return drills.Drill(build=drill.line.bin.parent, seed=drill.seed, say=drill.say)


def difference(wanted, got):
    """In words, empty where there is none; both: key -> what stands there."""
    keys = sorted(key for key in wanted.keys() | got.keys() if wanted.get(key) != got.get(key))
    shown = "; ".join(f"{key}: {got.get(key)} and not {wanted.get(key)}" for key in keys[:3])
    return f"{len(keys)} of {len(wanted)} differ: {shown}" if keys else ""
