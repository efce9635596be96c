"""B2: every posting on one control account, beside B1 at the same size of batch.

A control account is a creditor's in one task, so "one" means that all records are of one task; B1's are over 8 tasks, and
so over 8 of them. Customers by Zipf's law (0.99); "one task" has them evenly, to tell the two differences apart.
"""
import functools

import data
import frame
from cases import ledger

EVENTS = {100: 40_000, 1000: 80_000}
TASK = 0
BAR = 0.9


def variants(server):
    make = functools.partial(frame.Variant, connections=1, unit=ledger.UNIT, fsync_rate=server.fsync_rate)
    found, known = [], data.customers(only_task=TASK)
    for batch, events in EVENTS.items():
        kinds = {"B1": {}, "one task": {"known": known}, "hot": {"known": known, "draw": data.zipf}}
        for kind, how in kinds.items():
            name = f"{kind} {batch}"
            place = server.line.dir / f"feed-{name.replace(' ', '-')}"
            feed = data.Feed(server.opening, place, events, **how)
            path = ledger.Path(server, f"bench_{name.replace(' ', '_').lower()}", feed, batch)
            beside = () if kind == "B1" else (frame.Beside(f"B1 {batch}", BAR if kind == "hot" else None),)
            found.append(make(name, batch, run=path.run, beside=beside))
    return found
