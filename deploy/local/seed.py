#!/usr/bin/env python3
"""Half a year of a creditor's billing events, invented: the same seed gives the same bytes.

    deploy/local/seed.py [--customers 300] [--from 2026-01-01] [--days 181] [--seed 1] [--contacts FILE] \
        > half-a-year.jsonl

Customers behave: most pay in time, some late, some in parts, some too much, some of them not at all. Some invoices are
due in instalments or offer a discount, some are disputed or may be paid later, some direct debits come back. Lines are
{"on": day, "event": BillingEvent}, for `arrears events play`. With --contacts the same customers' contacts go to FILE,
for `arrears events send FILE --topic arrears.contacts.v1`: a few have none, and a few have an address that the local
stack's mail server refuses.
"""
import argparse
import datetime
import json
import os
import random
import sys
import unicodedata

CREDITOR = "acme"
# Share of customers, and how they pay: days after the due day (from, to), parts, what is paid of 100.
BEHAVIOURS = {
    "prompt": dict(share=52, late=(-12, 0), parts=1, paid=100),
    "late": dict(share=24, late=(3, 28), parts=1, paid=100),
    "very_late": dict(share=8, late=(25, 75), parts=1, paid=100),
    "in_parts": dict(share=8, late=(-2, 35), parts=3, paid=100),
    "too_much": dict(share=4, late=(-5, 5), parts=1, paid=110),
    "defaulter": dict(share=4, late=(0, 0), parts=0, paid=0),
}


# Share of 100 invoices to which something happens, beside what their customer does.
IN_INSTALMENTS, WITH_DISCOUNT, DISPUTED, EXTENDED, RETURNED, WITH_FEE = 6, 12, 2, 2, 2, 30
SELLERS = ["amara", "bruno", "chen"]
VAT = 19


def later(day, days):
    return day + datetime.timedelta(days=days)


