"""F3: the answer to COMMIT is lost. A proxy passes the COMMIT on and cuts before its answer comes back."""
import cutter
from matrix import Case

CUTS = 12


def play(drill):
    drill.start_all()
    drill.begin()
    drill.line.wait_quiet()
    drill.end("ledger")
    with cutter.Cutter(drill.line.env["ARREARS_PG_PORT"]) as door:
        place = drill.line.service_env("ledger")["ARREARS_DATABASE"]
        drill.start("ledger", ARREARS_DATABASE=f"{place} host=127.0.0.1 port={door.port}").wait_ready()
        with drill.stream():
            drill.posts_again(10, "postings through the proxy")
            for _ in range(CUTS):
                door.cut_next_commit()
                drill.recovered("the proxy cuts after a COMMIT", lambda: not door.armed, within_s=30)
                drill.posts_again(10, "postings after the cut")
        drill.live_on()
        drill.figure("answers to COMMIT lost", door.cuts)
        drill.settle()


CASES = [Case("F3", "the answer to COMMIT is lost: a proxy cuts after forwarding it",
              "settled by takeover, once", play, "no_takeover", selected=True, checked=False)]
