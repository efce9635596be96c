"""B1 with an fsync that takes a millisecond more (slow_sync.c): local disks flatter."""
from cases import b1

EVENTS = {100: 20_000, 1000: 60_000}
SINGLE_EVENTS = 2_000
SHOWN = (None, None, None)  # beside all three, without a bar


def variants(server):
    return b1.variants(server, EVENTS, SINGLE_EVENTS, dict.fromkeys(EVENTS, SHOWN))
