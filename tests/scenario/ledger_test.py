#!/usr/bin/python3
"""The ledger as its users meet it: the command-line tool, a real broker and database, the programs as they are built.

    tests/scenario/ledger_test.py [--build build/dev]

One line is started; the scenes run in order on it. With ARREARS_SAMPLE_DATA the public invoice file is played on a second
line and compared with its reference figures, to the cent.
"""
import csv
import io
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "harness/py"), str(HERE.parent / "check")]
import checker  # noqa: E402
import contract  # noqa: E402
import line as lines  # noqa: E402

BILLING, LEDGER, DEAD = "arrears.billing.v1", "arrears.ledger.v1", "arrears.billing.v1.dlq"
MAPPING = lines.ROOT / "cli/mappings/ibm-accounts-receivable.yaml"


def expect(what, wanted, got):
    if wanted != got:
        raise lines.Trouble(f"{what}: expected {wanted!r}, got {got!r}")


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


class Scene:
    def __init__(self, line):
        self.line = line
        self.contract = contract.Contract(line.descriptors)
        self.producer = contract.producer(line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"])

    def send(self, *events):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.writelines(json.dumps(event) + "\n" for event in events)
            file.flush()
            expect("events send", f"sent {len(events)}, unknown 0, faulty 0\n",
                   self.line.arrears("events", "send", file.name).stdout)
        self.line.wait_quiet()

    def events(self, key):
        done = self.line.arrears("events", "tail", LEDGER, "--from", "start", "--until-end", "--key", key)
        return [json.loads(row)["event"] for row in done.stdout.splitlines()]

    def kinds(self, key):
        common = {"origin", "cause", "creditor", "customer", "recordedOn"}
        return [next(iter(event.keys() - common)) for event in self.events(key)]

    def raw(self, key, value, partition=-1, topic=BILLING):
        extra = {} if partition < 0 else {"partition": partition}
        self.producer.produce(topic, key=key, value=value, **extra)
        assert self.producer.flush(30) == 0


def invoice(customer, number, minor, due="2024-02-01", currency="EUR"):
    return {"invoiceIssued": {"creditor": "acme", "customer": customer, "number": number,
                              "amount": {"currency": currency, "minor": minor},
                              "issuedOn": "2024-01-02", "dueOn": due}}


def payment(customer, number, minor, of="", on="2024-01-20"):
    return {"paymentReceived": {"creditor": "acme", "customer": customer, "number": number,
                                "amount": {"currency": "EUR", "minor": minor},
                                "receivedOn": on, "invoiceNumber": of}}


# ---- scenes, in order

def scene_before_the_first_day_everything_waits(scene):
    scene.line.arrears("events", "send", "-", check=False)
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(json.dumps(invoice("early", "I-1", 100)) + "\n")
        file.flush()
        scene.line.arrears("events", "send", file.name)
    expect("events before the day", [], scene.kinds("acme/early"))
    scene.line.arrears("day", "open", "2024-01-02", "--simulated")
    scene.line.wait_quiet()
    expect("events after it is open", ["invoicePosted"], scene.kinds("acme/early"))


def scene_payment_before_its_invoice(scene):
    scene.send(payment("c1", "P-1", 300, of="I-1"))
    scene.send(invoice("c1", "I-1", 1000))
    expect("c1", ["creditPosted", "invoicePosted", "allocated"], scene.kinds("acme/c1"))
    expect("still open", "700", scene.events("acme/c1")[-1]["allocated"]["open"]["minor"])


def scene_same_number_other_content_is_refused(scene):
    scene.send(invoice("c1", "I-1", 1000), invoice("c1", "I-1", 2000))
    refusal = scene.events("acme/c1")[-1]["inputRefused"]
    expect("reason", "REFUSAL_REASON_CONFLICT", refusal["reason"])
    expect("kinds", 4, len(scene.kinds("acme/c1")))
    letters = table(scene.line.arrears("dlq", "list", "-o", "csv").stdout)
    expect("the second one is kept whole", ["CONFLICT"], [row["reason"].split(":")[0] for row in letters])


def scene_bad_rows_are_named_and_the_rest_goes_on(scene):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write('{"invoiceIssued":{"creditor":"acme","customer":"c2","numbr":"I-1"}}\n')
        file.write(json.dumps(invoice("c2", "I-2", 500)) + "\n")
        file.flush()
        done = scene.line.arrears("events", "send", file.name, check=False)
    expect("exit", 1, done.returncode)
    expect("counts", "sent 1, unknown 0, faulty 1\n", done.stdout)
    assert 'line 1' in done.stderr and 'numbr' in done.stderr, done.stderr


def scene_poison_holds_its_account_until_a_person_clears_it(scene):
    def message(customer, due_on):
        event = scene.contract.new(BILLING)
        body = event.invoice_issued
        body.creditor, body.customer, body.number, body.issued_on, body.due_on = "acme", customer, "I-1", "2024-01-02", due_on
        body.amount.currency, body.amount.minor = "EUR", 5
        return event.SerializeToString()

    for key, value, partition in [("acme/c3", b"\xff\xff", -1), ("acme/c3", message("c3", "2024-02-30"), -1),
                                  ("acme/c3", message("someone-else", "2024-02-01"), -1), (None, b"\xff", 0),
                                  ("no key", b"x", 1)]:
        scene.raw(key, value, partition)
    scene.line.wait_quiet()
    expect("c3", ["held"] * 3, scene.kinds("acme/c3"))
    letters = table(scene.line.arrears("dlq", "list", "-o", "csv").stdout)
    codes = sorted(row["reason"].split(":")[0] for row in letters)
    expect("codes", sorted(["CONFLICT", "MESSAGE_UNREADABLE", "DATE_UNREAL", "KEY_UNLIKE_BODY", "KEY_MALFORMED",
                            "MESSAGE_UNREADABLE"]), codes)
    for letter in letters:
        assert ": " in letter["reason"] and len(letter["reason"]) > 40, letter  # says what and what to do
    holds = table(scene.line.arrears("hold", "list", "-o", "csv").stdout)
    expect("holds", 3, len(holds))
    for hold in holds:
        scene.line.arrears("hold", "clear", hold["account"], hold["topic"], hold["partition"], hold["offset"],
                           "--reason", "sent again")
    scene.line.wait_quiet()
    expect("holds after", [], table(scene.line.arrears("hold", "list", "-o", "csv").stdout))
    expect("noted", 3, scene.kinds("acme/c3").count("noted"))


def scene_words_on_reminders_are_noted(scene):
    def say(*words):
        return scene.line.arrears("dunning", *words, "--reason", "in the log").stdout
    for outcome in ["sent", "sent", "not-sent"]:  # said, said again, and said otherwise
        expect("number", "S-1\n", say("settle", "acme/c4", "R-3-17", outcome, "--number", "S-1"))
    say("resend", "acme/c4", "R-3-17", "--number", "S-1")
    scene.line.arrears("hold", "clear", "acme/c4", "arrears.contacts.v1", "3", "17", "--reason", "sent again")
    scene.line.wait_quiet()
    expect("c4", ["noted", "inputRefused", "noted", "noted"], scene.kinds("acme/c4"))
    settled, refused, wish, cleared = scene.events("acme/c4")
    expect("settled", ("S-1", "R-3-17", "REMINDER_OUTCOME_SENT"),
           tuple(settled["noted"]["reminderSettled"][name] for name in ["number", "reminderId", "outcome"]))
    expect("refused", ("REFUSAL_REASON_CONFLICT", "reminder_settlement"),
           (refused["inputRefused"]["reason"], refused["inputRefused"]["kind"]))
    expect("wish", "in the log", wish["noted"]["reminderResendRequested"]["reason"])
    expect("another service's hold", "arrears.contacts.v1", cleared["noted"]["holdCleared"]["topic"])


def scene_money_in_suspense_is_moved_and_called_back(scene):
    def waiting():
        answer = json.loads(scene.line.arrears("report", "suspense", "-o", "json").stdout)
        return [row["payment"] for row in answer["payments"]]

    def move(*words):
        return scene.line.arrears("payment", "move", "acme", *words, "--reason", "his letter").stdout
    scene.send(payment("~suspense", "P-1", 900, on="2024-01-02"), payment("~suspense", "P-2", 100, on="2024-01-02"),
               *(invoice(f"s{i}", "I-1", 300) for i in range(3)))
    expect("waiting", ["P-1", "P-2"], waiting())
    expect("number", "MV-1\n", move("P-1", "--to", "s0", "--amount", "3.00 EUR", "--invoice", "I-1", "--number", "MV-1"))
    move("P-1", "--to", "s0", "--amount", "3.00 EUR", "--invoice", "I-1", "--number", "MV-1")
    scene.line.wait_quiet()
    expect("said and said again", ["invoicePosted", "creditPosted", "allocated", "invoiceSettled"], scene.kinds("acme/s0"))
    scene.send({"paymentMoved": {"creditor": "acme", "customer": "~suspense", "number": "MV-2", "paymentNumber": "P-1",
                                 "reason": "matched", "shares": [
                                     {"customer": f"s{i}", "amount": {"currency": "EUR", "minor": 300}} for i in (1, 2)]}})
    expect("waiting", ["P-2"], waiting())
    for customer in ("s1", "s2"):
        expect(customer, ["invoicePosted", "creditPosted", "allocated", "invoiceSettled"], scene.kinds(f"acme/{customer}"))
    move("P-1", "--to", "s1", "--number", "MV-3")
    scene.line.wait_quiet()
    expect("more than waits", "REFUSAL_REASON_AMOUNT", scene.events("acme/~suspense")[-1]["inputRefused"]["reason"])
    scene.send({"paymentReversed": {"creditor": "acme", "customer": "~suspense", "number": "RV-1", "paymentNumber": "P-1",
                                    "kind": 3, "reversedOn": "2024-01-25", "reason": "no cover"}})
    for customer in ("s0", "s1", "s2"):
        expect(customer, ["paymentReversed", "allocationReversed"], scene.kinds(f"acme/{customer}")[-2:])
    transit = "SELECT count(*), coalesce(sum(amount), 0) FROM balance WHERE gl = 'in_transit'"
    tasks, amount = scene.line.sql("ledger", transit)[0]
    expect("in transit", 0, int(amount))
    assert tasks > 1, "all on one task: the test shows less than it should"
    scene.line.arrears("report", "tie-out")


def scene_dead_letter_is_put_right_and_sent_again(scene):
    letter = next(row for row in table(scene.line.arrears("dlq", "list", "-o", "csv").stdout)
                  if row["reason"].startswith("DATE_UNREAL"))
    with tempfile.NamedTemporaryFile("w") as file:
        json.dump(invoice("c3", "I-1", 5), file)
        file.flush()
        scene.line.arrears("dlq", "resend", letter["topic"], letter["partition"], letter["offset"],
                           "--event", file.name)
    scene.line.wait_quiet()
    assert "invoicePosted" in scene.kinds("acme/c3")


def scene_aging_moves_with_the_days_and_keeps_past_answers(scene):
    def buckets(day):
        answer = json.loads(scene.line.arrears("report", "aging", "--as-of", day, "-o", "json").stdout)
        return {b["name"]: b["minor"] for c in answer["currencies"] for b in c["buckets"] if b["minor"]}
    scene.line.arrears("day", "close", "2024-02-01", "--wait")
    on_due_day = buckets("2024-02-01")
    expect("due today is not late", {"current"}, set(on_due_day))
    scene.line.arrears("day", "close", "2024-03-05", "--wait")
    expect("a month later", {"31-60"}, set(buckets("2024-03-05")))
    scene.send(payment("c1", "P-2", 700, of="I-1"))
    expect("the past keeps its answer but for what counts from then", on_due_day["current"] - 700,
           buckets("2024-02-01")["current"])
    ahead = scene.line.arrears("report", "aging", "--as-of", "2031-01-01", check=False)
    expect("a day that is not closed", 1, ahead.returncode)


def scene_half_sent_close_is_finished_with_the_same_bytes(scene):
    ticks = [r for r in contract.read_all(scene.line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], BILLING) if not r.key()]
    scene.line.arrears("day", "close", "2024-03-05")
    again = [r for r in contract.read_all(scene.line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], BILLING) if not r.key()]
    expect("ticks of a day that is closed everywhere", len(ticks), len(again))


