"""What is done to a topic behind the services' backs."""
import json

import confluent_kafka
import line as lines
from confluent_kafka import admin

TOOL = 'source "$0/deploy/local/lib/stack.sh" && kafka_java "$@"'


def broker(line):
    return line.env["ARREARS_KAFKA_BOOTSTRAP_SERVERS"]


def ends(line, topic):
    """Partition -> where it ends."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": broker(line), "group.id": "ends"})
    try:
        return {number: consumer.get_watermark_offsets(confluent_kafka.TopicPartition(topic, number), timeout=15)[1]
                for number in range(lines.PARTITIONS)}
    finally:
        consumer.close()


def remake(line, topic):
    """Deleted, and made again as `arrears topics apply` makes it: empty."""
    client = admin.AdminClient({"bootstrap.servers": broker(line)})
    client.delete_topics([topic], operation_timeout=30)[topic].result(60)
    lines.wait_for(f"{topic} is gone", lambda: topic not in client.list_topics(timeout=15).topics)
    apply(line)
    lines.wait_for(f"{topic} is there again", lambda: answers(line, topic))


def answers(line, topic):
    """A new partition has its leader a little later than its name."""
    try:
        return ends(line, topic)
    except confluent_kafka.KafkaException:
        return None


def apply(line):
    """What is missing, and the settings of the contract."""
    line.arrears("topics", "apply", "--partitions", str(lines.PARTITIONS))


def configure(line, topic, **settings):
    """Until `apply` puts the contract's settings back. A dot in a name is written as _."""
    client = admin.AdminClient({"bootstrap.servers": broker(line)})
    values = {name.replace("_", "."): str(value) for name, value in settings.items()}
    resource = admin.ConfigResource(admin.ConfigResource.Type.TOPIC, topic, set_config=values)
    client.alter_configs([resource])[resource].result(60)


def cut(line, topic):
    """Everything that stands in it is removed; offsets go on."""
    wanted = line.dir / "cut.json"
    wanted.write_text(json.dumps({"version": 1, "partitions": [
        {"topic": topic, "partition": number, "offset": end} for number, end in ends(line, topic).items()]}))
    lines.run(["bash", "-c", TOOL, lines.ROOT, "org.apache.kafka.tools.DeleteRecordsCommand",
               "--bootstrap-server", broker(line), "--offset-json-file", wanted])
