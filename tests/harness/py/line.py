"""A private line for tests: real servers below a folder of its own, and the services the test starts itself.

Everything is on loopback and free ports, and what was started is ended by its own process id. Waiting is always
for a condition, with a deadline. Needs Debian's python3-confluent-kafka, python3-psycopg2, python3-protobuf.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import psycopg2

ROOT = pathlib.Path(__file__).resolve().parents[3]
PARTITIONS = 8
DEADLINE_S = 60


class Trouble(Exception):
    """A condition was not met in time, or a command failed: the message says which."""


def wait_for(what, condition, deadline_s=DEADLINE_S):
    """Calls condition() until it gives something true, and returns that."""
    until = time.monotonic() + deadline_s
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > until:
            raise Trouble(f"not in {deadline_s} s: {what}")
        time.sleep(0.02)  # the pause of a bounded poll


def run(words, env=None, check=True):
    done = subprocess.run(words, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if check and done.returncode != 0:
        raise Trouble(f"{' '.join(map(str, words))} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class Line:
    """Servers, topics, keys and rules; services are started by the test."""

    def __init__(self, build, **everywhere):
        """build: the folder the programs were built in. everywhere: settings of every service."""
        self.everywhere = everywhere
        self.bin = pathlib.Path(build) / "bin"
        self.descriptors = pathlib.Path(build) / "proto" / "arrears.binpb"
        # Short and outside the clone: sockets have 107 bytes, and the postgres user must reach it.
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="arrears-line.", dir="/var/tmp"))
        os.chmod(self.dir, 0o711)
        self.stack = self.dir / "stack"
        self.services = []

    def __enter__(self):
        try:
            run([ROOT / "deploy/local/up", "--servers-only", "--dir", self.stack])
            self.env = self._settings()
            self.arrears("topics", "apply", "--partitions", str(PARTITIONS))
            self.arrears("keys", "new", "--out", str(self.stack / "keys/operator"))
            self.arrears("keys", "new", "--out", str(self.stack / "keys/journal"))
            self.env["ARREARS_JOURNAL_KEYS_FILE"] = str(self.stack / "keys/journal.pub")
            self.arrears("policy", "publish", str(ROOT / "policies"))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for service in self.services:
            service.end()
        run([ROOT / "deploy/local/down", "--dir", self.stack, "--purge"], check=False)
        shutil.rmtree(self.dir, ignore_errors=True)

    def _settings(self):
        lines = run(["bash", "-c", 'eval "$("$0" --dir "$1")" && env -0',
                     ROOT / "deploy/local/env", self.stack]).stdout.split("\0")
        env = dict(line.split("=", 1) for line in lines if "=" in line)
        for name in [name for name in env if name.startswith("ARREARS_") and name.endswith("_URL")
                     and name != "ARREARS_SMTP_URL"]:
            del env[name]  # of services that the test does not run
        env["ARREARS_ACTOR"] = "tester"
        return env

    def arrears(self, *words, check=True):
        """The command-line tool, with the settings of this line and the addresses of its services."""
        env = dict(self.env)
        for service in self.services:
            env[f"ARREARS_{service.name.upper()}_URL"] = service.api
        return run([self.bin / "arrears", *words], env=env, check=check)

    def database(self, name, role=None):
        """As superuser, or as a role of the service."""
        words = {"host": self.env["ARREARS_PG_SOCKET_DIR"], "port": self.env["ARREARS_PG_PORT"], "dbname": name}
        if role:
            words |= {"user": role, "password": (self.stack / "secrets" / role).read_text().strip()}
        else:
            words |= {"user": "postgres"}
        connection = psycopg2.connect(**words)
        connection.autocommit = True
        return connection

    def sql(self, database, statement):
        """The rows, if it has any."""
        with contextlib.closing(self.database(database)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def service(self, name, instance=1, **settings):
        """Starts one worker, in the place of an earlier one of that name and instance."""
        started = Service(self, name, instance, settings)
        self.services = [one for one in self.services if (one.name, one.instance) != (name, instance)] + [started]
        return started

    def workers(self, name):
        return [one for one in self.services if one.name == name]

    def start_servers(self):
        """Those that were ended; the others are left as they are."""
        run([ROOT / "deploy/local/up", "--servers-only", "--dir", self.stack])

    def server_pid(self, name):
        return int((self.stack / "pids" / name).read_text().split()[0])

    def kill_server(self, name, number=signal.SIGKILL):
        """Signals the server's first process and waits until it has ended."""
        pid = self.server_pid(name)
        os.kill(pid, number)
        wait_for(f"{name} ends", lambda: not is_alive(pid))

    def service_env(self, name, instance=1):
        place = f"host={self.env['ARREARS_PG_SOCKET_DIR']} port={self.env['ARREARS_PG_PORT']} dbname={name}"
        return {
            "PATH": self.env["PATH"],
            "ARREARS_KAFKA_BOOTSTRAP_SERVERS": self.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"],
            "ARREARS_GROUP_INSTANCE_ID": f"{name}-{instance}",
            "ARREARS_OPERATOR_KEYS_FILE": str(self.stack / "keys/operator.pub"),
            "ARREARS_LEDGER_JOURNAL_KEY_FILE": str(self.stack / "keys/journal.key"),
            "ARREARS_DATABASE": f"{place} user={name}_app",
            "ARREARS_DATABASE_PASSWORD_FILE": str(self.stack / f"secrets/{name}_app"),
            "ARREARS_REDIS": self.env["ARREARS_REDIS"],
            "ARREARS_SMTP_URL": self.env["ARREARS_SMTP_URL"],
            "ARREARS_SMTP_TLS": "none",
        } | self.everywhere

    def migrate(self, name):
        place = f"host={self.env['ARREARS_PG_SOCKET_DIR']} port={self.env['ARREARS_PG_PORT']} dbname={name}"
        run([self.bin / name, "migrate"], env=self.service_env(name) | {
            "ARREARS_DATABASE_OWNER": f"{place} user={name}_owner",
            "ARREARS_DATABASE_OWNER_PASSWORD_FILE": str(self.stack / f"secrets/{name}_owner"),
        })

    def wait_quiet(self, deadline_s=DEADLINE_S):
        """Every service has taken its inputs to their ends and has nothing left to publish."""
        import confluent_kafka
        consumer = confluent_kafka.Consumer({"bootstrap.servers": self.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"],
                                             "group.id": "line-test"})

        def ends(topic, partition):
            return consumer.get_watermark_offsets(confluent_kafka.TopicPartition(topic, partition), timeout=10)[1]

        busy, before = [], []

        def quiet():
            # Twice the same: what one service publishes after another was asked shows in the second reading.
            readings = [(service.name, service.progress()) for service in self.services]
            busy[:] = [row for name in dict.fromkeys(name for name, _ in readings)
                       for row in busy_tasks(name, [progress for one, progress in readings if one == name], ends)]
            same = before == readings
            before[:] = readings
            return not busy and same

        try:
            wait_for("the line is quiet", quiet, deadline_s)
        except Trouble as trouble:
            logs = "".join(service.log.read_text()[-2000:] for service in self.services)
            raise Trouble(f"{trouble}\n" + "\n".join(busy) + f"\n{logs}") from None
        finally:
            consumer.close()


