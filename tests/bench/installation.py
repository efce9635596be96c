"""An installation of its own for one round: real servers, services, a stream of events, and what must hold at its end."""
import json
import pathlib
import random
import subprocess
import time

import checker
import contract
import data
import frame
import invariants
import line as lines
import processes
import server as servers

PROGRAMS = ("arrears", "ledger", "scoring", "dunning", "approvals", "traffic", "proto_descriptors")
CHECKED_MOST = 200_000  # events: what the checker reads in a minute; beyond, the same by SQL
DATABASES = ("ledger", "dunning", "approvals")
CATCH_UP_S = 300


def build():
    lines.run(["cmake", "--build", servers.BUILD, "--target", *PROGRAMS])


class Feeds:
    """Invoices in files, each made once and used by every round. An invoice's number says which file it is of."""

    def __init__(self, folder, descriptors):
        self.folder, self.contract = folder, contract.Contract(descriptors)
        self.known = data.customers()
        self.files = {}

    def invoices(self, name, events):
        return self.files.get(name) or self.write(name, self._records(name, events))

    def write(self, name, records):
        path = self.files[name] = self.folder / f"feed-{name}"
        with open(path, "wb") as file:
            file.writelines(records)
        return path

    def forget(self, name):
        self.files.pop(name).unlink()

    def _records(self, name, events):
        chance = random.Random(f"{data.SEED} {name}")
        message = self.contract.new(data.BILLING)
        for number in range(events):
            customer, partition = chance.choice(self.known)
            data.fill_invoice(message.invoice_issued, chance, customer, f"{name}-{number:07}")
            yield data.record_bytes(partition, f"{data.CREDITOR}/{customer}".encode(), message.SerializeToString())


class Warming:
    """What an installation carries before anything is timed. A broker that has just begun translates its own code while it
    works, on half of the machine for seconds; one in use has long done so. How long that takes is found out once: every
    round carries the same."""
    SECONDS = 5
    MOST = 10          # times
    COMPILING = 0.05   # of a processor: what counts as done
    COMPILERS = ("C1 Compiler", "C2 Compiler")

    def __init__(self, feeds, a_second, quick):
        self.feeds, self.a_second, self.events = feeds, a_second, a_second * self.SECONDS
        self.times = 1 if quick else None  # not known yet

    def play(self, place):
        for number in range(self.times or self.MOST):
            feed = self.feeds.invoices(f"warm{self.a_second}-{number}", self.events)
            before = self._compiling_s(place)
            place.through(feed, self.events, self.a_second)
            used = sum(now - before.get(thread, 0) for thread, now in self._compiling_s(place).items())
            if not self.times and used < self.COMPILING * self.SECONDS:
                self.times = number + 1
                break
        self.times = self.times or self.MOST
        frame.progress(f"warm: {self.times} times {self.events:,} events, the compiler's share of the last {used / self.SECONDS:.0%}")

    def _compiling_s(self, place):
        return processes.threads_cpu_s(place.line.server_pid("kafka"), self.COMPILERS)


