# shellcheck shell=bash
# Apache Kafka, one process as broker and controller (KRaft), from the jars that kafka/pom.xml names.

KAFKA_VERSION=$(sed -n 's|.*<kafka.version>\(.*\)</kafka.version>.*|\1|p' "$HERE/kafka/pom.xml")
readonly KAFKA_VERSION
# Outside the clone and shared by all stacks of a user: 56 MB that need to be fetched once.
readonly KAFKA_JARS=${XDG_CACHE_HOME:-$HOME/.cache}/arrears/kafka-$KAFKA_VERSION
readonly KAFKA_JARS_MARK=$KAFKA_JARS/.complete

kafka_jars_fetch() {
    [[ ! -e $KAFKA_JARS_MARK ]] || return 0
    say "fetching Apache Kafka $KAFKA_VERSION (56 MB, once)"
    mkdir -p "${KAFKA_JARS%/*}"
    local lock_fd
    exec {lock_fd}>>"$KAFKA_JARS.lock"
    flock "$lock_fd"
    # The marker is written last: a folder without it is what an interrupted fetch left.
    if [[ ! -e $KAFKA_JARS_MARK ]]; then
        rm -rf "$KAFKA_JARS"
        mvn -B -f "$HERE/kafka/pom.xml" dependency:copy-dependencies \
            -DincludeScope=runtime -DoutputDirectory="$KAFKA_JARS" >"$D/log/kafka-fetch.log" 2>&1 ||
            { say "Maven could not fetch Kafka's jars"; log_tail kafka-fetch; return 1; }
        : >"$KAFKA_JARS_MARK"
    fi
    exec {lock_fd}>&-
}

# For the broker, and for tests that want a tool class from the same jars.
kafka_java() { # JVM OPTION... CLASS ARGUMENT...
    local java
    java=$(java_find) || die "no Java from 17 to 23 found"
    "$java" -cp "$KAFKA_JARS/*" -Dlog4j.configuration="file:$HERE/kafka/log4j.properties" "$@"
}

kafka_settings_write() {
    local port controller
    port=$(port_get kafka)
    controller=$(port_get kafka_controller)
    sed -e "s|@DATA@|$D/kafka/data|" -e "s|@PORT@|$port|" -e "s|@CONTROLLER_PORT@|$controller|" \
        "$HERE/kafka/server.properties.in" >"$D/kafka/server.properties"
    # For tests: of two lines for a property the later one counts.
    if [[ -e $D/kafka/extra.properties ]]; then cat "$D/kafka/extra.properties" >>"$D/kafka/server.properties"; fi
}

# A cluster id is 16 random bytes in URL-safe base64; one that begins with "-" would be taken for an option.
kafka_cluster_id() { printf 'A%s' "$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | cut -c 2-22)"; }

# Not formatted by half: the mark is ours and comes last.
kafka_format() {
    [[ ! -e $D/kafka/formatted ]] || return 0
    rm -rf "$D/kafka/data"
    # A short run: the second compiler and a large heap would cost more than they bring.
    kafka_java -Xmx128m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC kafka.tools.StorageTool format \
        --cluster-id "$(kafka_cluster_id)" --config "$D/kafka/server.properties" >>"$D/log/kafka.log" 2>&1 ||
        { say "Kafka could not format its data folder"; log_tail kafka; return 1; }
    : >"$D/kafka/formatted"
}

kafka_start() {
    kafka_settings_write
    kafka_format || return 1
    local java
    java=$(java_find) || die "no Java from 17 to 23 found"
    process_start kafka "$java" -Xmx512m -Djava.awt.headless=true \
        -Dlog4j.configuration="file:$HERE/kafka/log4j.properties" \
        -cp "$KAFKA_JARS/*" kafka.Kafka "$D/kafka/server.properties"
}

# A metadata request without topics (API 3, version 1); byte 9-12 of the answer count the brokers that are ready.
# The port alone is open a while before the broker takes part in its own cluster.
kafka_brokers_ready() { # PORT
    local fd
    exec {fd}<>"/dev/tcp/127.0.0.1/$1" || return 1
    printf '\0\0\0\016\0\003\0\001\0\0\0\001\377\377\0\0\0\0' >&"$fd"
    timeout 2 head -c 12 <&"$fd" | od -An -tu1 -j8 -N4 | tr -d ' \n'
    exec {fd}>&-
}

kafka_answers() { [[ $( (kafka_brokers_ready "$(port_get kafka)") 2>/dev/null) == 0001 ]]; }