def busy_tasks(name, workers, ends):
    """Why a service is not quiet, for each task that is not. workers: what each of them says of its progress."""
    tasks = [task for progress in workers if progress for task in progress["tasks"]]
    if None in workers or len(tasks) != next((p.get("partitions") for p in workers if p), None):
        yield f"{name} has not all its tasks"
        return
    for task in tasks:
        behind = [i["topic"] for i in task["inputs"] if i["read_to"] < ends(i["topic"], task["task"])]
        if task["unacknowledged"] or task["standing"] or task.get("under_way") or behind:
            yield f"{name}: {task}, behind in {behind}"


def is_alive(pid):
    """A process that nobody has collected yet has ended."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Service:
    """One process of a service; its log is kept until the line ends."""

    def __init__(self, line, name, instance, settings):
        self.line, self.name, self.instance, self.settings = line, name, instance, settings
        self.log = line.dir / f"{name}-{len(list(line.dir.glob(name + '-*.log')))}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([line.bin / name], env=line.service_env(name, instance) | settings,
                                            stderr=log, stdout=log, stdin=subprocess.DEVNULL)
        self.ports = None

    def lines(self):
        for text in self.log.read_text().splitlines():
            try:
                yield json.loads(text)
            except ValueError:
                continue

    def _find_ports(self):
        for line in self.lines():
            if line.get("event.action") == "ports_open":
                return line["admin_port"], line["api_port"]
        if self.process.poll() is not None:
            raise Trouble(f"{self.name} ended with {self.process.returncode}\n{self.log.read_text()[-3000:]}")
        return None

    @property
    def api(self):
        if not self.ports:
            self.ports = wait_for(f"{self.name} opens its ports", self._find_ports)
        return f"http://127.0.0.1:{self.ports[1]}"

    def get(self, path):
        try:
            with urllib.request.urlopen(self.api + path, timeout=10) as answer:
                return json.load(answer)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def progress(self):
        return self.get("/v1/progress") if self.process.poll() is None else None

    def wait_ready(self):
        def ready():
            progress = self.progress()
            return progress and len(progress["tasks"]) == progress.get("partitions")
        wait_for(f"{self.name} has all its tasks", ready)
        return self

    def wait_death(self, deadline_s=DEADLINE_S):
        """Waits until the process has ended; its exit status, negative for a signal."""
        wait_for(f"{self.name} ends", lambda: self.process.poll() is not None, deadline_s)
        return self.process.returncode

    def pause(self, at_most_s):
        """Until the process ends, but not longer."""
        try:
            self.process.wait(at_most_s)
        except subprocess.TimeoutExpired:
            pass

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


def play_scenes(scenes, stage):
    """One after the other; each gets the stage. What fails is named by its scene."""
    for scene in scenes:
        try:
            scene(stage)
        except (Trouble, AssertionError) as fault:
            raise Trouble(f"{scene.__name__}: {fault}") from None
        print(f"ok      {scene.__name__[6:].replace('_', ' ')}", flush=True)


def build_argument(words):
    """The folder of the programs, of a command that takes nothing else. words: for --help."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=ROOT / "build/dev")
    return parser.parse_args().build


def main(test):
    """Runs a test function; prints what failed in a way that names the line's logs."""
    try:
        test()
    except (Trouble, AssertionError) as fault:
        print(f"FAILED: {fault}", file=sys.stderr)
        sys.exit(1)
