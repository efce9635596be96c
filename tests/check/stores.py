"""What a service keeps beside its topics, as it stands there: PostgreSQL by its tables, Redis by its keys.

Both answer the same few questions about a task's numbers, so that a rule is written once for all services.
"""
import socket

import psycopg2


class Postgres:
    """kept_outbox: what was said stays in a table for days, so it can be compared with the topics."""
    kept_outbox = True

    def __init__(self, service, place):
        """place: libpq connection string."""
        self.db = psycopg2.connect(place)
        self.db.autocommit = True

    def rows(self, sql, values=None):
        with self.db.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def positions(self):
        """(task, topic, first offset not taken in yet)"""
        return self.rows("SELECT task, topic, next FROM task_input")

    def numbers(self):
        """(task, topic, partition, last number given, last number known to be in the log)"""
        return self.rows("SELECT task, topic, partition, seq, acked_seq FROM task_output")

    def close(self):
        self.db.close()


class Redis:
    """Speaks the few words it needs itself: the tests get along without a client library."""
    kept_outbox = False

    def __init__(self, service, place):
        """place: path of its socket."""
        self.service = service
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(place))
        self.stream = self.socket.makefile("rb")
        self.tasks = range(int(self.call("GET", f"{{{service}}}:partitions")))

    def call(self, *words):
        parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        return self._answer()

    def _answer(self):
        line = self.stream.readline()
        kind, text = line[:1], line[1:-2]
        if kind == b"-":
            raise RuntimeError(f"Redis: {text.decode()}")
        if kind == b"$":
            return self.stream.read(int(text) + 2)[:-2] if text != b"-1" else None
        if kind == b"*":
            return [self._answer() for _ in range(int(text))]
        return text

    def hash(self, task, name):
        found = self.call("HGETALL", self.key(task, name))
        return dict(zip(found[::2], found[1::2]))

    def key(self, task, name):
        return f"{{{self.service}.{task}}}:{name}"

    def _numbers(self, word):
        """Lines of the text in which a task's numbers are kept."""
        for task in self.tasks:
            for line in self.hash(task, "task").get(b"numbers", b"").decode().splitlines():
                words = line.split()
                if words[0] == word:
                    yield task, words[1:]

    def positions(self):
        return [(task, words[0], int(words[1])) for task, words in self._numbers("in")]

    def numbers(self):
        return [(task, words[0], *map(int, words[1:])) for task, words in self._numbers("out")]

    def close(self):
        self.stream.close()
        self.socket.close()
