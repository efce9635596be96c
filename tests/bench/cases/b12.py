"""B12: the ledger's commit path with what a day of a ledger is made of, beside invoices alone: of a hundred events fifty are
invoices, forty pay one as a whole, ten the half of one.

A payment brings the open items of its customer along, and is two entries and two or three answers, where an invoice is one of
each: so an event of the mix is 1.5 entries and 1.9 answers.
"""
import functools

import data
import frame
from cases import ledger

EVENTS = {100: 40_000, 1000: 80_000}
KINDS = {"invoices": data.Invoices, "mix": data.Mix}


def variants(server):
    make = functools.partial(frame.Variant, connections=1, fsync_rate=server.fsync_rate)
    found = []
    for batch, events in EVENTS.items():
        for kind, source in KINDS.items():
            feed = data.Feed(server.opening, server.line.dir / f"feed-{kind}-{batch}", events, kind=source)
            path = ledger.Path(server, f"bench_{kind}_{batch}", feed, batch)
            beside = () if kind == "invoices" else (frame.Beside(f"invoices {batch}"),)
            found.append(make(f"{kind} {batch}", batch, unit="events/s", run=path.run, beside=beside))
    return found
