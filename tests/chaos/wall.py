"""A network that is cut: packets to or from a port vanish, nobody is told, and nothing is acknowledged any more. Toxiproxy
cannot do that, since its own kernel acknowledges what it throws away. In a table of its own of this machine's packet filter:
needs root, and nft."""
import os
import shutil

import line as lines

# Of a door: "upstream" is what goes to it, "downstream" what comes from it.
RULES = """
table inet {table} {{
    set upstream {{ type inet_service; }}
    set downstream {{ type inet_service; }}
    chain input {{
        type filter hook input priority 0;
        tcp dport @upstream drop
        tcp sport @downstream drop
    }}
}}
"""


class Wall:
    def __init__(self, folder):
        self.rules, self.table, self.stands = folder / "wall.nft", f"arrears_{os.getpid()}", False

    def _build(self):
        if os.geteuid() != 0 or not shutil.which("nft"):
            raise lines.Trouble("to lose packets needs root, and nft: deploy/local/packages/install chaos")
        self.rules.write_text(RULES.format(table=self.table))
        lines.run(["nft", "-f", self.rules])
        self.stands = True

    def close(self):
        if self.stands:
            lines.run(["nft", "delete", "table", "inet", self.table])
            self.stands = False

    def _change(self, verb, port, streams):
        if not self.stands:
            self._build()
        for stream in streams:
            lines.run(["nft", verb, "element", "inet", self.table, stream, f"{{ {port} }}"])

    def shut(self, port, streams):
        self._change("add", port, streams)

    def open(self, port, streams):
        self._change("delete", port, streams)