class Book:
    """One customer's documents in the making."""

    def __init__(self, chance, number, behaviour):
        self.chance, self.behaviour = chance, BEHAVIOURS[behaviour]
        self.customer = f"c{number:04}"
        self.currency = chance.choice(["EUR", "EUR", "EUR", "USD"])
        self.level = chance.choice([4000, 12000, 12000, 60000, 250000])
        self.count = 0

    def _event(self, what, **fields):
        return {what: {"creditor": CREDITOR, "customer": self.customer, **fields}}

    def _money(self, minor):
        return {"currency": self.currency, "minor": str(minor)}

    def invoice(self, on):
        """An invoice and what becomes of it: pairs of day and event."""
        self.count += 1
        number, amount = f"{self.customer.upper()}-{self.count:04}", int(self.level * self.chance.uniform(0.4, 1.8))
        due = later(on, self.chance.choice([14, 30, 30]))
        fate = random.Random(f"fate of {number}")  # of its own: what happens to one invoice moves no other
        terms = self._terms(fate, amount, on, due)
        yield on, self._event("invoiceIssued", number=number, amount=self._money(amount), issuedOn=on.isoformat(),
                              salesperson=fate.choice(SELLERS), taxes=[self._tax(amount)], **terms)
        if self.chance.random() < 0.03:
            credited = amount // 10
            when = later(on, self.chance.randint(2, 12))
            yield when, self._event("creditNoteIssued", number=f"CN-{number}", amount=self._money(credited),
                                    issuedOn=when.isoformat(), invoiceNumber=number, taxes=[self._tax(credited)])
            amount -= credited
        yield from self._incidents(fate, number, on, due)
        yield from self._payments(fate, number, amount, due, terms)

    def _tax(self, amount):
        return {"name": "VAT", "rate": str(VAT), "amount": self._money(amount * VAT // (100 + VAT))}

    def _terms(self, fate, amount, on, due):
        """When it is to be paid, and for how much less when early."""
        kind = fate.uniform(0, 100)
        if kind < IN_INSTALMENTS:
            parts = [amount // 3, amount // 3, amount - 2 * (amount // 3)]
            return {"instalments": [{"amount": self._money(part), "dueOn": later(due, 30 * i).isoformat()}
                                    for i, part in enumerate(parts)]}
        terms = {"dueOn": due.isoformat()}
        if kind < IN_INSTALMENTS + WITH_DISCOUNT:
            terms["discount"] = {"until": later(on, 10).isoformat(), "amount": self._money(amount * 2 // 100)}
        return terms

    def _incidents(self, fate, number, on, due):
        kind = fate.uniform(0, 100)
        said = {"reason": "asked by the customer", "actor": {"id": "alice"}}
        yield later(on, 1), self._event("invoiceMilestoneReached", number=f"M-{number}", invoiceNumber=number,
                                        milestone="MILESTONE_SENT", reachedOn=later(on, 1).isoformat())
        if kind < DISPUTED:
            when = later(due, 2)
            yield when, self._event("pauseStarted", number=f"Z-{number}", invoiceNumber=number, kind="PAUSE_KIND_DISPUTE",
                                    startsOn=when.isoformat(), **said)
            yield later(when, 20), self._event("pauseEnded", number=f"ZE-{number}", pauseNumber=f"Z-{number}",
                                               endsOn=later(when, 20).isoformat(), **said)
        elif kind < DISPUTED + EXTENDED:
            yield later(due, -1), self._event("dueDateExtended", number=f"E-{number}", invoiceNumber=number,
                                              dueOn=later(due, 14).isoformat(), extendedOn=later(due, -1).isoformat(), **said)
        if not self.behaviour["parts"] and fate.uniform(0, 100) < WITH_FEE:
            yield later(due, 20), self._event("feeCharged", number=f"F-{number}", invoiceNumber=number, reason="second reminder",
                                              amount=self._money(500), chargedOn=later(due, 20).isoformat())

    def _payments(self, fate, number, amount, due, terms):
        parts, rest = self.behaviour["parts"], amount * self.behaviour["paid"] // 100
        for part in range(1, parts + 1):
            minor = rest if part == parts else rest // (parts - part + 1)
            rest -= minor
            when = later(due, self.chance.randint(*self.behaviour["late"]) + 12 * (part - 1))
            named = number if self.chance.random() < 0.9 else ""
            early = parts == 1 and "discount" in terms and when.isoformat() <= terms["discount"]["until"]
            kept_back = int(terms["discount"]["amount"]["minor"]) if early and named and minor == amount else 0
            yield when, self._event("paymentReceived", number=f"P-{number}-{part}", amount=self._money(minor - kept_back),
                                    receivedOn=when.isoformat(), invoiceNumber=named,
                                    way="PAYMENT_WAY_DIRECT_DEBIT" if fate.random() < 0.5 else "PAYMENT_WAY_TRANSFER")
            if fate.uniform(0, 100) < RETURNED:
                back = later(when, 4)
                yield back, self._event("paymentReversed", number=f"RV-{number}-{part}", paymentNumber=f"P-{number}-{part}",
                                        kind="REVERSAL_KIND_RETURNED_DEBIT", reversedOn=back.isoformat(), reason="no cover")
                again = later(back, 9)
                yield again, self._event("paymentReceived", number=f"P-{number}-{part}-again", receivedOn=again.isoformat(),
                                         amount=self._money(minor - kept_back), invoiceNumber=number)


def seeded(customers, first, days, seed):
    chance = random.Random(seed)
    names = list(BEHAVIOURS)
    weights = [BEHAVIOURS[name]["share"] for name in names]
    last = first + datetime.timedelta(days=days - 1)
    for number in range(1, customers + 1):
        book = Book(chance, number, chance.choices(names, weights)[0])
        on = first + datetime.timedelta(days=chance.randint(0, 29))
        while on <= last:
            yield from ((day, event) for day, event in book.invoice(on) if day <= last)
            on += datetime.timedelta(days=chance.choice([14, 30, 30, 31]))


# ---- contacts

# Share of 100 customers. The domains are those of smtp_sink.py; all others take mail.
NO_CONTACT, REFUSED, LATER = 4, 2, 1
GIVEN = ["Anna", "Björn", "Chloé", "Dagmar", "Émile", "François", "Görkem", "Hélène", "Ingrid", "José", "Karin", "Łukasz",
         "Märta", "Niels", "Øyvind", "Paula", "Renée", "Søren", "Thomas", "Zoë"]
FAMILY = ["Ackermann", "Bäcker", "Čapek", "Delacroix", "Eßer", "Fernández", "Groß", "Håkansson", "Ibáñez", "Jäger", "Köhler",
          "Lefèvre", "Müller-Lüdenscheidt", "Nowak", "O'Brien", "Père", "Quist", "Rößler", "Svensson", "Weiß"]
TRADES = ["Bäckerei", "Café", "Druckerei", "Elektro", "Fahrräder", "Gärtnerei", "Möbelhaus", "Optik", "Spedition",
          "Tischlerei"]
FORMS = ["GmbH", "GmbH & Co. KG", "AG", "KG", "e.K.", "Söhne OHG"]
ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "ł": "l", "å": "a"})


def ascii_of(name):
    """As people write their names in mail addresses: "Müller-Lüdenscheidt" is mueller-luedenscheidt."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(ASCII))
    return "".join(c for c in plain if c.isascii() and (c.isalnum() or c in ".-"))


def contact_of(chance, customer):
    """The number of the customer makes an address its own."""
    family = chance.choice(FAMILY)
    if chance.random() < 0.6:
        trade = chance.choice(TRADES)
        name, local, domain = f"{trade} {family} {chance.choice(FORMS)}", "office", f"{trade}-{family}-{customer}.test"
    else:
        given = chance.choice(GIVEN)
        name, local, domain = f"{given} {family}", f"{given}.{family}", "post.test"
    kind = chance.uniform(0, 100)
    if kind < NO_CONTACT:
        return None
    if kind < NO_CONTACT + REFUSED + LATER:
        domain = "refused.test" if kind < NO_CONTACT + REFUSED else "later.test"
    if customer not in domain:
        local = f"{local}.{customer}"
    return {"creditor": CREDITOR, "customer": customer, "name": name, "email": f"{ascii_of(local)}@{ascii_of(domain)}"}


def contacts(customers, seed):
    """A generator of its own for every customer: neither the events nor the number of customers change a contact."""
    for number in range(1, customers + 1):
        customer = f"c{number:04}"
        contact = contact_of(random.Random(f"contact {customer} of {seed}"), customer)
        if contact:
            yield {"contact": contact}


def contacts_write(path, customers, seed):
    with open(path, "w", encoding="utf-8") as file:
        for contact in contacts(customers, seed):
            print(json.dumps(contact, ensure_ascii=False, separators=(",", ":")), file=file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=300)
    parser.add_argument("--from", dest="first", type=datetime.date.fromisoformat, default=datetime.date(2026, 1, 1))
    parser.add_argument("--days", type=int, default=181)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--contacts", metavar="FILE")
    arguments = parser.parse_args()
    if arguments.contacts:
        contacts_write(arguments.contacts, arguments.customers, arguments.seed)
    for day, event in seeded(arguments.customers, arguments.first, arguments.days, arguments.seed):
        print(json.dumps({"on": day.isoformat(), "event": event}, separators=(",", ":")))


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # the reader has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
