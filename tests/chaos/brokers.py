"""Three brokers on loopback, from the jars of the local stack: each record stands in all of them, and two have to have it
before it counts. A line is moved to them before its services start."""
import os
import pathlib
import re
import signal
import socket
import subprocess

from confluent_kafka.admin import AdminClient

import line as lines

COUNT, IN_SYNC = 3, 2
STACK = lines.ROOT / "deploy/local"
CLUSTER_ID = "AcHaOsChAoSchaosCHAOSg"
# What differs from the one broker of the stack; of two lines for a property the later one counts.
PROPERTIES = """
node.id={node}
controller.quorum.voters={voters}
listeners=BROKER://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=BROKER://127.0.0.1:{port}
log.dirs={folder}/data
default.replication.factor={count}
min.insync.replicas={in_sync}
offsets.topic.replication.factor={count}
transaction.state.log.replication.factor={count}
transaction.state.log.min.isr={in_sync}
"""


def free_ports(count):
    """All are open at once, so that none is given twice."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def java():
    return lines.run(["bash", "-c", f'source "{STACK}/lib/java.sh" && java_find']).stdout.strip()


def jars():
    version = re.search("<kafka.version>(.*)</kafka.version>", (STACK / "kafka/pom.xml").read_text()).group(1)
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    return cache / f"arrears/kafka-{version}"


class Brokers:
    def __init__(self, folder):
        ports = free_ports(2 * COUNT)
        self.ports, self.controllers = ports[:COUNT], ports[COUNT:]
        self.folders = [folder / f"broker{node}" for node in range(1, COUNT + 1)]
        self.processes = [None] * COUNT
        self.java = [java(), "-cp", f"{jars()}/*", f"-Dlog4j.configuration=file:{STACK}/kafka/log4j.properties"]
        self.bootstrap = ",".join(f"127.0.0.1:{port}" for port in self.ports)

    def __enter__(self):
        try:
            for node in range(1, COUNT + 1):
                self._format(node)
                self.start(node)
            self.admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 2})
            lines.wait_for("three brokers", lambda: len(self._metadata().brokers) == COUNT, 120)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in filter(None, self.processes):
            process.kill()
            process.wait()

    def _metadata(self):
        return self.admin.list_topics(timeout=30)

    def _format(self, node):
        folder = self.folders[node - 1]
        folder.mkdir()
        voters = ",".join(f"{number}@127.0.0.1:{port}" for number, port in enumerate(self.controllers, 1))
        (folder / "server.properties").write_text(
            (STACK / "kafka/server.properties.in").read_text() + PROPERTIES.format(
                node=node, voters=voters, port=self.ports[node - 1], controller=self.controllers[node - 1],
                folder=folder, count=COUNT, in_sync=IN_SYNC))
        lines.run([*self.java, "-Xmx128m", "kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER_ID,
                   "--config", folder / "server.properties"])

    def start(self, node):
        folder = self.folders[node - 1]
        with open(folder / "log", "ab") as log:
            self.processes[node - 1] = subprocess.Popen(
                [*self.java, "-Xmx256m", "kafka.Kafka", folder / "server.properties"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def kill(self, node):
        self.processes[node - 1].send_signal(signal.SIGKILL)
        self.processes[node - 1].wait()

    def leader(self, topic, partition=0):
        return self._metadata().topics[topic].partitions[partition].leader

    def all_in_sync(self):
        return all(len(partition.isrs) == COUNT for topic in self._metadata().topics.values()
                   for partition in topic.partitions.values())


def move(drill, brokers):
    """The line, as it is before its services start, with these brokers in place of its own."""
    line = drill.line
    line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"] = brokers.bootstrap
    line.arrears("topics", "apply", "--partitions", str(lines.PARTITIONS), "--replicas", str(COUNT))
    line.arrears("policy", "publish", str(line.dir / "policies"))
    drill.feed = drill.new_feed(drill.seed)
