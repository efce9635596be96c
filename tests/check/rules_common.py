"""What every service promises: its numbers, its outbox, its positions."""
import collections

from facts import first_of_each, number_of, place


def rule_numbers_follow_each_other(facts):
    """Per writer and partition 1, 2, 3 ...; a repetition has the same bytes."""
    for topic, writers in facts.numbered().items():
        last, bytes_of = collections.Counter(), {}
        for record in facts.records[topic]:
            stream, seq = number_of(record)
            if stream[0] not in writers or stream[2:] != (topic, record.partition()):
                yield f"{place(record)} carries the number of another place: {stream}"
            if seq > last[stream] + 1:
                yield f"{place(record)}: number {seq} of {stream} follows {last[stream]}"
            if seq <= last[stream] and bytes_of.get((stream, seq)) != record.value():
                yield f"{place(record)}: number {seq} of {stream} came before with other bytes"
            bytes_of.setdefault((stream, seq), record.value())
            last[stream] = max(last[stream], seq)


def published_by(facts, service):
    found = {}
    for topic in service.writes:
        for record in first_of_each(facts.records[topic]):
            (writer, task, _, partition), seq = number_of(record)
            if writer == service.name:
                found[topic, task, partition, seq] = record.value()
    return found


def rule_topics_hold_the_outbox(facts):
    """What was committed was published, and nothing else."""
    for service in facts.services:
        store = facts.stores[service.name]
        for task, topic, partition, seq, acked in store.numbers():
            if seq != acked:
                yield f"{service.name} {task} has given {topic} [{partition}] number {seq} and knows of {acked} only"
        if not store.kept_outbox:
            continue
        published = published_by(facts, service)
        written = {tuple(key): value if value is None else bytes(value)
                   for *key, value in store.rows("SELECT topic, task, partition, seq, value FROM outbox")}
        for key in written.keys() - published.keys():
            yield f"committed and never published: {key}"
        for key in published.keys() - written.keys():
            yield f"published and never committed: {key}"
        for key in written.keys() & published.keys():
            if written[key] != published[key]:
                yield f"published with other bytes than committed: {key}"


def rule_positions_stand_at_the_ends(facts):
    """Nothing of any input is left."""
    for service in facts.services:
        positions = {(topic, task): next for task, topic, next in facts.stores[service.name].positions()}
        for topic in service.reads:
            ends = {record.partition(): record.offset() + 1 for record in facts.records[topic]}
            for task, end in ends.items():
                if positions.get((topic, task), 0) < end:
                    yield (f"{service.name} {task} stands at {positions.get((topic, task))} of {topic}, "
                           f"which ends at {end}")


def rule_owners_write_in_turn(facts):
    """The epoch of what was written never goes back."""
    for service in facts.services:
        store = facts.stores[service.name]
        rows = store.rows("SELECT task, ordinal FROM (SELECT task, ordinal, epoch, max(epoch) OVER (PARTITION BY task "
                          "ORDER BY ordinal) AS highest FROM outbox) o WHERE epoch < highest") if store.kept_outbox else []
        for task, ordinal in rows:
            yield f"{service.name} {task}: outbox row {ordinal} was written by an owner that had lost the task"
