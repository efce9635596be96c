"""B1: the ledger's commit path fed from memory, by size of batch.

One posting is one InvoiceIssued: identity check, invoice, entry, two legs, balances, outbox, position. 10,000 customers
over 8 tasks, evenly. Decoding, deciding and encoding are in it; the broker is not.
"""
import functools

import data
import frame
from cases import ledger

EVENTS = {1: 1_500, 10: 10_000, 100: 30_000, 1000: 40_000, 5000: 40_000}  # a run of some seconds
SINGLE_EVENTS = 4_000
UNIT = "postings/s"
BARS = {1000: (frame.Beside("floor 1000", 0.35), frame.Beside("six", 12), frame.Beside("cte", 8))}


def variants(server):
    opening = data.Opening(server.line)
    fsync_rate = server.fsync_rate()
    make = functools.partial(frame.Variant, connections=1, fsync_rate=fsync_rate)
    found, paths = [], {}
    for batch, events in EVENTS.items():
        feed = data.Feed(opening, server.line.dir / f"feed-{events}", events)
        paths[batch] = ledger.Path(server, f"bench_ledger_{batch}", feed, batch)
        found.append(make(f"ledger {batch}", batch, unit=UNIT, run=paths[batch].run,
                          beside=BARS.get(batch, (frame.Beside(f"floor {batch}"),))))
        found.append(make(f"floor {batch}", batch, unit=UNIT, run=functools.partial(ledger.run_floor, server, paths[batch])))
    for how in ("six", "cte"):
        run = functools.partial(ledger.run_single, server, paths[1000], how, SINGLE_EVENTS)
        found.append(make(how, 1, unit=UNIT, run=run))
    found.append(make("pgbench -N", 1, unit="transactions/s", run=functools.partial(ledger.run_pgbench, server)))
    return found