class Installation:
    """A line, the services of `names` on it, and one open day. Figures of earlier rows stay for later ones."""

    def __init__(self, feeds, names):
        self.feeds, self.names = feeds, names
        self.line = lines.Line(servers.BUILD)
        self.sent = 0        # events that are postings when all is well
        self.figures = {}

    def __enter__(self):
        self.line.__enter__()
        try:
            for name in self.names:
                if name in DATABASES:
                    self.line.migrate(name)
            self.start()
            self.line.arrears("day", "open", data.DAY, "--simulated")
            self.line.wait_quiet()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.line.__exit__()

    # ---- services

    def start(self, *names):
        for name in names or self.names:
            self.line.service(name)
        for service in self.line.services:
            service.wait_ready()

    def stop(self, *names):
        for service in [one for one in self.line.services if one.name in (names or self.names)]:
            service.end()
            self.line.services.remove(service)

    def sql(self, database, statement):
        return self.line.sql(database, statement)

    # ---- traffic

    def _traffic(self, *words):
        return subprocess.Popen([servers.BUILD / "tests" / "traffic", *map(str, words)], text=True,
                                env=self.line.service_env("ledger"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    @staticmethod
    def _done(process):
        out, err = process.communicate()
        if process.returncode != 0:
            raise invariants.Broken(f"traffic ended with {process.returncode}: {err.strip()}")
        return json.loads(out.splitlines()[-1])

    def send(self, feed, events, topic=data.BILLING):
        """As fast as the broker takes them; whoever reads them says what they count."""
        return self._done(self._traffic("send", topic, feed, events, 0))

    def read(self, topic, count):
        return self._done(self._traffic("read", topic, count))

    def through(self, feed, events, rate):
        return self._measured(lambda: self._done(self._traffic("through", feed, events, rate)))

    def answers(self, feed, events, begin):
        """To what was sent before; begin() makes somebody answer."""
        process = self._traffic("answers", feed, events)
        if process.stdout.readline() != "ready\n":
            self._done(process)

        def run():
            begin()
            return self._done(process)
        return self._measured(run)

    def _measured(self, run):
        """What traffic says, with the processor time of everybody, by name."""
        before = self.cpu_s()
        done = run()
        done["cpu_s"] = {name: used - before.get(name, 0) for name, used in self.cpu_s().items()}
        done["cpu_s"]["generator"] = done["cpu_us"] / 1e6
        self.sent += done["events"]
        return done

    def pids(self):
        found = {name: self.line.server_pid(name) for name in ("kafka", "postgres", "redis")}
        return found | {one.name: one.process.pid for one in self.line.services}

    def cpu_s(self):
        return {name: processes.cpu_s(pid) for name, pid in self.pids().items()}

    # ---- how far they are

    def read_to(self, name):
        """Records that a service has taken from its first input, and whether nothing is left to publish."""
        progress = self.line.workers(name)[0].progress()
        tasks = progress["tasks"] if progress else []
        return sum(task["inputs"][0]["read_to"] for task in tasks), all(not task["unacknowledged"] for task in tasks)

    def taken(self, name, begin, count):
        """Starts a service that has `count` records to take; the rate between its first reading that moved and its last.
        For what has no answer in a topic."""
        before, _ = self.read_to(name) if self.line.workers(name) else (self.figures.get(f"{name} stood", 0), True)
        begin()
        first = last = None

        def done():
            nonlocal first, last
            now, quiet = self.read_to(name)
            if now > before and first is None:
                first = time.monotonic(), now
            last = time.monotonic(), now
            return now >= before + count and quiet
        lines.wait_for(f"{name} has taken {count} records", done, CATCH_UP_S)
        invariants.check("the rate was seen", first is not None and last[0] > first[0])
        return (last[1] - first[1]) / (last[0] - first[0])

    def stop_standing(self, name):
        """Ends a service and remembers where it stood."""
        self.line.wait_quiet(CATCH_UP_S)
        self.figures[f"{name} stood"], _ = self.read_to(name)
        self.stop(name)

    # ---- what must hold

    def check(self):
        """When all is read: postings are the events sent, numbers have no gaps, the books balance."""
        self.line.wait_quiet(CATCH_UP_S)
        self.stop()
        entries = self.sql("ledger", "SELECT count(*) FROM entry")[0][0]
        invariants.check("postings = events sent", entries == self.sent, f"{entries}, wanted {self.sent}")
        invariants.check_books(self, "ledger")
        invariants.check_numbers(self, "ledger")
        invariants.check_published(self, "ledger")
        if self.sent <= CHECKED_MOST:
            self._ask_checker()

    def _ask_checker(self):
        places = {name: f"host={self.line.env['ARREARS_PG_SOCKET_DIR']} port={self.line.env['ARREARS_PG_PORT']}"
                        f" dbname={name} user=postgres" for name in self.names if name in DATABASES}
        if "scoring" in self.names:
            places["scoring"] = self.line.env["ARREARS_REDIS"]
        said = []
        faults = checker.check(self.line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], places, self.line.descriptors, said.append)
        invariants.check("the checker finds nothing", faults == 0, "; ".join(said[:3]))


def folder_of(server):
    """Where feeds are kept: as long as the servers of the frame."""
    path = pathlib.Path(server.line.dir) / "feeds"
    path.mkdir(exist_ok=True)
    return path
