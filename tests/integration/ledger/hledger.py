#!/usr/bin/python3
"""Does hledger read our journal, and does its balance say what our trial balance says, account by account?

    tests/integration/ledger/hledger.py JOURNAL TRIAL_BALANCE

The second is `arrears report trial-balance -o json`. Status 1 with each difference.
"""
import csv
import decimal
import io
import json
import subprocess
import sys

EXPONENT = {"JPY": 0, "KWD": 3, "BHD": 3}


def hledger(journal, *words):
    done = subprocess.run(["hledger", "-f", journal, *words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"hledger {' '.join(words)}: {done.stderr}")
    return done.stdout


def theirs(journal):
    text = hledger(journal, "balance", "--flat", "--no-total", "--empty", "--layout=bare", "-O", "csv")
    rows = csv.DictReader(io.StringIO(text))
    return {(row["account"], row["commodity"]): decimal.Decimal(row["balance"]) for row in rows if row["commodity"]}


def ours(path):
    with open(path) as file:
        answer = json.load(file)
    assert not answer["cut"], "the trial balance was cut"
    return {(row["path"], row["currency"]):
            decimal.Decimal(row["debit"]["minor"] - row["credit"]["minor"]).scaleb(-EXPONENT.get(row["currency"], 2))
            for row in answer["accounts"]}


def main(journal, trial):
    hledger(journal, "check", "--strict")
    left, right = theirs(journal), ours(trial)
    faults = [f"{key}: hledger has {left.get(key, 0)}, the trial balance {right.get(key, 0)}"
              for key in sorted(left.keys() | right.keys()) if left.get(key, 0) != right.get(key, 0)]
    print("\n".join(faults) or f"{len(right)} accounts agree")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
