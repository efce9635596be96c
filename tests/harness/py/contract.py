"""The contract from its descriptor set alone: messages to write and read, without a line of the services' code."""
import confluent_kafka
from google.protobuf import descriptor_pb2, descriptor_pool, message, message_factory

MESSAGES = {
    "arrears.billing.v1": "arrears.billing.v1.BillingEvent",
    "arrears.ledger.v1": "arrears.ledger.v1.LedgerEvent",
    "arrears.approvals.v1": "arrears.approvals.v1.ApprovalEvent",
    "arrears.approval-requests.v1": "arrears.approvals.v1.ApprovalRequestEvent",
    "arrears.decisions.v1": "arrears.approvals.v1.DecisionEvent",
    "arrears.credit.v1": "arrears.credit.v1.CreditRecord",
    "arrears.warnings.v1": "arrears.warnings.v1.WarningEvent",
    "arrears.contacts.v1": "arrears.contacts.v1.ContactRecord",
    "arrears.transfers.v1": "arrears.transfers.v1.TransferEvent",
    "arrears.dunning.v1": "arrears.dunning.v1.DunningEvent",
}


class Contract:
    unreadable = message.DecodeError

    def __init__(self, path):
        files = descriptor_pb2.FileDescriptorSet.FromString(open(path, "rb").read())
        self.pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            self.pool.Add(file)
        self.factory = message_factory.MessageFactory(self.pool)
        self.classes = {topic: self.message(name) for topic, name in MESSAGES.items()}

    def message(self, name):
        """The class of a message that is no topic's own, such as what a signature covers."""
        return self.factory.GetPrototype(self.pool.FindMessageTypeByName(name))

    def new(self, topic):
        return self.classes[topic]()

    def read(self, topic, value):
        return self.classes[topic].FromString(value)


def producer(bootstrap):
    """murmur2, as the contract says; librdkafka's default would put a customer into another partition."""
    return confluent_kafka.Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2",
                                     "enable.idempotence": True, "linger.ms": 5,
                                     "log_level": 2})  # a broker that ends with the test is no news


def read_all(bootstrap, *topics, begin=None):
    """Every record of the topics, topic by topic and partition by partition, up to where they end now. begin: {(topic,
    partition): first offset}, 0 where nothing is said."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "group.id": "reader",
                                         "enable.auto.commit": False, "enable.partition.eof": True,
                                         "fetch.wait.max.ms": 20})  # at an end there is nothing to wait for
    try:
        known = consumer.list_topics(timeout=15).topics
        left = {(topic, p) for topic in topics for p in known[topic].partitions}
        consumer.assign([confluent_kafka.TopicPartition(topic, p, (begin or {}).get((topic, p), 0))
                         for topic, p in left])
        records = []
        while left:
            record = consumer.poll(15)
            if record is None:
                raise RuntimeError(f"{sorted(left)} cannot be read to their ends")
            if not record.error():
                records.append(record)
            elif record.error().code() == confluent_kafka.KafkaError._PARTITION_EOF:
                left.discard((record.topic(), record.partition()))
            else:
                raise RuntimeError(record.error())
        return sorted(records, key=lambda r: (r.topic(), r.partition(), r.offset()))
    finally:
        consumer.close()


class Tail:
    """What topics say from now and then: each call has the messages since the one before, the first all of them."""

    def __init__(self, bootstrap, contract, *topics):
        self.contract = contract
        self.consumer = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "group.id": "tail",
                                                  "enable.auto.commit": False, "fetch.wait.max.ms": 20,
                                                  "log_level": 2})
        known = self.consumer.list_topics(timeout=15).topics
        self.next = {(topic, p): 0 for topic in topics for p in known[topic].partitions}
        self.consumer.assign([confluent_kafka.TopicPartition(topic, p, 0) for topic, p in self.next])

    def _ends(self):
        return {where: self.consumer.get_watermark_offsets(confluent_kafka.TopicPartition(*where), timeout=15)[1]
                for where in self.next}

    def news(self):
        """Messages in the order they came; across partitions there is none."""
        ends, found = self._ends(), []
        while any(self.next[where] < end for where, end in ends.items()):
            record = self.consumer.poll(15)
            if record is None or record.error():
                raise RuntimeError(record.error() if record else "a topic cannot be read to its end")
            self.next[record.topic(), record.partition()] = record.offset() + 1
            found.append(self.contract.read(record.topic(), record.value()))
        return found

    def close(self):
        self.consumer.close()