def scene_sealed_month_is_not_changed(scene):
    def note(number, day):
        return {"creditNoteIssued": {"creditor": "acme", "customer": "c1", "number": number, "issuedOn": day,
                                     "amount": {"currency": "EUR", "minor": 5}, "invoiceNumber": "I-1"}}
    scene.line.arrears("period", "close", "2024-01", "--creditor", "acme")
    scene.line.arrears("period", "close", "2024-01", "--creditor", "acme")
    scene.line.wait_quiet()
    scene.send(note("CN-S1", "2024-01-31"))
    refused = scene.events("acme/c1")[-1]["inputRefused"]
    expect("the reason", "REFUSAL_REASON_SEALED_PERIOD", refused["reason"])
    expect("what is said", True, "2024-01-31" in refused["sentence"])
    scene.send(payment("c1", "P-S2", 5))
    posted = [event["creditPosted"] for event in scene.events("acme/c1") if "creditPosted" in event][-1]
    expect("money counts from the first open day", "2024-02-01", posted["effectiveOn"])
    expect("reopening without a request", 2, scene.line.arrears("period", "reopen", "2024-01", "--creditor", "acme",
                                                                check=False).returncode)
    scene.line.arrears("period", "reopen", "2024-01", "--creditor", "acme", "--request", "WO-17")
    scene.line.wait_quiet()
    scene.send(note("CN-S1", "2024-01-31"))
    expect("opened again", True, "creditPosted" in scene.kinds("acme/c1")[-3:])


