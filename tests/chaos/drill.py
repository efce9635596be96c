"""One run of a case: a line of its own, what is fed to it, what was measured, and what the checker found in the end.

A case injects its fault between `begin` and `settle`. Everything random comes from the seed.
"""
import contextlib
import pathlib
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "harness/py"), str(HERE.parent / "check")]
import checker  # noqa: E402
import facts as fact_room  # noqa: E402
import feed as feeds  # noqa: E402
import invariants  # noqa: E402
import line as lines  # noqa: E402
import rules_scoring  # noqa: E402
import stores  # noqa: E402
import topics  # noqa: E402

# An attempt whose process died is uncertain soon, and what was put off is tried again at once.
PATIENCE = {"ARREARS_DISPATCH_UNCERTAIN_MS": "1500", "ARREARS_DISPATCH_RETRY_MS": "100"}
SHOWN_MOST = 20
# Words with which the rules of the checker begin a fault of these kinds.
LOST = ("lost", "committed and never published", "in the tables and not in the topic")
DOUBLED = ("doubled",)


class Missed(Exception):
    """A bar of the case was not met."""


class Drill:
    """With a line that has its servers, topics, keys and rules, and no service yet."""

    def __init__(self, build, seed, minutes=None, broken="", short=False, say=lambda text: None):
        """broken: names of safeguards left out. minutes: of cases that go on as long as they are told. short: a part of it
        will do."""
        self.seed, self.minutes, self.broken, self.short, self.say = seed, minutes, broken, short, say
        self.line = lines.Line(build, **PATIENCE, **({"ARREARS_BROKEN": broken} if broken else {}))
        self.figures = {}         # what was measured: name -> value, for people
        self.recovery_s = None    # the longest
        self.faults = []          # (rule, fault)
        self.events = self.again = self.started_again = 0
        self.feeds = []

    def __enter__(self):
        self.line.__enter__()
        try:
            feeds.publish_rules(self.line)
            self.feed = self.new_feed(self.seed)
        except BaseException:
            self.line.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for feed in self.feeds:
            feed.close()
        self.line.__exit__()

    def new_feed(self, seed, **words):
        feed = feeds.Feed(self.line, seed, **words)
        self.feeds.append(feed)
        return feed

    # ---- services

    def start(self, name, instance=1, **settings):
        return self.line.service(name, instance, **{"ARREARS_REDIS": str(self.line.stack / "run/redis.sock")} | settings)

    def start_all(self, **settings):
        for service in fact_room.SERVICES:
            if service.store is stores.Postgres:
                self.line.migrate(service.name)
            self.start(service.name, **settings)
        for service in self.line.services:
            service.wait_ready()

    def end(self, name, instance=1):
        service = next(one for one in self.line.workers(name) if one.instance == instance)
        status = service.end()
        if status != 0:
            raise Missed(f"{name} did not end cleanly: {status}")

    def expect_alive(self):
        """No worker has ended, whatever was done to what it depends on."""
        for service in self.line.services:
            self.expect(service.process.poll() is None, f"{service.name} ended with {service.process.poll()}: "
                        f"{service.log.read_text().splitlines()[-4:]}")

    def supervise(self):
        """A worker that the broker took for another one ends with 1, is started again and counted; no other end is a matter of
        course."""
        for service in self.line.services:
            said = service.log.read_text().splitlines()[-4:] if service.process.poll() == 1 else []
            if any("FENCED_INSTANCE_ID" in line for line in said):
                self.started_again += 1
                self.line.service(service.name, service.instance, **service.settings)
        self.expect_alive()

    def end_all(self):
        """Who writes before who reads, so that also what is said on the way out has been read."""
        for service in fact_room.SERVICES:
            for worker in self.line.workers(service.name):
                self.end(service.name, worker.instance)
            self.line.services = [one for one in self.line.services if one.name != service.name]
            self.line.wait_quiet()

    def open_store(self, name):
        """The service's store, to be looked into."""
        service = next(one for one in fact_room.SERVICES if one.name == name)
        return service.store(name, self.places()[name])

    # ---- what is fed

    def close_day(self):
        self.line.arrears("day", "close", self.feed.day)
        self.feed.day = feeds.next_day(self.feed.day)

    def begin(self, documents=500):
        """A day on which all begins: old debts whose ladder ends before the test does, and an address that puts off."""
        feed = self.feed
        self.line.arrears("day", "open", feed.day, "--simulated")
        feed.send(documents)
        feed.ask(30)
        feed.stock(5)
        feed.owe(4, due_on=feeds.OLD)
        feed.owe(1, domain=feeds.PUTS_OFF_MAIL)
        feed.owe(20)
        self.close_day()

    def live_on(self):
        """Something of everything, and a day's end."""
        feed = self.feed
        feed.decide(5)
        feed.recover(3)
        feed.stock(5 - len(feed.stocked))
        feed.ask(10)
        feed.owe(6)
        self.close_day()
        self.line.wait_quiet()
        feed.speak()

    def busy_days(self, times, disturb=lambda: None):
        """Something of everything, again and again without waiting; a day ends after every fifth time."""
        feed = self.feed
        for number in range(times):
            feed.send(60)
            feed.decide(2)
            feed.propose()
            feed.stock(2)
            if number % 5 == 0:
                feed.ask(3)
                feed.owe(12)
                self.close_day()
            disturb()
        self.line.wait_quiet()

    @contextlib.contextmanager
    def stream(self, a_second=500, customers=400):
        """Documents go on coming while the body runs, of customers that no other feed has."""
        feed = self.new_feed(self.seed + 1000, prefix=f"s{len(self.feeds)}-", customers=customers)
        done = threading.Event()

        def pour():
            at, number = time.monotonic(), 0
            while not done.is_set():
                feed.pour(max(1, a_second // 20))
                number += 1
                done.wait(max(0.0, at + number / 20 - time.monotonic()))

        thread = threading.Thread(target=pour, daemon=True)
        thread.start()
        try:
            yield feed
        finally:
            done.set()
            thread.join()
            feed.flush(120)

    # ---- what is measured

    def figure(self, name, value):
        self.figures[name] = value
        self.say(f"{name}: {value}")

    def recovered(self, what, condition, within_s, since=None, deadline_s=lines.DEADLINE_S):
        """Waits for the condition; how long it took counts as recovery, and more than within_s misses the bar."""
        since = time.monotonic() if since is None else since
        lines.wait_for(what, condition, deadline_s)
        took_s = time.monotonic() - since
        self.recovery_s = max(took_s, self.recovery_s or 0)
        self.say(f"{what}: {took_s:.1f} s")
        if took_s > within_s:
            raise Missed(f"{what} took {took_s:.1f} s, the bar is {within_s} s")
        return took_s

    def expect(self, met, what):
        if not met:
            raise Missed(what)

    def entries(self):
        """How many postings the ledger has committed."""
        with self.line.database("ledger").cursor() as cursor:
            cursor.execute("SELECT count(*) FROM entry")
            return cursor.fetchone()[0]

    def posts_again(self, within_s, what="new postings", since=None):
        """Something is committed that was not when it is called. since: when the fault began, if that was earlier."""
        since, before = since or time.monotonic(), None

        def more():
            nonlocal before
            try:
                count = self.entries()
            except Exception:  # the database is away
                return False
            before = count if before is None else before
            return count > before
        return self.recovered(what, more, within_s, since)

    # ---- the end

    def places(self):
        words = f"host={self.line.env['ARREARS_PG_SOCKET_DIR']} port={self.line.env['ARREARS_PG_PORT']} user=postgres"
        return {service.name: self.line.stack / "run/redis.sock" if service.store is stores.Redis
                else f"{words} dbname={service.name}" for service in fact_room.SERVICES}

    def log(self):
        return fact_room.Log(self.line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], self.line.descriptors)

    def look_at_answers(self):
        """Scoring answers with the credit that the topic has for the customer."""
        known = fact_room.Facts(self.log(), self.places())
        scoring = self.line.workers("scoring")[0]
        for key, (_, _, state) in rules_scoring.highest(known).items():
            answer = scoring.get(f"/v1/credit/{key}")
            got = answer["version"], answer["score"], [e["open"]["minor"] for e in answer["exposures"]]
            wanted = state.version, state.score, [e.open.minor for e in state.exposures]
            self.expect(got == wanted, f"scoring answers {got} of {key}, the topic has {wanted}")
        known.close()

    def settle(self, deadline_s=120, check=None):
        """Until nothing is left to be done; then all services end, and everything is checked. check: in the checker's place."""
        for feed in self.feeds:
            feed.flush(120)
        self.line.wait_quiet(deadline_s)
        self.end_all()
        (check or self.check)()

    def check(self, log=None, say=None):
        """log: read before; only what came since is read then."""
        say = say or self.say
        known = fact_room.Facts(log or self.log(), self.places(), self.line.env["ARREARS_MAIL_DIR"])
        self.faults = list(checker.faults_of(known))
        self.events = sum(len(known.records[topic]) for topic in
                          (fact_room.BILLING, fact_room.CONTACTS, fact_room.DECISIONS))
        self.again = sum(len(known.records[topic]) - sum(1 for _ in fact_room.first_of_each(known.records[topic]))
                         for topic in known.numbered())
        say(f"{', '.join(checker.counted(known))}: {len(self.faults)} faults")
        for rule, fault in self.faults[:SHOWN_MOST]:
            say(f"  {rule}: {fault}")
        known.close()

    def records_of(self, topic):
        return sum(topics.ends(self.line, topic).values())

    def check_by_sums(self):
        """What the checker says of numbers and books, by SQL, where there is more in the topics than it can hold."""
        self.events = sum(map(self.records_of, (fact_room.BILLING, fact_room.CONTACTS, fact_room.DECISIONS)))
        for service in fact_room.SERVICES:
            if service.store is not stores.Postgres:
                continue
            invariants.check_numbers(self.line, service.name)
            invariants.check_published(self.line, service.name)
            said = self.line.sql(service.name, "SELECT topic, sum(seq) FROM task_output GROUP BY topic")
            for topic, count in said:
                there = self.records_of(topic)
                invariants.check("the topics hold the outbox", there >= count, f"{topic} has {there} records of {count}")
        invariants.check_books(self.line, "ledger")

    def count(self, words):
        return sum(fault.startswith(words) for _, fault in self.faults)

    @property
    def lost(self):
        return self.count(LOST)

    @property
    def doubled(self):
        return self.count(DOUBLED)
