"""A folder of a server on a file system so small that it can be filled: needs root, to mount it."""
import os
import shutil

import line as lines

MIB = 1 << 20


def need_root():
    if os.geteuid() != 0:
        raise lines.Trouble("only root may mount the small file systems that this case fills")


class SmallFolder:
    """The folder moves there while its server is down, and the room beside what it has is kept from others until wanted."""

    def __init__(self, line, server, folder, number, room_mib):
        """number: of the signal that ends the server. room_mib: beside what the folder has."""
        self.line, self.server, self.number, self.room_mib = line, server, number, room_mib
        self.folder = line.stack / folder
        self.aside = self.folder.with_name(self.folder.name + ".aside")
        self.ballast = self.folder / "ballast"
        self.mounted = False

    def __enter__(self):
        need_root()
        self.line.kill_server(self.server, self.number)
        self.folder.rename(self.aside)
        self.folder.mkdir()
        used_kib = int(lines.run(["du", "-sk", self.aside]).stdout.split()[0])
        lines.run(["mount", "-t", "tmpfs", "-o", f"size={used_kib + self.room_mib * 1024}k", "small", self.folder])
        self.mounted = True
        try:
            # With its owner and rights, and what is empty stays empty.
            lines.run(["cp", "-a", "--sparse=always", f"{self.aside}/.", self.folder])
            shutil.rmtree(self.aside)
            self.line.start_servers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        """With all that is in it: the line is at its end."""
        if self.mounted:
            if lines.is_alive(self.line.server_pid(self.server)):
                self.line.kill_server(self.server)
            lines.run(["umount", "--lazy", self.folder], check=False)

    def fill(self):
        with open(self.ballast, "wb") as ballast:
            try:
                while True:
                    ballast.write(bytes(MIB // 16))
                    ballast.flush()
            except OSError:
                pass  # full

    def make_room(self):
        self.ballast.unlink()
