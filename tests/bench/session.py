"""Rows that belong to one installation: each round begins a new one, and what was measured counts when it was sound."""
import functools

import frame


class Session:
    """Rows are made in the order in which they are added. The first one of a round begins the installation; the last one
    ends it, after its invariants were looked at."""

    def __init__(self, begin):
        """begin() gives an installation: a context manager with check()."""
        self.begin = begin
        self.rows = []
        self.installation = None

    def add(self, name, unit, run, *beside, batch=0, connections=1):
        """run(installation) -> Sample."""
        one = functools.partial(self._run, len(self.rows), run)
        self.rows.append(frame.Variant(name, batch, connections, unit, one, beside))

    def wanted(self, name, value, unit, *beside):
        """A figure that nobody measures: a bar to stand beside."""
        self.add(name, unit, lambda _: frame.Sample(0, value), *beside)

    def variants(self, fsync_rate):
        return [row._replace(fsync_rate=fsync_rate) for row in self.rows]

    def _run(self, at, run):
        try:
            if at == 0:
                self.installation = self.begin()
                self.installation.__enter__()
            sample = run(self.installation)
            if at + 1 == len(self.rows):
                self.installation.check()
                self.end()
            return sample
        except BaseException:
            self.end()
            raise

    def end(self):
        if self.installation:
            ended, self.installation = self.installation, None
            ended.__exit__(None, None, None)
