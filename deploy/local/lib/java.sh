# shellcheck shell=bash
# Finds a Java that Apache Kafka 3.9 runs on: 17 to 23. Older ones lack class files it may use, 24 took away the
# security manager calls it still makes.

java_version() { # JAVA -> major version
    "$1" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p'
}

# Prints the path of the first fit one: JAVA_HOME, then PATH, then where Debian puts version 17.
java_find() {
    local java version
    for java in "${JAVA_HOME:-/nonexistent}/bin/java" "$(command -v java || true)" \
        /usr/lib/jvm/java-17-openjdk-*/bin/java; do
        [[ -x $java ]] || continue
        version=$(java_version "$java")
        if ((${version:-0} >= 17 && ${version:-0} <= 23)); then
            printf '%s\n' "$java"
            return 0
        fi
    done
    return 1
}
