"""F6: the broker refuses in mid-stream what it took a moment ago.

What was committed is in the outbox, so nothing rests on what a client had in hand: a producer that failed is thrown away,
and a new one begins behind the last number that was acknowledged. A lowered max.message.bytes is the failure with others
taken before and after it: batches of many records are refused, those of one go through, and who went on behind the refused
would leave a gap. Then nothing goes through at all, and the ledger has to say so.
"""
from confluent_kafka.admin import AdminClient, ConfigResource

import admin
import facts
import line as lines
from matrix import Case

POSTS_WITHIN_S = 20
# One record fits and two do not; not even one does; what a topic of ours has by `arrears topics apply`.
ONE_FITS, NONE_FITS, USUAL = 1000, 100, 512 << 10
# A stopped output is tried again every 30 s.
TAKEN_AGAIN_WITHIN_S = 40
FAILURES, REFUSED = "arrears_producer_failures_total", "the broker refuses a record"


def unacknowledged(service):
    progress = service.progress()
    return sum(task["unacknowledged"] for task in progress["tasks"]) if progress else 0


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
        drill.posts_again(POSTS_WITHIN_S, "postings before")
        failures = admin.metric(ledger, FAILURES)
        set_limit(drill, ONE_FITS)
        lines.wait_for("batches are refused", lambda: admin.metric(ledger, FAILURES) > failures)
        set_limit(drill, NONE_FITS)
        lines.wait_for("the ledger says so", lambda: REFUSED in admin.why_not_ready(ledger))
        drill.posts_again(POSTS_WITHIN_S, "postings while nothing can be said")
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
    drill.posts_again(POSTS_WITHIN_S, "postings while nothing can be said")
    lines.wait_for("the ledger has tried", lambda: unacknowledged(drill.line.workers("ledger")[0]) == 0)
    set_limit(drill, USUAL)
    drill.settle()


CASES = [
    Case("F6b", "max.message.bytes lowered in mid-stream and put back",
         "the ledger says so, and has said everything in the end",
         play_limit, "no_gapless", play_limit_control, seconds=70),
]
