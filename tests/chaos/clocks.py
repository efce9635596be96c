"""Services whose wall clock is wrong: ARREARS_CLOCK_WRONG_S of lib/chassis/clock.c, which is where they read it.

Debian's libfaketime is no use here: librdkafka waits by C11's cnd_timedwait, which it does not know, so that with a clock
an hour late every wait of the client is over at once, and it does not even start.
"""
import facts
import stores


def wrong(seconds, zone):
    """Settings of a process."""
    return {"ARREARS_CLOCK_WRONG_S": str(seconds), "TZ": zone}


def start_all(drill, clocks):
    """clocks: service -> its settings; others have the right time."""
    for service in facts.SERVICES:
        if service.store is stores.Postgres:
            drill.line.migrate(service.name)
        drill.start(service.name, **clocks.get(service.name, {}))
    for service in drill.line.services:
        service.wait_ready()
