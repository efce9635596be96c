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


def read_all(bootstrap, *topics):
    """Every record of the topics, topic by topic and partition by partition, up to where they end now."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "group.id": "reader",
                                         "enable.auto.commit": False, "enable.partition.eof": True,
                                         "fetch.wait.max.ms": 20})  # at an end there is nothing to wait for
    try:
        known = consumer.list_topics(timeout=15).topics
        left = {(topic, p) for topic in topics for p in known[topic].partitions}
        consumer.assign([confluent_kafka.TopicPartition(topic, p, confluent_kafka.OFFSET_BEGINNING)
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
