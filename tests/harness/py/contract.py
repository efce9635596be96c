"""The contract from its descriptor set alone: messages to write and read, without a line of the services' code."""
import confluent_kafka
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

MESSAGES = {
    "arrears.billing.v1": "arrears.billing.v1.BillingEvent",
    "arrears.ledger.v1": "arrears.ledger.v1.LedgerEvent",
    "arrears.approvals.v1": "arrears.approvals.v1.ApprovalEvent",
    "arrears.decisions.v1": "arrears.approvals.v1.DecisionEvent",
    "arrears.credit.v1": "arrears.credit.v1.CreditRecord",
    "arrears.warnings.v1": "arrears.warnings.v1.WarningEvent",
}


class Contract:
    def __init__(self, path):
        files = descriptor_pb2.FileDescriptorSet.FromString(open(path, "rb").read())
        pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            pool.Add(file)
        factory = message_factory.MessageFactory(pool)
        self.classes = {topic: factory.GetPrototype(pool.FindMessageTypeByName(name))
                        for topic, name in MESSAGES.items()}

    def new(self, topic):
        return self.classes[topic]()

    def read(self, topic, value):
        return self.classes[topic].FromString(value)


def producer(bootstrap):
    """murmur2, as the contract says; librdkafka's default would put a customer into another partition."""
    return confluent_kafka.Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2",
                                     "enable.idempotence": True, "linger.ms": 5,
                                     "log_level": 2})  # a broker that ends with the test is no news


def read_all(bootstrap, topic):
    """Every record of a topic, partition by partition, up to where it ends now."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "group.id": "reader",
                                         "enable.auto.commit": False, "enable.partition.eof": True})
    try:
        partitions = consumer.list_topics(topic, timeout=15).topics[topic].partitions
        records = []
        consumer.assign([confluent_kafka.TopicPartition(topic, p, confluent_kafka.OFFSET_BEGINNING)
                         for p in partitions])
        left = set(partitions)
        while left:
            record = consumer.poll(15)
            if record is None:
                raise RuntimeError(f"{topic} [{sorted(left)}] cannot be read to its end")
            if record.error():
                if record.error().code() == confluent_kafka.KafkaError._PARTITION_EOF:
                    left.discard(record.partition())
                    continue
                raise RuntimeError(record.error())
            records.append(record)
        return sorted(records, key=lambda r: (r.partition(), r.offset()))
    finally:
        consumer.close()
