#!/usr/bin/python3
"""Is anything lost, doubled or unbalanced? Reads topics and stores only, and shares no code with the services.

    tests/check/checker.py --bootstrap HOST:PORT --descriptors FILE --store SERVICE=PLACE ... [--mail FOLDER]

PLACE is a libpq connection string, or the path of Redis's socket; a service without one is not looked at. FOLDER holds all
mail that went out, as the local stack's sink keeps it; without it mails are not looked at. Each rule is a function that
yields faults. The last line counts them; exit status 1 when there is one. To be run when the line is quiet
and its services have ended: while it works, what is under way would look lost.
"""
import argparse
import collections
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import facts as facts_module  # noqa: E402
import rules_approvals  # noqa: E402
import rules_common  # noqa: E402
import rules_dunning  # noqa: E402
import rules_journal  # noqa: E402
import rules_ledger  # noqa: E402
import rules_mail  # noqa: E402
import rules_reminders  # noqa: E402
import rules_scoring  # noqa: E402

MODULES = (rules_common, rules_ledger, rules_journal, rules_scoring, rules_approvals, rules_dunning, rules_reminders, rules_mail)
SHOWN_MOST = 20


def rules_for(facts):
    """Those of all services, and of the services that are there."""
    for module in MODULES:
        without = getattr(module, "NEEDS_MAIL", False) and facts.mails is None
        if facts.has(*getattr(module, "NEEDS", ())) and not without:
            yield from (value for name, value in vars(module).items()
                        if name.startswith("rule_") and value.__module__ == module.__name__)


def counted(facts):
    """What was looked at, so that silence says something."""
    for topic in facts.topics:
        records = facts.records[topic]
        if topic in facts.numbered():
            events = sum(1 for _ in facts_module.first_of_each(records))
            yield f"{topic} {events}" + (f" (+{len(records) - events} again)" if len(records) > events else "")
        else:
            yield f"{topic} {len(records)}"
    if facts.mails is not None:
        yield f"mails {len(facts.mails)}"


def faults_of(facts):
    """(name of the rule, fault), rule by rule. A rule that cannot be followed to its end, since an event builds on one that
    is in no topic, is a fault as well."""
    for rule in rules_for(facts):
        try:
            for fault in rule(facts):
                yield rule.__name__[5:], fault
        except KeyError as missing:
            yield rule.__name__[5:], f"lost: an event builds on {missing}, which nothing has said"


def check_log(log, places, show=print, mail=None):
    """The number of faults; the first of every rule are shown. places: service -> where its store is."""
    facts = facts_module.Facts(log, places, mail)
    shown = collections.Counter()
    for name, fault in faults_of(facts):
        shown[name] += 1
        if shown[name] <= SHOWN_MOST:
            show(f"{name}: {fault}")
    total = sum(shown.values())
    show(f"{', '.join(counted(facts))}: {len(list(rules_for(facts)))} rules, {total} faults")
    facts.close()
    return total


def check(bootstrap, places, descriptors, show=print, mail=None):
    """The same, of topics that nobody has read yet. places: or the ledger's alone."""
    places = {"ledger": places} if isinstance(places, str) else places
    return check_log(facts_module.Log(bootstrap, descriptors), places, show, mail)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--store", action="append", required=True, metavar="SERVICE=PLACE")
    parser.add_argument("--descriptors", required=True, help="the descriptor set of the contract")
    parser.add_argument("--mail", metavar="FOLDER", help="the folder of all mail that went out")
    arguments = parser.parse_args()
    places = dict(store.split("=", 1) for store in arguments.store)
    unknown = places.keys() - {service.name for service in facts_module.SERVICES}
    if unknown:
        parser.error(f"no such service: {', '.join(sorted(unknown))}")
    sys.exit(1 if check(arguments.bootstrap, places, arguments.descriptors, mail=arguments.mail) else 0)


if __name__ == "__main__":
    main()
