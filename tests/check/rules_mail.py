"""What went out: the mails of a server that took all of them, against what dunning says of its reminders.

The mail server is a third witness beside topics and tables. A mail names its attempt in the Message-ID.
"""
import collections

from rules_dunning import ends, said

NEEDS = ("dunning",)
NEEDS_MAIL = True


def attempts_out(facts):
    """(reminder, attempt) of each mail."""
    return [(mail.reminder, mail.attempt) for mail in facts.mails]


def ended(facts, *hows):
    """(reminder, attempt) of those that ended like that by the mail server's word, not by a person's."""
    return {attempt[1:] for attempt, how, said_by in ends(facts) if how in hows and not said_by}


def rule_an_attempt_goes_out_once(facts):
    for attempt, count in collections.Counter(attempts_out(facts)).items():
        if count > 1:
            yield f"doubled: {attempt} went out {count} times"


def rule_mails_are_of_issued_reminders(facts):
    """And went to the address that the reminder was written to."""
    issued = {body.reminder_id for _, _, body in said(facts, "reminder_issued")}
    written_to = dict(facts.stores["dunning"].rows("SELECT reminder, mail_to FROM reminder"))
    for mail in facts.mails:
        if mail.reminder not in issued:
            yield f"{mail.file} is of {mail.reminder}, which was never issued"
        elif mail.to != written_to.get(mail.reminder):
            yield f"{mail.file} of {mail.reminder} went to another address than it was written to"


def rule_what_the_server_took_is_there(facts):
    for attempt in sorted(ended(facts, "sent") - set(attempts_out(facts))):
        yield f"lost: {attempt} was taken by the mail server, which has it not"


def rule_of_what_went_out_something_is_said(facts):
    """It was sent, or nobody knows: a mail is out that nobody may have forgotten."""
    known = ended(facts, "sent", "uncertain", "failed", "withdrawn")
    issued = {body.reminder_id for _, _, body in said(facts, "reminder_issued")}
    for reminder, attempt in sorted(set(attempts_out(facts)) - known):
        if reminder in issued:
            yield f"unsaid: {reminder}, attempt {attempt}, went out, and nothing is said of it"


def rule_what_did_not_go_out_is_not_there(facts):
    """Refused by the server, given up, or taken back before it went out."""
    for attempt in sorted(ended(facts, "failed", "withdrawn") & set(attempts_out(facts))):
        yield f"{attempt} did not go out, says dunning, and here it is"
