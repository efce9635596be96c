"""The private servers of a benchmark, the fresh databases of its runs, and the facts of the machine."""
import contextlib
import functools
import os
import pathlib
import re
import shutil
import sys

import confluent_kafka
import data
import line as lines

PRESET = "release"
BUILD = lines.ROOT / "build" / PRESET
EMPTY = "bench_empty"  # the ledger's schema and nothing in it
TARGETS = ("arrears", "ledger", "ledger_bench", "ledger_ask", "single_bench", "slow_sync", "proto_descriptors")


def large():
    """What docs/scaling.md advises for a database of the ledger, for this machine."""
    quarter_gib = max(1, machine()["ram_gib"] // 4)
    return (f"shared_buffers={quarter_gib}GB max_wal_size=16GB checkpoint_timeout=15min wal_compression=lz4"
            " autovacuum_vacuum_cost_delay=20ms")


def build():
    lines.run(["cmake", "-S", lines.ROOT, "--preset", PRESET])
    lines.run(["cmake", "--build", BUILD, "--target", *TARGETS])


class Server:
    """One line, with the ledger's schema as the template of every database."""

    def __init__(self, slow_sync=False):
        self.slow_sync = slow_sync
        self.line = lines.Line(BUILD)

    def __enter__(self):
        with self._environment():
            self.line.__enter__()
        try:
            self.line.migrate("ledger")
            self.fresh(EMPTY, template="ledger")
        except BaseException:
            self.line.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.line.__exit__()

    @functools.cached_property
    def opening(self):
        return data.Opening(self.line)

    @contextlib.contextmanager
    def _environment(self):
        """What the servers inherit; the shim waits in processes called postgres only."""
        if self.slow_sync:
            os.environ["LD_PRELOAD"] = str(self.shim())
        try:
            yield
        finally:
            os.environ.pop("LD_PRELOAD", None)

    def shim(self):
        """Where the database's user may read it."""
        copy = self.line.dir / "slow_sync.so"
        if not copy.exists():
            shutil.copy(BUILD / "tests" / "libslow_sync.so", copy)
        return copy

    # ---- databases

    def sql(self, name, statement):
        return self.line.sql(name, statement)

    def written(self, name):
        """Bytes of WAL since the server was made."""
        return int(self.sql(name, "SELECT pg_current_wal_insert_lsn() - '0/0'")[0][0])

    def fresh(self, name, template=EMPTY):
        """Empty, with its pages written: no run pays for the one before it."""
        self.drop(name)
        self.sql("postgres", f"CREATE DATABASE {name} TEMPLATE {template} OWNER ledger_owner")
        self.sql("postgres", "CHECKPOINT")
        return name

    def drop(self, name):
        self.sql("postgres", f"DROP DATABASE IF EXISTS {name} (FORCE)")

    def program_env(self, name, **more):
        """The application's role, as the service has it."""
        env = self.line.service_env("ledger")
        place = env["ARREARS_DATABASE"].replace("dbname=ledger", f"dbname={name}")
        password = pathlib.Path(env["ARREARS_DATABASE_PASSWORD_FILE"]).read_text().strip()
        return {"PATH": env["PATH"], "ARREARS_DATABASE": place, "ARREARS_DATABASE_PASSWORD": password, **more}

    def place(self, name):
        return self.program_env(name)["ARREARS_DATABASE"]

    def application(self, name):
        """A connection as the service has it, for what is written from here."""
        import psycopg2
        env = self.program_env(name)
        return psycopg2.connect(env["ARREARS_DATABASE"], password=env["ARREARS_DATABASE_PASSWORD"])

    def program(self, name, *words, env):
        return lines.run([BUILD / "tests" / name, *map(str, words)], env=env).stdout

    # ---- facts

    def fsync_rate(self):
        """Synchronous writes of 8 KiB a second beside the database, with the same delay."""
        env = dict(os.environ, **({"LD_PRELOAD": str(self.shim()), "SLOW_SYNC_NAME": "python3"} if self.slow_sync else {}))
        code = ("import os, sys, time\nfd = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)\nn, end = 0, time.monotonic() + 0.2\n"
                "while time.monotonic() < end:\n    os.pwrite(fd, bytes(8192), 0); os.fdatasync(fd); n += 1\nprint(5 * n)")
        path = self.line.dir / "sync"
        rate = int(lines.run([sys.executable, "-c", code, path], env=env).stdout)
        path.unlink()
        return rate

    def facts(self):
        setting = {name: self.sql("postgres", f"SHOW {name}")[0][0]
                   for name in ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers",
                                "max_wal_size", "checkpoint_timeout", "wal_compression", "autovacuum_vacuum_cost_delay")}
        return machine() | {
            "postgresql": setting.pop("server_version").split()[0],
            "redis": first(r"v=([\d.]+)", lines.run(["redis-server", "--version"]).stdout),
            "kafka": first(r"<kafka.version>([\d.]+)<", (lines.ROOT / "deploy/local/kafka/pom.xml").read_text()),
            "librdkafka": confluent_kafka.libversion()[0],
        } | setting


def first(pattern, text):
    found = re.search(pattern, text)
    return found[1] if found else "unknown"


def machine():
    cpu = first(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    kib = int(first(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text()))
    kernel = {f"vm.{name}": pathlib.Path(f"/proc/sys/vm/{name}").read_text().strip()
              for name in ("dirty_background_bytes", "dirty_writeback_centisecs", "dirty_expire_centisecs")}
    return {"cores": os.cpu_count(), "cpu": cpu, "ram_gib": round(kib / 2 ** 20)} | kernel
