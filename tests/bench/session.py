"""Rows that belong to one installation: each round begins a new one, and what was measured counts when it was sound."""
import functools

import frame

BATCH = 4_000  # records of a step at most; how many there are is what the load makes of it


class Session:
    """Rows are made in the order in which they are added. The first one of a round begins the installation; the last one
    ends it, after its invariants were looked at."""

    def __init__(self, begin, fsync_rate):
        """begin() gives an installation: a context manager with check()."""
        self.begin, self.fsync_rate = begin, fsync_rate
        self.rows = []  # of the frame
        self.rate = 0   # of the disk, when it was last looked at
        self.installation = None

    def add(self, name, unit, run, *beside):
        """run(installation) -> Sample, measured by it."""
        self._add(name, unit, run, beside, self._look)

    def note(self, name, unit, run, *beside):
        """The same of what an earlier row has measured."""
        self._add(name, unit, run, beside, lambda: self.rate)

    def wanted(self, name, value, unit, *beside):
        """A figure that nobody measures: a bar to stand beside."""
        self.note(name, unit, lambda _: frame.Sample(0, value), *beside)

    def _add(self, name, unit, run, beside, fsync_rate):
        one = functools.partial(self._run, len(self.rows), run)
        self.rows.append(frame.Variant(name, BATCH, 1, unit, one, fsync_rate, beside))

    def _look(self):
        self.rate = self.fsync_rate()
        return self.rate

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
