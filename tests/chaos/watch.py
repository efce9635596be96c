"""How far the services are with what there is to do."""
import pathlib

import confluent_kafka

import facts
import line as lines
import net


class Watch:
    """By their stores and topics; dunning and its mail server by the mails that are out."""

    def __init__(self, drill):
        self.drill = drill
        self.consumer = confluent_kafka.Consumer({
            "bootstrap.servers": drill.line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"], "group.id": "watch"})
        self.services = {service.name: service for service in facts.SERVICES}

    def _ends(self, topics):
        return {(topic, p): self.consumer.get_watermark_offsets(confluent_kafka.TopicPartition(topic, p), timeout=10)[1]
                for topic in topics for p in range(lines.PARTITIONS)}

    def mark(self, pair):
        """What is to be reached from here on."""
        service, need = pair
        if need == net.SMTP:
            return self._mails()
        known = self.services[service]
        return self._ends(known.reads), sum(self._ends(known.writes + known.states).values())

    def reached(self, pair, mark):
        service, need = pair
        if need == net.SMTP:
            return self._mails() > mark
        known = self.services[service]
        ends, said = mark
        store = self.drill.open_store(service)
        read = {(topic, task): offset for task, topic, offset in store.positions()}
        store.close()
        return (all(read.get(place, 0) >= end for place, end in ends.items())
                and sum(self._ends(known.writes + known.states).values()) > said)

    def close(self):
        self.consumer.close()

    def _mails(self):
        return len(list(pathlib.Path(self.drill.line.env["ARREARS_MAIL_DIR"]).glob("*.eml")))
