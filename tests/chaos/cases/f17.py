"""F17: the network between a service and what it depends on.

Each service has a door of its own (Toxiproxy) before each of its servers, and the doors are disturbed one dependency of each
service at a time, while documents go on coming. F17a: slow, narrow, or reset again and again. F17b: a network that is cut
in both directions or in one (requests arrive, also a COMMIT, and no answer comes back), and tells nobody; a peer that takes
every byte and says nothing; every connection refused for 30 s.

Healed is a pair when its service has taken in all that its topics held at the healing, and has said something since; who reads what another has to say waits for that other, so the later services' times contain the earlier's.
Dunning and the mail server: when a mail of a day that was closed after the healing is out.
"""
import time

import facts
import feed as feeds
import line as lines
import net
import watch as watches
from matrix import Case

A_SECOND = 200
HEALED_WITHIN_S = 30
# The kernel gives PostgreSQL up when nothing was acknowledged for 10 s, a service when it has no answer
# for ANSWER_MS; the server ends a transaction that nobody goes on with after 2 s.
CUT_S, LOST_S, SILENT_S, SLOW_S = 30, 12, 16, 4
ANSWER_MS = 14000
RESETS, RESET_S, BETWEEN_RESETS_S = 5, 0.2, 0.6
RESETS_OF_CONTROL = 20
ONE_WAY_MS, KB_A_SECOND = 100, 100
# One dependency of a service at a time. The mail server's turn is when days can be closed; so is that of Redis, since scoring
# has something to take in as long as the ledger speaks.
ROUNDS = (
    (("ledger", net.POSTGRES), ("scoring", net.KAFKA), ("dunning", net.KAFKA), ("approvals", net.KAFKA)),
    (("ledger", net.KAFKA), ("dunning", net.POSTGRES), ("approvals", net.POSTGRES)),
    (("scoring", net.REDIS), ("dunning", net.SMTP)),
)
# Both directions: 200 ms there and back.
LATE = net.slow("200 ms", "latency", latency=ONE_WAY_MS)
NARROW = net.slow("throttled", "bandwidth", rate=KB_A_SECOND)
RESET = net.Toxic("resets", lambda door: door.poison("reset_peer", net.FROM_SERVER, timeout=0),
                  lambda door: door.cure(net.FROM_SERVER))
HALF_OPEN = net.lost("half-open", net.BOTH)
ONE_WAY = net.lost("no answers", net.FROM_SERVER)
SILENT = net.silent("silent", net.BOTH)
DEAD = (HALF_OPEN, SILENT, net.CUT)  # nobody gets on with his work meanwhile; without answers, what was on its way still counts
# How long, how often; the others SLOW_S, once.
LASTS = {net.CUT: (CUT_S, 1), HALF_OPEN: (LOST_S, 1), ONE_WAY: (LOST_S, 1), SILENT: (SILENT_S, 1),
         RESET: (RESET_S, RESETS)}


def probe(drill):
    """Something for each service to take in and to answer, from outside."""
    for topic in (facts.BILLING, facts.CONTACTS):
        drill.feed.put(topic, f"{feeds.CREDITOR}/probe", feeds.NO_MESSAGE)
    drill.feed.put(facts.DECISIONS, feeds.CREDITOR, feeds.NO_MESSAGE)
    drill.feed.flush()


def disturb(doors, kind, meanwhile=lambda: None, at_end=lambda: None):
    """Healed when it returns. meanwhile: called once it has begun; at_end: before it is healed."""
    for_s, times = LASTS.get(kind, (SLOW_S, 1))
    for number in range(times):
        if number:
            time.sleep(BETWEEN_RESETS_S)  # they come in again, and are in the middle of something
        for door in doors:
            kind.begin(door)
        until = time.monotonic() + for_s
        if number == 0:
            meanwhile()
        time.sleep(max(0, until - time.monotonic()))  # the fault itself
        at_end()
        for door in doors:
            kind.end(door)


def close_a_day(drill):
    drill.feed.owe(6, reachable=True)
    drill.close_day()


def work(drill, pairs):
    if ("dunning", net.SMTP) in pairs:
        close_a_day(drill)
    probe(drill)


def disturb_round(drill, network, watch, pairs, kind, times):
    """times: pair -> what is to be told of it."""
    before = {}

    def go_on():
        work(drill, pairs)
        before.update({pair: watch.mark(pair) for pair in pairs})

    def look_at_effect():
        at_work = [pair for pair in pairs if kind in DEAD and watch.reached(pair, before[pair])]
        drill.expect(not at_work, f"{kind.name} had no effect on {at_work}")

    disturb([network.doors[pair] for pair in pairs], kind, go_on, look_at_effect)
    since = time.monotonic()
    marks = {pair: watch.mark(pair) for pair in pairs}
    work(drill, pairs)
    left = list(pairs)
    while left:
        def healed():
            drill.supervise()
            return [pair for pair in left if watch.reached(pair, marks[pair])]
        for pair in lines.wait_for(f"{left} healed of {kind.name}", healed):
            left.remove(pair)
            took_s = drill.recovered(f"{' and '.join(pair)}, {kind.name}", lambda: True, HEALED_WITHIN_S, since)
            times[pair].append(f"{kind.name} {took_s:.1f}")


def play_kinds(drill, kinds):
    with net.Net(drill) as network:
        network.start_all(ARREARS_DATABASE_ANSWER_MS=str(ANSWER_MS))
        drill.begin()
        watch = watches.Watch(drill)
        times = {pair: [] for pair in net.PAIRS}
        with drill.stream(A_SECOND):
            drill.posts_again(HEALED_WITHIN_S, "postings before")
            for kind in kinds:
                for pairs in ROUNDS:
                    disturb_round(drill, network, watch, pairs, kind, times)
        for pair, took in times.items():
            drill.figure(f"{' and '.join(pair)}, healed after s", ", ".join(took))
        watch.close()
        drill.supervise()
        drill.figure("services started again", drill.started_again)
        drill.live_on()
        drill.settle()


def play_control(drill):
    """Its answers get lost, that to a COMMIT among them."""
    with net.Net(drill) as network:
        network.start_all()
        drill.begin()
        with drill.stream(A_SECOND):
            for _ in range(RESETS_OF_CONTROL):
                drill.posts_again(HEALED_WITHIN_S, "postings between two resets")
                disturb([network.doors["ledger", net.POSTGRES]], RESET)
        drill.live_on()
        drill.settle()


CASES = [
    Case("F17a", "between each service and each dependency: 200 ms more, 100 KB/s, resets",
         "healed within 30 s, each pair", lambda drill: play_kinds(drill, (LATE, NARROW, RESET)),
         "no_takeover", play_control, seconds=150, checked=False),
    Case("F17b", "between each service and each dependency: half-open, no answers, silent, refused for 30 s",
         "healed within 30 s, each pair", lambda drill: play_kinds(drill, (HALF_OPEN, ONE_WAY, SILENT, net.CUT)),
         "no_takeover", play_control, seconds=300, checked=False),
]
