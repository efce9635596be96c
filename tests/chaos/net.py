"""The line with a door of its own between each service and each dependency, and what can be done to the doors."""
import signal
from typing import Callable, NamedTuple

import facts
import line as lines
import toxic
import wall

KAFKA, POSTGRES, REDIS, SMTP = "kafka", "postgres", "redis", "smtp"
# Service -> what it depends on.
NEEDS = {"ledger": (KAFKA, POSTGRES), "scoring": (KAFKA, REDIS), "dunning": (KAFKA, POSTGRES, SMTP),
         "approvals": (KAFKA, POSTGRES)}
PAIRS = tuple((service, need) for service, needs in NEEDS.items() for need in needs)
# Besides these of the stack: a broker answers with the address that the listener announces, so the door must be in it.
LISTENERS = """
listeners=BROKER://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}{listeners}
advertised.listeners=BROKER://127.0.0.1:{broker}{announced}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT{protocols}
"""
BOTH, TO_SERVER, FROM_SERVER = ("upstream", "downstream"), ("upstream",), ("downstream",)


class Toxic(NamedTuple):
    name: str
    begin: Callable  # of a door
    end: Callable


def slow(name, kind, **attributes):
    return Toxic(name, lambda door: door.poison(kind, BOTH, **attributes), lambda door: door.cure(BOTH))


def silent(name, streams):
    """Connections stay, and new ones are taken; what comes in is thrown away. Those that stayed are closed in the end: bytes
    are missing in them."""
    def end(door):
        door.set_open(False)  # first: to take this toxic from connections takes Toxiproxy half a minute
        door.cure(streams)
        door.set_open(True)
    return Toxic(name, lambda door: door.poison("timeout", streams, timeout=0), end)


def lost(name, streams):
    return Toxic(name, lambda door: door.wall.shut(door.port, streams), lambda door: door.wall.open(door.port, streams))


CUT = Toxic("cut", lambda door: door.set_open(False), lambda door: door.set_open(True))


def stack_port(line, name):
    ports = dict(row.split("=") for row in (line.stack / "ports").read_text().split())
    return int(ports[name])


class Net:
    """Its doors: (service, dependency) -> door. Made before the services start."""

    def __init__(self, drill):
        self.drill, self.line = drill, drill.line
        self.proxy = toxic.Toxiproxy(self.line.dir / "toxiproxy.log", drill.seed)
        self.wall = wall.Wall(self.line.dir)
        self.doors = {}

    def __enter__(self):
        self.proxy.__enter__()
        try:
            behind = dict(zip(NEEDS, toxic.free_ports(len(NEEDS))))
            for service, need in PAIRS:
                port = behind[service] if need == KAFKA else stack_port(self.line, need)
                self.doors[service, need] = self.proxy.door(f"{service}-{need}", port, self.wall)
            self._announce(behind)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.wall.close()
        self.proxy.__exit__()

    def _announce(self, behind):
        """The broker listens once more for each service, and says that it is to be found at the service's door."""
        words = {"broker": stack_port(self.line, KAFKA), "controller": stack_port(self.line, "kafka_controller"),
                 "listeners": "", "announced": "", "protocols": ""}
        for service, port in behind.items():
            name = service.upper()
            words["listeners"] += f",{name}://127.0.0.1:{port}"
            words["announced"] += f",{name}://127.0.0.1:{self.doors[service, KAFKA].port}"
            words["protocols"] += f",{name}:PLAINTEXT"
        (self.line.stack / "kafka/extra.properties").write_text(LISTENERS.format(**words))
        self.line.kill_server(KAFKA, signal.SIGTERM)
        self.line.start_servers()

    def settings(self, service):
        """With which it goes through its doors."""
        def place(need):
            return f"127.0.0.1:{self.doors[service, need].port}"
        found = {"ARREARS_KAFKA_BOOTSTRAP_SERVERS": place(KAFKA)}
        if POSTGRES in NEEDS[service]:
            host, port = place(POSTGRES).split(":")
            found["ARREARS_DATABASE"] = f"{self.line.service_env(service)['ARREARS_DATABASE']} host={host} port={port}"
        if REDIS in NEEDS[service]:
            found["ARREARS_REDIS"] = place(REDIS)
        if SMTP in NEEDS[service]:
            found["ARREARS_SMTP_URL"] = f"smtp://{place(SMTP)}"
        return found

    def start_all(self, **settings):
        """settings: besides, of every service."""
        for service in facts.SERVICES:
            if POSTGRES in NEEDS[service.name]:
                self.line.migrate(service.name)
            self.drill.start(service.name, **self.settings(service.name), **settings)
        for service in self.line.services:
            service.wait_ready()