def scene_an_old_notice_changes_nothing(scene):
    def sealed():
        scene.line.wait_quiet()
        return {str(row[0]) for row in scene.line.sql("ledger", "SELECT sealed_until FROM period WHERE creditor = 'acme'")}

    def letters(reason):
        rows = table(scene.line.arrears("dlq", "list", "-o", "csv").stdout)
        return sum(row["reason"].startswith(f"{reason}: ") for row in rows)
    records = contract.read_all(scene.line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], BILLING)
    month = scene.contract.message("arrears.billing.v1.PeriodNotice")(month="2024-01").SerializeToString()
    closing = next(r.value() for r in records if month in r.value())
    before = sealed()
    scene.raw(None, closing, partition=5)  # it has closed January, which was opened again since
    expect("sealed by it", before, sealed())
    expect("dead letters of it", 1, letters("PERIOD_STALE"))
    scene.line.arrears("period", "close", "2024-02", "--creditor", "acme")
    expect("sealed by a new one", {"2024-02-29"}, sealed())
    scene.line.arrears("period", "reopen", "2024-01", "--creditor", "acme", "--request", "WO-18")
    expect("opened before the month after it", {"2024-02-29"}, sealed())
    expect("dead letters of that", True, letters("PERIOD_NOT_LAST") > 1)
    scene.line.arrears("period", "reopen", "2024-02", "--creditor", "acme", "--request", "WO-18")
    expect("one by one", {"2024-01-31"}, sealed())
    scene.line.arrears("period", "reopen", "2024-01", "--creditor", "acme", "--request", "WO-19")
    expect("the first one too", {"2023-12-31"}, sealed())


