"""What the line is fed with while its processes die: seeded documents, contacts, what persons say, signed decisions.

Invoices in instalments and with discounts, fees, reversals, refunds, extensions, agreements and pauses are among the
documents, and money in suspense, of several customers, and moved from one to another. Among it what must have no effect, or its own answer: repetitions, bytes that are no message, forged and late decisions,
wishes that cannot be followed. It hears what dunning says: which requests wait, and which reminders are uncertain.
"""
import datetime
import hashlib
import random
import shutil

import contract
import line as lines
import sign

BILLING, DECISIONS, CONTACTS = "arrears.billing.v1", "arrears.decisions.v1", "arrears.contacts.v1"
REQUESTS, DUNNING = "arrears.approval-requests.v1", "arrears.dunning.v1"
FIRST_DAY, LAST_DAY = "2024-03-28", "2024-12-31"
# Of debts that are old enough to be written off on the first day, and of debts to be reminded of on any day.
OLD, ISSUED, OVERDUE = "2023-12-28", "2023-12-27", "2024-03-23"
CREDITOR, CUSTOMERS = "acme", 40
# mia and bea may decide by the policy below; eve has a key that no policy names; pat only proposes.
PEOPLE, STRANGER, PROPOSER = ("mia", "bea"), "eve", "pat"
APPROVE, REJECT = 1, 2
# The last two get no mail from the local server: refused for good, and for now.
TAKES_MAIL, REFUSES_MAIL, PUTS_OFF_MAIL = "example.test", "refused.test", "later.test"
OUTCOME_SENT, OUTCOME_NOT_SENT = 1, 2
SUSPENSE = "~suspense"
NO_MESSAGE = b"\xff\xff no message"


FEES = """id: standard
valid_from: 1900-01-01
fees:
  - {level: payment-reminder, currency: EUR, flat: 250}
  - {level: first-notice, currency: EUR, flat: 500}
  - {level: final-notice, currency: EUR, percent: 1, least: 1000, most: 5000}
"""


def publish_rules(line):
    """The rules of the house, with persons whose keys only this test has, a fee for every
    reminder, statements, and small balances that one of them approved."""
    keys = {person: line.arrears("keys", "new", "--out", str(line.dir / person)).stdout.split()[1]
            for person in (*PEOPLE, STRANGER)}
    folder = line.dir / "policies"
    shutil.copytree(lines.ROOT / "policies", folder)
    persons = "".join(f"  - {{id: {person}, role: manager, key: {keys[person]}}}\n" for person in PEOPLE)
    (folder / "authority/standard.yaml").write_text(
        f"id: standard\nvalid_from: 1900-01-01\npersons:\n{persons}"
        f"tiers:\n  - {{name: manager, persons: [{', '.join(PEOPLE)}]}}\n")
    (folder / "fee/standard.yaml").write_text(FEES)
    with (folder / "bookkeeping/default.yaml").open("a") as keeping:
        keeping.write("fees: standard\nstatements: {every: month}\n"
                      "limitation: {years: 3, from: end_of_year, part_payment: true}\n"
                      "small_balances:\n  most:\n    - {currency: EUR, minor: 60000}\n  days_past_due: 1\n")
    document = folder / "bookkeeping/default.yaml"
    signed = line.arrears("policy", "approve", str(document), "--as", PEOPLE[0], "--key", str(line.dir / f"{PEOPLE[0]}.key"),
                          "--reference", "SB-1", "--until", LAST_DAY, "--on", FIRST_DAY).stdout
    with document.open("a") as keeping:
        keeping.write(signed)
    line.arrears("policy", "publish", str(folder))


def next_day(day):
    return (datetime.date.fromisoformat(day) + datetime.timedelta(1)).isoformat()


