"""F6: the broker is killed, stays away, or refuses in mid-stream what it took a moment ago.

What was committed is in the outbox, so nothing rests on what a client had in hand: a producer that failed is thrown away,
and a new one begins behind the last number that was acknowledged. A ledger that dies while the broker is away leaves all of
that to the next process. A lowered max.message.bytes is the failure with others taken before and after it: batches of many
records are refused, those of one go through, and who went on behind the refused would leave a gap.

With three brokers, of which two must have a record, the death of a leader loses nothing that was acknowledged.
One broker that is killed is a process killed, not a power loss: what it had taken is in the page cache.
"""
import signal
import time

from confluent_kafka.admin import AdminClient, ConfigResource

import admin
import brokers
import facts
import line as lines
from matrix import Case

# From the moment it answers; the groups have to find each other again.
BACK_WITHIN_S = 20
AWAY_S = 60
# One record fits and two do not; not even one does; what a topic of ours has by `arrears topics apply`.
ONE_FITS, NONE_FITS, USUAL = 1000, 100, 512 << 10
# A stopped output is tried again every 30 s.
TAKEN_AGAIN_WITHIN_S = 40
FAILURES, REFUSED = "arrears_producer_failures_total", "the broker refuses a record"
BURST = 5000


def come_back(drill, number, what):
    drill.line.kill_server("kafka", number)
    drill.line.start_servers()
    drill.posts_again(BACK_WITHIN_S, f"postings after {what}")
    # A takeover may last 30 s, then its process ends: the next fault is not to meet one.
    for service in drill.line.services:
        service.wait_ready()


def unacknowledged(service):
    progress = service.progress()
    return sum(task["unacknowledged"] for task in progress["tasks"]) if progress else 0


def stay_away(drill):
    """The ledger is in the middle of much when the broker dies, and dies with what it could not say. The others wait."""
    drill.feed.pour(BURST)
    drill.feed.flush()
    drill.line.kill_server("kafka")
    ledger = drill.line.workers("ledger")[0]
    drill.figure("records that no broker had when the ledger died", unacknowledged(ledger))
    ledger.signal(signal.SIGKILL)
    ledger.wait_death()
    drill.line.workers("scoring")[0].pause(AWAY_S)
    drill.line.start_servers()
    drill.start("ledger").wait_ready()
    drill.posts_again(BACK_WITHIN_S, f"postings after {AWAY_S} s without a broker")


def play_away(drill):
    drill.start_all()
    drill.begin()
    with drill.stream():
        drill.posts_again(BACK_WITHIN_S, "postings before")
        come_back(drill, signal.SIGKILL, "kill -9 of the broker")
        come_back(drill, signal.SIGTERM, "its restart")
        stay_away(drill)
    drill.expect_alive()
    drill.live_on()


def set_limit(drill, size):
    """Of what the ledger says, in bytes a batch."""
    client = AdminClient({"bootstrap.servers": drill.line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"]})
    topic = ConfigResource(ConfigResource.Type.TOPIC, facts.LEDGER, {"max.message.bytes": str(size)})
    for answer in client.alter_configs([topic]).values():
        answer.result(30)


def play_limit(drill):
    drill.start_all()
    drill.begin()
    ledger = drill.line.workers("ledger")[0]
    with drill.stream():
        drill.posts_again(BACK_WITHIN_S, "postings before")
        failures = admin.metric(ledger, FAILURES)
        set_limit(drill, ONE_FITS)
        lines.wait_for("batches are refused", lambda: admin.metric(ledger, FAILURES) > failures)
        set_limit(drill, NONE_FITS)
        lines.wait_for("the ledger says so", lambda: REFUSED in admin.why_not_ready(ledger))
        drill.posts_again(BACK_WITHIN_S, "postings while nothing can be said")
        set_limit(drill, USUAL)
        drill.recovered("all is taken again", lambda: not admin.why_not_ready(ledger), TAKEN_AGAIN_WITHIN_S)
        drill.figure("rounds that failed", int(admin.metric(ledger, FAILURES) - failures))
    drill.live_on()


def play_limit_control(drill):
    """Long enough for some of it to be refused."""
    drill.start_all()
    drill.begin()
    drill.line.wait_quiet()
    set_limit(drill, NONE_FITS)
    drill.feed.send(200)
    drill.posts_again(BACK_WITHIN_S, "postings while nothing can be said")
    lines.wait_for("the ledger has tried", lambda: unacknowledged(drill.line.workers("ledger")[0]) == 0)
    set_limit(drill, USUAL)
    drill.settle()


def lose_leaders(drill, cluster):
    for topic in (facts.BILLING, facts.LEDGER):
        node, since = cluster.leader(topic), time.monotonic()
        cluster.kill(node)
        # Until then what was fetched before is posted.
        lines.wait_for("another leads", lambda: cluster.leader(topic) not in (node, -1))
        drill.posts_again(BACK_WITHIN_S, f"postings after the leader of {topic} was killed", since)
        cluster.start(node)
        lines.wait_for("all are in sync again", cluster.all_in_sync, 300)


def play_leader(drill):
    with brokers.Brokers(drill.line.dir) as cluster:
        brokers.move(drill, cluster)
        drill.start_all()
        drill.begin()
        with drill.stream():
            drill.posts_again(BACK_WITHIN_S, "postings before")
            lose_leaders(drill, cluster)
        drill.live_on()
        drill.settle()


def play_leader_control(drill):
    """The ledger dies with what it could not say to the leader that was killed."""
    with brokers.Brokers(drill.line.dir) as cluster:
        brokers.move(drill, cluster)
        drill.start_all()
        drill.begin()
        ledger = drill.line.workers("ledger")[0]
        drill.feed.pour(BURST)
        drill.feed.flush()
        cluster.kill(cluster.leader(facts.LEDGER))
        ledger.signal(signal.SIGKILL)
        ledger.wait_death()
        drill.start("ledger").wait_ready()
        drill.settle()


CASES = [
    Case("F6a", "the broker killed, restarted, away for 60 s while the ledger dies with what it could not say",
         f"new postings within {BACK_WITHIN_S} s of its return", play_away, "no_outbox", seconds=130),
    Case("F6b", "max.message.bytes lowered in mid-stream and put back",
         "the ledger says so, and has said everything in the end",
         play_limit, "no_gapless", play_limit_control, seconds=70),
    Case("F6c", "three brokers, two of which must have a record: the leaders of billing and ledger events killed",
         f"new postings within {BACK_WITHIN_S} s of each death", play_leader, "no_outbox", play_leader_control, seconds=120,
         checked=False),
]
