"""What the ledger signs at the end of a day: the Merkle tree of RFC 9162 over every entry of the task, in the order of the
journal. Made again here from the rows; docs/audit.md has the rules."""
import base64
import collections
import hashlib

from facts import LEDGER

NEEDS = ("ledger",)
FIELDS = ("task", "position", "creditor", "customer", "entry", "kind", "debit", "credit", "currency", "amount", "effective_on",
          "recorded_on", "invoice", "charge", "instalment", "credit_kind", "credit_number", "document", "allocation")
ORDINALS = ("charge", "instalment")  # 0 is none, and empty


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_of(values):
    texts = [(name, b"" if name in ORDINALS and value == 0 else str(value).encode()) for name, value in zip(FIELDS, values)]
    return sha256(b"\x00", *(b"%s %d %s\n" % (name.encode(), len(text), text) for name, text in texts if text))


class Tree:
    def __init__(self):
        self.size, self.frontier = 0, []

    def add(self, leaf):
        size = self.size
        while size & 1:
            leaf, size = sha256(b"\x01", self.frontier.pop(), leaf), size >> 1
        self.frontier.append(leaf)
        self.size += 1

    def root(self):
        if not self.frontier:
            return sha256()
        root = self.frontier[-1]
        for beside in reversed(self.frontier[:-1]):
            root = sha256(b"\x01", beside, root)
        return root


def heads_of(facts):
    """task -> its published heads, in order: day, size, root, hash of the note before, note."""
    found = collections.defaultdict(list)
    for record, event in facts.events(LEDGER):
        if event.HasField("journal_sealed"):
            note = event.journal_sealed.note
            origin, size, root, day, previous = note.split("\n\n")[0].splitlines()
            found[record.partition()].append((day, int(size), base64.b64decode(root), previous.split()[1], note, origin))
    return found


def rule_heads_follow_each_other(facts):
    """Each names the hash of the note before it, and the task that it is of."""
    for task, heads in heads_of(facts).items():
        wanted = "none"
        for day, _, _, previous, note, origin in heads:
            if previous != wanted or origin != f"arrears/ledger/{task}":
                yield f"the head of task {task}, {day}, does not follow the one before it"
            wanted = base64.b64encode(sha256(note.encode())).decode()


def rule_the_journal_is_what_was_signed(facts):
    """Places without gaps, leaves of exactly the rows, and the root of each head at its size."""
    waiting = {task: collections.deque(heads) for task, heads in heads_of(facts).items()}
    trees = collections.defaultdict(Tree)

    def look(task):
        while waiting.get(task) and waiting[task][0][1] == trees[task].size:
            day, size, root, *_ = waiting[task].popleft()
            if root != trees[task].root():
                yield f"the root of task {task} at {size} entries is not what was signed for {day}"

    for task in waiting:
        yield from look(task)
    for *values, stored in facts.stores["ledger"].rows(
            f"SELECT {', '.join(FIELDS)}, leaf FROM entry LEFT JOIN account USING (task, account) ORDER BY task, position, entry"):
        task, position = values[:2]
        if position != trees[task].size:
            yield f"the entry at {position} of task {task} stands at the place of number {trees[task].size}"
        leaf = leaf_of(values)
        if leaf != bytes(stored):
            yield f"the entry at {position} of task {task} is not what was written"
        trees[task].add(leaf)
        yield from look(task)
    for task, heads in waiting.items():
        if heads:
            yield f"lost: task {task} was signed with {heads[0][1]} entries, it has {trees[task].size}"