class Feed:
    """Everything is written at once and in the order of the calls; nothing waits for an answer."""

    def __init__(self, line, seed, prefix="", customers=CUSTOMERS):
        """prefix: of the names of its customers, so that two feeds share none."""
        self.prefix, self.customers = prefix, customers
        self.contract = contract.Contract(line.descriptors)
        self.producer = contract.producer(line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"])
        self.tail = contract.Tail(line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], self.contract, REQUESTS, DUNNING)
        self.signers = {person: sign.Signer(line.dir / f"{person}.key") for person in (*PEOPLE, STRANGER)}
        self.decision = self.contract.message("arrears.approvals.v1.Decision")
        self.chance = random.Random(seed)
        self.day = FIRST_DAY
        self.count = self.debtors = 0
        self.invoices, self.payments, self.sent, self.decided = [], [], [], []
        self.unassigned = []                              # numbers of payments in suspense
        self.pursued, self.stocked = [], []               # debts: whose debtors a mail reaches, the latest; to propose
        self.waiting, self.judged = [], []                # requests
        self.uncertain, self.out, self.held = [], [], []  # what dunning said and nobody has said anything about

    def put(self, topic, key, value):
        self.producer.produce(topic, key=key, value=value)

    def bill(self, message, body):
        self.put(BILLING, f"{CREDITOR}/{body.customer}", message.SerializeToString())

    def flush(self, deadline_s=30):
        assert self.producer.flush(deadline_s) == 0, "the broker does not take the test's records"

    def close(self):
        self.tail.close()

    # ---- documents

    def _somebody(self):
        return f"{self.prefix}c{self.chance.randrange(self.customers)}"

    def _invoice(self, message, customer):
        """As a whole, with a discount for who pays early, or in instalments."""
        body = message.invoice_issued
        body.number, body.issued_on, body.due_on = f"INV-{self.count}", FIRST_DAY, f"2024-04-{self.chance.randint(3, 29):02}"
        body.amount.minor = self.chance.randint(10, 100000)
        kind = self.chance.random()
        if kind < 0.15:
            self._in_parts(body)
        elif kind < 0.3:
            body.discount.until, body.discount.amount.currency = body.due_on, "EUR"
            body.discount.amount.minor = max(1, body.amount.minor // 50)
        self.invoices.append((customer, body.number, body.amount.minor))
        return body

    def _in_parts(self, body):
        count, left = self.chance.choice([2, 3]), body.amount.minor
        for number in range(1, count + 1):
            part = body.instalments.add()
            part.amount.currency, part.amount.minor = "EUR", left // (count - number + 1)
            part.due_on, left = f"2024-{number + 3:02}-15", left - part.amount.minor
        body.ClearField("due_on")

    def _credit(self, message, customer, number, amount):
        """A payment or a credit note, in part, in full or too much, for the invoice, for none or for one nobody knows."""
        body = message.credit_note_issued if self.chance.random() < 0.2 else message.payment_received
        body.number = f"C-{self.count}"
        body.amount.minor = max(1, int(amount * self.chance.choice([0.3, 0.5, 1, 1, 1.2])))
        if body.DESCRIPTOR.name == "PaymentReceived":
            body.received_on = self.chance.choice([FIRST_DAY, self.day])
            body.invoice_number = self.chance.choice([number, number, "", "UNKNOWN"])
        else:
            body.issued_on, body.invoice_number = FIRST_DAY, number
        if body.DESCRIPTOR.name == "PaymentReceived":
            self.payments.append((customer, body.number, body.amount.minor))
        return body

    def _about(self, message, number):
        """What else may happen to an invoice, whether it is still open or not: what does not fit is refused."""
        kind = self.chance.choice(["fee_charged", "due_date_extended", "pause_started", "debt_reduced"])
        body = getattr(message, kind)
        body.number, body.reason = f"N-{self.count}", "agreed"
        if kind == "fee_charged":
            body.invoice_number, body.charged_on = number, self.day
            body.amount.currency, body.amount.minor = "EUR", self.chance.randint(1, 4000)
        elif kind == "due_date_extended":
            body.invoice_number, body.instalment = number, self.chance.choice([0, 0, 1])
            body.due_on, body.extended_on = f"2024-05-{self.chance.randint(1, 28):02}", self.day
        elif kind == "pause_started":
            body.invoice_number, body.kind, body.starts_on = number, self.chance.randint(1, 4), self.day
            body.ends_on = self.chance.choice(["", next_day(self.day), next_day(next_day(self.day))])
        else:
            body.kind, body.effective_on = 1, self.day
            part = body.parts.add(invoice_number=number)
            part.amount.currency, part.amount.minor = "EUR", self.chance.randint(1, 500)
        if kind != "fee_charged":
            body.actor.id = PROPOSER
        return body

    def _back(self, message):
        """A payment is returned, in part or whole, perhaps a second time; or money is given back that may not be there."""
        customer, number, minor = self.chance.choice(self.payments)
        if customer == SUSPENSE or self.chance.random() < 0.7:
            body = message.payment_reversed
            body.payment_number = number
            body.kind, body.reversed_on = self.chance.randint(1, 3), self.day
            if self.chance.random() < 0.4:
                body.amount.currency, body.amount.minor = "EUR", max(1, minor // 2)
        else:
            body = message.refund_paid
            body.paid_on = self.day
            body.amount.currency, body.amount.minor = "EUR", self.chance.randint(1, 5000)
        body.number, body.reason = f"B-{self.count}", "it came back"
        return customer, body

    def _share(self, body, but, minor=0):
        """Of somebody else's; no amount: all of it."""
        share = body.shares.add(customer=but)
        while share.customer == but:
            share.customer = self._somebody()
        if minor:
            share.amount.currency, share.amount.minor = "EUR", minor

    def _money_of_others(self, message):
        """Money that nobody could assign, or a payment for two."""
        customer = self.chance.choice([SUSPENSE, self._somebody()])
        body = message.payment_received
        body.number, body.received_on = f"{self.prefix}W-{self.count}", self.day
        body.amount.currency, body.amount.minor = "EUR", self.chance.randint(10, 50000)
        if customer == SUSPENSE:
            self.unassigned.append(body.number)
        else:
            self._share(body, customer, max(1, body.amount.minor // 3))
        self.payments.append((customer, body.number, body.amount.minor))
        return customer, body

    def _move(self, message):
        """Whose it is, said while it waits, once more, or when it is gone."""
        body = message.payment_moved
        body.number, body.payment_number = f"{self.prefix}MV-{self.count}", self.chance.choice(self.unassigned)
        body.reason = "the name on the account"
        if self.chance.random() < 0.5:
            self._share(body, SUSPENSE)
        else:
            self._share(body, SUSPENSE, self.chance.randint(1, 3000))
            self._share(body, SUSPENSE, self.chance.randint(1, 3000))
        return SUSPENSE, body

    def document(self):
        message = self.contract.new(BILLING)
        self.count += 1
        kind = self.chance.random()
        if not self.invoices or kind < 0.45:
            customer = self._somebody()
            body = self._invoice(message, customer)
            body.amount.currency = "EUR"
        elif self.payments and kind > 0.92:
            customer, body = self._back(message)
        elif self.unassigned and kind > 0.89:
            customer, body = self._move(message)
        elif kind > 0.86:
            customer, body = self._money_of_others(message)
        else:
            customer, number, amount = self.chance.choice(self.invoices)
            if kind < 0.8:
                body = self._credit(message, customer, number, amount)
                body.amount.currency = "EUR"
            else:
                body = self._about(message, number)
        body.creditor, body.customer = CREDITOR, customer
        return f"{CREDITOR}/{customer}", message.SerializeToString()

    def _contradiction(self):
        """An invoice again with another amount and another shape: the first stands."""
        message, (customer, number, minor) = self.contract.new(BILLING), self.chance.choice(self.invoices)
        self.count += 1
        body = message.invoice_issued
        body.creditor, body.customer, body.number = CREDITOR, customer, number
        body.issued_on, body.due_on = FIRST_DAY, "2024-04-28"
        body.amount.currency, body.amount.minor = "EUR", minor + 100000 + self.count
        return f"{CREDITOR}/{customer}", message.SerializeToString()

    def pour(self, count):
        """Documents, every tenth one that came before. Does not wait for the broker."""
        for _ in range(count):
            repeat = self.sent and self.chance.random() < 0.1
            self.sent.append(self.chance.choice(self.sent) if repeat else self.document())
            self.put(BILLING, *self.sent[-1])
        self.producer.poll(0)

    def send(self, count):
        """Documents, a contradiction, and a record that cannot be read: its account is held, nobody else waits."""
        self.pour(count)
        self.put(BILLING, *self._contradiction())
        self.put(BILLING, f"{CREDITOR}/{self._somebody()}", NO_MESSAGE)
        self.flush()

    # ---- debts, and how their debtors are reached

    def _debtor(self, prefix):
        """Somebody new, whom nothing that others do puts on hold."""
        self.debtors += 1
        return f"{self.prefix}{prefix}{self.debtors}"

    def _debt(self, customer, due_on):
        message = self.contract.new(BILLING)
        self.count += 1
        body = message.invoice_issued
        body.creditor, body.customer, body.number = CREDITOR, customer, f"INV-{self.count}"
        body.issued_on, body.due_on = ISSUED, due_on
        body.amount.currency, body.amount.minor = "EUR", self.chance.randint(1000, 100000)
        self.bill(message, body)
        return body

    def contact(self, customer, mail):
        message = self.contract.new(CONTACTS)
        message.contact.creditor, message.contact.customer = CREDITOR, customer
        message.contact.name, message.contact.email = f"Customer {customer}", mail
        self.put(CONTACTS, f"{CREDITOR}/{customer}", message.SerializeToString())

    def ask(self, count):
        """Old debts of people whom no mail reaches: dunning asks for their write-off at the end of the day."""
        for _ in range(count):
            customer = self._debtor("d")
            for _ in range(self.chance.choice([1, 1, 3])):
                self._debt(customer, OLD)
        self.flush()

    def owe(self, count, due_on=OVERDUE, domain=TAKES_MAIL, reachable=False):
        """Debts to be reminded of at the end of the day. Unless all are to be reachable, one in six has an address that is
        refused, and one has none."""
        self.pursued = []
        for number in range(count):
            customer = self._debtor("m")
            debts = [self._debt(customer, due_on) for _ in range(self.chance.choice([1, 1, 2]))]
            if number % 6 == 5 and not reachable:
                continue
            refused = number % 6 == 4 and not reachable
            self.contact(customer, f"{customer}@{REFUSES_MAIL if refused else domain}")
            if not refused:
                self.pursued.append(debts[0])
        self._leave_alone(due_on)
        self.flush()

    def _leave_alone(self, due_on):
        """Two whom a mail would reach, and who are not reminded of everything: one invoice is paused, one is due later."""
        for kind in ("pause_started", "due_date_extended"):
            customer = self._debtor("m")
            left, _ = self._debt(customer, due_on), self._debt(customer, due_on)
            self.contact(customer, f"{customer}@{TAKES_MAIL}")
            message, body = self._word(kind, customer)
            body.number, body.invoice_number = f"N-{self.count}", left.number
            if kind == "pause_started":
                body.kind, body.starts_on = 1, self.day
            else:
                body.due_on, body.extended_on = LAST_DAY, self.day
            self.bill(message, body)

    def pay(self, customer, number, minor):
        message = self.contract.new(BILLING)
        self.count += 1
        body = message.payment_received
        body.creditor, body.customer, body.number, body.received_on = CREDITOR, customer, f"C-{self.count}", self.day
        body.invoice_number, body.amount.currency, body.amount.minor = number, "EUR", minor
        self.bill(message, body)

    def surprise(self):
        """Reminders that still wait to be sent do not fit the facts any more: paid, put on hold, another contact or none.
        """
        paid, moved, erased, held = self.pursued[:4]
        self.pay(paid.customer, paid.number, paid.amount.minor)
        self.contact(moved.customer, f"{moved.customer}@moved.test")
        self.put(CONTACTS, f"{CREDITOR}/{erased.customer}", None)
        self.put(CONTACTS, f"{CREDITOR}/{held.customer}", NO_MESSAGE)
        self.put(BILLING, f"{CREDITOR}/{self.pursued[4].customer}", NO_MESSAGE)
        self.flush()

    # ---- what persons say

    def hear(self):
        """What dunning has said since."""
        for event in self.tail.news():
            kind = event.WhichOneof("event")
            if kind == "requested":
                self.waiting.append(event.requested)
            elif kind == "reminder_uncertain":
                self.uncertain.append((event.customer, event.reminder_uncertain.reminder_id))
            elif kind == "reminder_sent":
                self.out.append((event.customer, event.reminder_sent.reminder_id))
            elif kind == "held":
                self.held.append((event.customer, event.held))

    def _word(self, kind, customer):
        message = self.contract.new(BILLING)
        self.count += 1
        body = getattr(message, kind)
        body.creditor, body.customer, body.reason = CREDITOR, customer, "looked into it"
        body.actor.id = PROPOSER
        return message, body

    def settle(self, customer, reminder, outcome):
        message, body = self._word("reminder_settled", customer)
        body.number, body.reminder_id, body.outcome = f"S-{self.count}", reminder, outcome
        self.bill(message, body)

    def resend(self, customer, reminder):
        """Twice the same wish: it is one."""
        message, body = self._word("reminder_resend_requested", customer)
        body.number, body.reminder_id = f"AGAIN-{self.count}", reminder
        for _ in range(2):
            self.bill(message, body)

    def clear(self, customer, held):
        message, body = self._word("hold_cleared", customer)
        body.topic, body.partition, body.offset = held.topic, held.partition, held.offset
        self.bill(message, body)

    def speak(self):
        """About what is uncertain: one is sent once more, one went out, one did not, one stays as it is. A mail that went
        out came back, another is wanted once more in vain, and every second hold is cleared."""
        self.hear()
        for number, (customer, reminder) in enumerate(self.uncertain):
            turn = (number + len(self.decided)) % 4
            if turn == 0:
                self.resend(customer, reminder)
            elif turn != 3:
                self.settle(customer, reminder, OUTCOME_SENT if turn == 1 else OUTCOME_NOT_SENT)
        for customer, reminder in self.out[:1]:
            self.settle(customer, reminder, OUTCOME_NOT_SENT)
        for customer, reminder in self.out[1:2]:
            self.resend(customer, reminder)
        for customer, held in self.held[::2]:
            self.clear(customer, held)
        self.uncertain, self.out, self.held = [], [], []
        self.flush()

    def _propose(self, customer, invoice, times=1):
        message, body = self._word("write_off_proposed", customer)
        body.number = f"WOP-{self.count}"
        body.invoice_numbers.append(invoice)
        for _ in range(times):
            self.bill(message, body)

    def propose_at_length(self, letters):
        """With a reason that long, which the ledger notes in one event; the debt is in stock before."""
        debt = self.stocked.pop()
        message, body = self._word("write_off_proposed", debt.customer)
        body.number, body.reason = f"WOP-{self.count}", "y" * letters
        body.invoice_numbers.append(debt.number)
        self.bill(message, body)
        self.flush()
        return debt.customer

    def stock(self, count):
        """Debts for the next proposals."""
        self.stocked += [self._debt(self._debtor("p"), OVERDUE) for _ in range(count)]
        self.flush()

    def propose(self):
        """To write off what is in stock, one of it twice to the letter; what nobody knows; and what was decided before, which
        is possible when it was rejected. Dunning has an answer to each, and nothing else to do with them."""
        for number, debt in enumerate(self.stocked):
            self._propose(debt.customer, "UNKNOWN" if number == 1 else debt.number, 2 if number == 0 else 1)
        self.stocked = []
        for request in self.judged[-2:]:
            self._propose(request.customer, request.items[0].invoice_number)
        self.flush()

    def recover(self, count):
        """Money for what was written off, or is going to be: in part, in full, or more than it was."""
        for request in self.judged[:count]:
            item = request.items[0]
            self.pay(request.customer, item.invoice_number, max(1, int(item.open.minor * self.chance.choice([0.4, 1, 1.3]))))
        del self.judged[:count]
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
        verdict = APPROVE if self.chance.random() < 0.7 else REJECT
        self.decided.append(self._decision(request, verdict, self.chance.choice(PEOPLE)))
        self.put(DECISIONS, CREDITOR, self.decided[-1])

    def decide(self, count):
        """About the oldest that wait. Before each one that does not count; after it, now and then, the same bytes again."""
        self.hear()
        for request in self.waiting[:count]:
            wrong = self.chance.choice(["nothing", "forged", "late", "again", "no message"])
            if wrong == "forged":
                self.put(DECISIONS, CREDITOR, self._decision(request, APPROVE, STRANGER))
            elif wrong == "late":
                self.put(DECISIONS, CREDITOR, self._decision(request, APPROVE, PEOPLE[0], expires_on="2023-12-31"))
            elif wrong == "again" and self.decided:
                self.put(DECISIONS, CREDITOR, self.chance.choice(self.decided))
            elif wrong == "no message":
                self.put(DECISIONS, CREDITOR, NO_MESSAGE)
            self.decide_well(request)
        self.judged += self.waiting[:count]
        del self.waiting[:count]
        self.flush()
