"""A door before PostgreSQL that can cut a session after a COMMIT went through and before its answer comes back."""
import select
import socket
import threading

COMMIT = b"COMMIT"


class Cutter:
    def __init__(self, port):
        """port: of the server, on 127.0.0.1."""
        self.server = ("127.0.0.1", int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.armed, self.cuts, self.open = False, 0, True

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.open = False
        self.listener.close()

    def cut_next_commit(self):
        self.armed = True

    def _accept(self):
        while self.open:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client):
        """Until one of them has had enough, or the answer to a COMMIT is kept back."""
        with client, socket.create_connection(self.server) as server:
            while True:
                ready, _, _ = select.select([client, server], [], [], 1)
                for one in ready:
                    bytes_read = one.recv(1 << 16)
                    if not bytes_read:
                        return
                    if one is client and self.armed and COMMIT in bytes_read:
                        self._let_commit(server, bytes_read)
                        return
                    (server if one is client else client).sendall(bytes_read)

    def _let_commit(self, server, bytes_read):
        """Passed on; the server has answered, so it is done; nobody hears of it."""
        server.sendall(bytes_read)
        server.settimeout(10)
        server.recv(1 << 16)
        self.cuts += 1
        self.armed = False