def scene_unsigned_notice_seals_nothing(scene):
    before = scene.line.sql("ledger", "SELECT count(*) FROM period WHERE sealed_until > '2024-01-31'")[0][0]
    notice = scene.contract.message("arrears.billing.v1.PeriodNotice")(creditor="acme", month="2024-02")
    event = scene.contract.message("arrears.billing.v1.BillingEvent")()
    event.period.payload, event.period.key_id, event.period.signature = notice.SerializeToString(), "operator", b"x" * 64
    scene.raw(None, event.SerializeToString(), partition=3)
    scene.line.wait_quiet()
    expect("sealed", before, scene.line.sql("ledger", "SELECT count(*) FROM period WHERE sealed_until > '2024-01-31'")[0][0])
    letters = table(scene.line.arrears("dlq", "list", "-o", "csv").stdout)
    expect("dead letters of it", 1, sum(row["reason"].startswith("NOTICE_UNSIGNED: ") for row in letters))


def scene_observed_loss_rates_are_in_force_from_the_next_day(scene):
    def policy(day):
        answer = json.loads(scene.line.arrears("report", "allowance", "--as-of", day, "-o", "json").stdout)
        return answer["policy"][0]["id"], {row["bucket"]: row["rate"] for row in answer["matrix"]}
    scene.line.arrears("day", "close", "2024-05-10", "--wait")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(lines.ROOT / "policies", folder, dirs_exist_ok=True)
        dry = scene.line.arrears("policy", "observe", folder, "--dry-run").stdout
        scene.line.arrears("policy", "observe", folder)
        written = pathlib.Path(folder, "allowance/observed-acme-2024-05-12.yaml").read_text()
    expect("what is published", dry, written)
    for day in ("2024-05-11", "2024-05-12"):
        scene.line.arrears("day", "close", day, "--wait")
    name, rates = policy("2024-05-11")
    expect("until the end of the day", ("default", "0.3"), (name, rates["current"]))
    name, rates = policy("2024-05-12")
    expect("from the next one on", "acme", name)
    for bucket, rate in rates.items():
        assert f'{{bucket: "{bucket}", currency: EUR, percent: {rate}, entered: ' in written, written


