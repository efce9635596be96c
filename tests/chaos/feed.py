"""What the line is fed with while its processes die: seeded documents, requests as dunning writes them, signed decisions.

Among it what must have no effect, or its own answer: repetitions, bytes that are no message, forged and late decisions,
requests for amounts that are not open.
"""
import hashlib
import random
import shutil

import contract
import line as lines
import sign

BILLING, REQUESTS, DECISIONS = "arrears.billing.v1", "arrears.approval-requests.v1", "arrears.decisions.v1"
FIRST_DAY, LAST_DAY = "2024-01-01", "2024-12-31"
CREDITOR, CUSTOMERS, DEBTORS = "acme", 40, 10
# mia and bea may decide by the policy below; eve has a key that no policy names.
PEOPLE, STRANGER = ("mia", "bea"), "eve"
REQUEST_KIND_WRITE_OFF, APPROVE, REJECT = 1, 1, 2


def publish_authority(line):
    """The rules of the house, with persons whose keys only this test has."""
    keys = {person: line.arrears("keys", "new", "--out", str(line.dir / person)).stdout.split()[1]
            for person in (*PEOPLE, STRANGER)}
    folder = line.dir / "policies"
    shutil.copytree(lines.ROOT / "policies", folder)
    persons = "".join(f"  - {{id: {person}, role: manager, key: {keys[person]}}}\n" for person in PEOPLE)
    (folder / "authority/standard.yaml").write_text(
        f"id: standard\nvalid_from: 1900-01-01\npersons:\n{persons}"
        f"tiers:\n  - {{name: manager, persons: [{', '.join(PEOPLE)}]}}\n")
    line.arrears("policy", "publish", str(folder))


