"""B1: the ledger's commit path fed from memory, by size of batch.

One posting is one InvoiceIssued: identity check, invoice, entry (two legs), balances, outbox, position. 10,000
customers over 8 tasks, evenly. Decoding, deciding and encoding are in it; the broker is not.
"""
import functools

import data
import frame
from cases import ledger

EVENTS = {1: 2_000, 10: 10_000, 100: 40_000, 1000: 80_000, 5000: 80_000}  # a run of some seconds
SINGLE_EVENTS = 8_000
BARS = {1000: (0.35, 12, 8)}  # of the floor, the six statements, the one


def variants(server, events=None, single_events=SINGLE_EVENTS, bars=None):
    events, bars = events or EVENTS, BARS if bars is None else bars
    make = functools.partial(frame.Variant, connections=1, unit=ledger.UNIT, fsync_rate=server.fsync_rate)
    found, path = [], None
    for batch, count in events.items():
        feed = data.Feed(server.opening, server.line.dir / f"feed-{count}", count)
        path = ledger.Path(server, f"bench_ledger_{batch}", feed, batch)
        peers = (f"floor {batch}", "six", "cte")
        beside = tuple(frame.Beside(peer, bar) for peer, bar in zip(peers, bars.get(batch, (None,))))
        found.append(make(f"ledger {batch}", batch, run=path.run, beside=beside))
        found.append(make(f"floor {batch}", batch, run=functools.partial(ledger.run_floor, server, path)))
    for how in ("six", "cte"):
        found.append(make(how, 1, run=functools.partial(ledger.run_single, server, path, how, single_events)))
    found.append(make("pgbench -N", 1, run=functools.partial(ledger.run_pgbench, server))._replace(unit="transactions/s"))
    return found