def scene_settings_are_all_checked_at_once(scene):
    done = lines.run([scene.line.bin / "ledger"], env={"ARREARS_ADMIN_PORT": "x", "ARREARS_DRAIN_MS": "-1"}, check=False)
    expect("exit", 2, done.returncode)
    for name in ("ARREARS_KAFKA_BOOTSTRAP_SERVERS", "ARREARS_DATABASE", "ARREARS_ADMIN_PORT", "ARREARS_DRAIN_MS"):
        assert name in done.stderr, done.stderr


def scene_doctor_finds_all_well(scene):
    done = scene.line.arrears("doctor")
    assert "FAIL" not in done.stdout, done.stdout


def scene_term_ends_cleanly_and_the_checker_is_silent(scene):
    scene.line.services[0].signal(signal.SIGTERM)
    expect("exit", 0, scene.line.services[0].wait_death())
    database = (f"host={scene.line.env['ARREARS_PG_SOCKET_DIR']} port={scene.line.env['ARREARS_PG_PORT']} "
                "dbname=ledger user=postgres")
    expect("faults", 0, checker.check(scene.line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], database, scene.line.descriptors))


def scene_journal_cannot_be_changed(scene):
    import psycopg2
    for role in ("ledger_app", "ledger_owner"):
        cursor = scene.line.database("ledger", role).cursor()
        for sql in ("UPDATE entry SET amount = 1", "DELETE FROM entry", "TRUNCATE entry"):
            try:
                cursor.execute(sql)
                raise lines.Trouble(f"{role} could: {sql}")
            except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.RaiseException):
                pass


SCENES = [value for name, value in list(globals().items()) if name.startswith("scene_")]


# ---- the public invoice file

def report(line, name, *words):
    return json.loads(line.arrears("report", name, *words, "-o", "json").stdout)


def figures(line, day):
    return report(line, "aging", "--as-of", day), report(line, "exposure", "--as-of", day, "--top", "10")


def minor(row, *names):
    return {name: row[name]["minor"] for name in names}


def compare_figures(line, day, reference):
    """Every figure of the reference that the books have; CEI and rolls are of thirty days, the rest of ninety."""
    quarter = report(line, "kpi", "--as-of", day)["currencies"][0]
    month = report(line, "kpi", "--as-of", day, "--days", "30")["currencies"][0]
    counted = {"open_invoices": "open_items", "open_customers": "open_customers", "overdue_invoices": "overdue_items",
               "overdue_customers": "overdue_customers", "oldest_days_past_due": "oldest_days_past_due"}
    same = ["settled_invoices", "late_settled_invoices", "late_pct_x100", "avg_days_late_x100", "avg_days_late_of_late_x100",
            "weighted_days_late_x100", "avg_days_to_settle_x100", "dso_x100", "best_possible_dso_x100",
            "avg_days_delinquent_x100"]
    amounts = {"open_balance": "open", "overdue_amount": "overdue", "settled_amount": "settled", "sales_90d": "sales"}
    for name in same:
        expect(name, reference[name], quarter[name])
    for name, ours in counted.items():
        expect(name, reference[name], quarter[ours])
    for name, ours in amounts.items():
        expect(name, reference[name], quarter[ours]["minor"])
    cei = reference["cei_30d"]
    expect("cei", {"open_before": cei["begin"], "sales": cei["sales"], "open": cei["end_total"], "current": cei["end_current"]},
           minor(month, "open_before", "sales", "open", "current"))
    expect("cei_x100", cei["cei_x100"], month["cei_x100"])
    rolls = {}
    for roll in report(line, "roll-rates", "--as-of", day)["rolls"]:
        rolls.setdefault(roll["bucket"], {})[roll["now"]] = roll["amount"]["minor"]
    expect("rolls", reference["roll_30d"], rolls)