class Feed:
    """Everything is written at once and in the order of the calls; nothing waits for an answer."""

    def __init__(self, line, seed):
        self.contract = contract.Contract(line.descriptors)
        self.producer = contract.producer(line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"])
        self.signers = {person: sign.Signer(line.dir / f"{person}.key") for person in (*PEOPLE, STRANGER)}
        self.decision = self.contract.message("arrears.approvals.v1.Decision")
        self.chance = random.Random(seed)
        self.day = FIRST_DAY
        self.count = self.asked = 0
        self.invoices, self.sent, self.waiting, self.decided = [], [], [], []

    def put(self, topic, key, value):
        self.producer.produce(topic, key=key, value=value)

    def flush(self):
        assert self.producer.flush(30) == 0, "the broker does not take the test's records"

    # ---- documents

    def _invoice(self, message, customer):
        body = message.invoice_issued
        body.number, body.issued_on, body.due_on = f"INV-{self.count}", FIRST_DAY, f"2024-01-{self.chance.randint(2, 28):02}"
        body.amount.minor = self.chance.randint(1, 100000)
        self.invoices.append((customer, body.number, body.amount.minor))
        return body

    def _credit(self, message, number, amount):
        """A payment or a credit note, in part, in full or too much, for the invoice, for none or for one nobody knows."""
        body = message.credit_note_issued if self.chance.random() < 0.2 else message.payment_received
        body.number = f"C-{self.count}"
        body.amount.minor = max(1, int(amount * self.chance.choice([0.3, 0.5, 1, 1, 1.2])))
        if body.DESCRIPTOR.name == "PaymentReceived":
            body.received_on = self.chance.choice([FIRST_DAY, self.day])
            body.invoice_number = self.chance.choice([number, number, "", "UNKNOWN"])
        else:
            body.issued_on, body.invoice_number = FIRST_DAY, number
        return body

    def document(self):
        message = self.contract.new(BILLING)
        self.count += 1
        if not self.invoices or self.chance.random() < 0.5:
            customer = f"c{self.chance.randrange(CUSTOMERS)}"
            body = self._invoice(message, customer)
        else:
            customer, number, amount = self.chance.choice(self.invoices)
            body = self._credit(message, number, amount)
        body.creditor, body.customer, body.amount.currency = CREDITOR, customer, "EUR"
        return f"{CREDITOR}/{customer}", message.SerializeToString()

    def _contradiction(self):
        """An invoice again with another amount: the first stands."""
        message, (customer, number, minor) = self.contract.new(BILLING), self.chance.choice(self.invoices)
        self.count += 1
        body = message.invoice_issued
        body.creditor, body.customer, body.number = CREDITOR, customer, number
        body.issued_on, body.due_on = FIRST_DAY, "2024-01-28"
        body.amount.currency, body.amount.minor = "EUR", minor + 100000 + self.count
        return f"{CREDITOR}/{customer}", message.SerializeToString()

    def send(self, count):
        """Documents, a contradiction, and a record that cannot be read: its account is held, nobody else waits."""
        for _ in range(count):
            repeat = self.sent and self.chance.random() < 0.1
            self.sent.append(self.chance.choice(self.sent) if repeat else self.document())
            self.put(BILLING, *self.sent[-1])
        self.put(BILLING, *self._contradiction())
        self.put(BILLING, f"{CREDITOR}/c{self.chance.randrange(CUSTOMERS)}", b"\xff\xff no message")
        self.flush()

    # ---- requests

    def _debt(self, customer):
        """An invoice of somebody who never pays and is never on hold, so that it can be written off."""
        message = self.contract.new(BILLING)
        self.count += 1
        body = message.invoice_issued
        body.creditor, body.customer, body.number = CREDITOR, customer, f"INV-{self.count}"
        body.issued_on, body.due_on = FIRST_DAY, "2024-01-02"
        body.amount.currency, body.amount.minor = "EUR", self.chance.randint(2, 100000)
        self.put(BILLING, f"{CREDITOR}/{body.customer}", message.SerializeToString())
        return body

    def request(self):
        """As dunning writes it, numbered without a gap; one in five asks for what is not open."""
        self.asked += 1
        customer = f"d{self.chance.randrange(DEBTORS)}"
        event = self.contract.new(REQUESTS)
        event.origin.service, event.origin.seq, event.origin.order = "dunning", self.asked, self.asked
        body = event.requested
        body.request_id, body.kind = f"WO-{self.asked}", REQUEST_KIND_WRITE_OFF
        body.creditor, body.customer, body.requester = CREDITOR, customer, "system"
        body.reason, body.requested_on = "no answer to three reminders", FIRST_DAY
        for debt in [self._debt(customer) for _ in range(self.chance.choice([1, 1, 3]))]:
            item = body.items.add(invoice_number=debt.number, due_on=debt.due_on)
            item.open.currency, item.open.minor = "EUR", debt.amount.minor - (self.chance.random() < 0.2)
        body.amount.currency, body.amount.minor = "EUR", sum(item.open.minor for item in body.items)
        return event

    def ask(self, count):
        """Requests that wait for a decision from now on; one is published twice, as its writer does after a failure."""
        for number in range(count):
            event = self.request()
            for _ in range(2 if number == 0 else 1):
                self.put(REQUESTS, CREDITOR, event.SerializeToString())
            self.waiting.append(event.requested)
        self.flush()

    # ---- decisions

    def _decision(self, request, verdict, actor, expires_on=LAST_DAY):
        body = self.decision(
            request_id=request.request_id, verdict=verdict, creditor=request.creditor, customer=request.customer,
            request_hash=hashlib.sha256(request.SerializeToString()).digest(), actor=actor, reason="looked into it",
            not_before="2023-01-01", expires_on=expires_on, nonce=self.chance.randbytes(16))
        body.amount.CopyFrom(request.amount)
        event = self.contract.new(DECISIONS)
        self.signers[actor].seal(event.decision, sign.DECISION, body.SerializeToString())
        return event.SerializeToString()

    def decide_well(self, request):
        """A decision that counts, if it is the first."""
        verdict = APPROVE if self.chance.random() < 0.8 else REJECT
        self.decided.append(self._decision(request, verdict, self.chance.choice(PEOPLE)))
        self.put(DECISIONS, CREDITOR, self.decided[-1])

    def decide(self, count):
        """About the oldest that wait. Before each one that does not count; after it, now and then, the same bytes again."""
        for request in self.waiting[:count]:
            wrong = self.chance.choice(["nothing", "forged", "late", "again", "no message"])
            if wrong == "forged":
                self.put(DECISIONS, CREDITOR, self._decision(request, APPROVE, STRANGER))
            elif wrong == "late":
                self.put(DECISIONS, CREDITOR, self._decision(request, APPROVE, PEOPLE[0], expires_on="2023-12-31"))
            elif wrong == "again" and self.decided:
                self.put(DECISIONS, CREDITOR, self.chance.choice(self.decided))
            elif wrong == "no message":
                self.put(DECISIONS, CREDITOR, b"\xff\xff no message")
            self.decide_well(request)
        del self.waiting[:count]
        self.flush()
