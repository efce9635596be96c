"""Toxiproxy: doors before the servers of a line, which pass on slowly, by half, or not at all.

One process for all doors, driven over HTTP. It is built once for each user, from Go's module proxy, into the folder where
the local stack keeps Kafka's jars.
"""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import urllib.error
import urllib.request

import line as lines

VERSION = "2.5.0"  # the last that Debian 12's Go can build
MODULE = f"github.com/Shopify/toxiproxy/v2/cmd/server@v{VERSION}"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
HOST = "127.0.0.1"


def program():
    """Its path. Built when it is not there; Go puts it in place when it is whole."""
    folder = CACHE / f"arrears/toxiproxy-{VERSION}"
    if not (folder / "server").exists():
        if not shutil.which("go"):
            raise lines.Trouble("Go is missing, which builds Toxiproxy: deploy/local/packages/install chaos")
        lines.run(["go", "install", MODULE], env=os.environ | {"GOBIN": str(folder)})
    return folder / "server"


def free_ports(count):
    """All are open at once, so that none is given twice."""
    sockets = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Toxiproxy:
    def __init__(self, log, seed):
        """log: file for what it says. seed: of its own chances."""
        self.log, self.seed = log, seed
        self.port, = free_ports(1)

    def __enter__(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program(), "-host", HOST, "-port", str(self.port), "-seed", str(self.seed)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            lines.wait_for("Toxiproxy answers", self._answers, 20)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def _answers(self):
        try:
            return self.ask("GET", "/version")
        except urllib.error.URLError:
            return None

    def ask(self, method, path, body=None):
        request = urllib.request.Request(f"http://{HOST}:{self.port}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def door(self, name, server_port, wall):
        return Door(self, name, server_port, wall)


class Door:
    """A port of its own before a server's port. wall: that can be shut before it (wall.py)."""

    def __init__(self, proxy, name, server_port, wall):
        self.proxy, self.name, self.wall = proxy, name, wall
        proxy.ask("POST", "/proxies", {"name": name, "listen": f"{HOST}:0", "upstream": f"{HOST}:{server_port}",
                                       "enabled": True})
        listen = json.loads(proxy.ask("GET", f"/proxies/{name}"))["listen"]
        self.port = int(listen.rpartition(":")[2])

    def poison(self, kind, streams, **attributes):
        """streams: "upstream" is what goes to the server, "downstream" what comes from it."""
        for stream in streams:
            self.proxy.ask("POST", f"/proxies/{self.name}/toxics", {
                "name": stream, "type": kind, "stream": stream, "toxicity": 1.0, "attributes": attributes})

    def cure(self, streams):
        for stream in streams:
            self.proxy.ask("DELETE", f"/proxies/{self.name}/toxics/{stream}")

    def set_open(self, is_open):
        """Shut: every connection is closed, and refused."""
        self.proxy.ask("POST", f"/proxies/{self.name}", {"enabled": is_open})