def compare_books(line, day, reference):
    """The books beside the figures: they tie, and their receivables are what is open."""
    line.arrears("report", "tie-out")
    trial = report(line, "trial-balance", "--as-of", day)
    receivable = next(row for row in trial["accounts"] if row["account"] == "receivable")
    expect("receivable", reference["open_balance"], receivable["debit"]["minor"])
    by_customer = report(line, "aging", "--as-of", day, "--by", "customer")["rows"]
    expect("open, customer by customer", reference["open_balance"], sum(row["open"]["minor"] for row in by_customer))


def credit_states(line):
    return json.loads(line.arrears("credit", "list", "--top", "1000", "-o", "json").stdout)


def rebuilt_tasks(scoring):
    return len([row for row in scoring.lines() if row.get("event.action") == "store_rebuilt"])


def play_sample(build, folder):
    day = "2013-06-30"
    reference = json.loads((folder / f"ibm_reference_{day}.json").read_text())["as_of"][day]
    words = ["import", "invoices", str(folder / "ibm_accounts_receivable.csv"), "--mapping", str(MAPPING),
             "--creditor", "ACME", "--currency", "USD"]
    with lines.Line(build) as line:
        line.migrate("ledger")
        line.service("ledger").wait_ready()
        line.service("scoring").wait_ready()
        line.arrears(*words, "--play")
        first = figures(line, day)
        aging, exposure = first
        expect("currencies", ["USD"], [c["currency"] for c in aging["currencies"]])
        expect("open", {"count": reference["open_invoices"], "minor": reference["open_balance"]}, aging["currencies"][0]["open"])
        expect("aging", {name: (b["invoices"], b["amount"]) for name, b in reference["aging"].items()},
               {b["name"]: (b["count"], b["minor"]) for b in aging["currencies"][0]["buckets"]})
        expect("exposure", [(r["customer"], r["open"], r["overdue"], r["invoices"]) for r in reference["top10_exposure"]],
               [(r["customer"], r["open"]["minor"], r["overdue"]["minor"], r["count"]) for r in exposure["customers"]])
        compare_figures(line, day, reference)
        compare_books(line, day, reference)
        line.arrears(*words)
        line.wait_quiet()
        expect("figures after the same file again", first, figures(line, day))
        credit = credit_states(line)
        before = rebuilt_tasks(line.services[-1])
        lines.run(["redis-cli", "-s", line.env["ARREARS_REDIS"], "FLUSHALL"])
        lines.wait_for("scoring has rebuilt every task",
                       lambda: rebuilt_tasks(line.services[-1]) >= before + lines.PARTITIONS)
        line.wait_quiet()
        expect("credit after Redis was lost", credit, credit_states(line))
        expect("figures after Redis was lost", first, figures(line, day))
    print("ok      public invoice file: every figure equals the reference, twice imported and after Redis was lost", flush=True)


def main():
    build = lines.build_argument(__doc__)
    with lines.Line(build) as line:
        line.migrate("ledger")
        line.service("ledger").wait_ready()
        lines.play_scenes(SCENES, Scene(line))
    sample = os.environ.get("ARREARS_SAMPLE_DATA")
    if sample:
        play_sample(build, pathlib.Path(sample))
    else:
        print("SKIPPED the public invoice file: ARREARS_SAMPLE_DATA is not set", flush=True)
    print(f"{len(SCENES) + bool(sample)} passed, 0 failed")


if __name__ == "__main__":
    lines.main(main)
