# shellcheck shell=bash
# The demo's persons: the shipped policy has them without keys, so that nobody can decide by accident. Here they get
# keys of this stack, so that somebody can sign.

readonly PERSONS='demo-manager demo-cfo demo-board'

person_key() { # PERSON
    [[ -e $D/keys/$1.key ]] || tool_run keys new --out "$D/keys/$1" --id "$1" || return 1
    # The line of a .pub is "id hex".
    cut -d' ' -f2 "$D/keys/$1.pub"
}

# The policies of the clone with these keys in them, in D/policies, published: in force from the next day tick on.
persons_publish() {
    local ARREARS_KAFKA_BOOTSTRAP_SERVERS person key
    ARREARS_KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:$(port_get kafka)
    export ARREARS_KAFKA_BOOTSTRAP_SERVERS
    rm -rf "$D/policies"
    cp -r "$ROOT/policies" "$D/policies"
    for person in $PERSONS; do
        key=$(person_key "$person") || return 1
        sed -i "s/^  - id: $person\$/&\n    key: $key/" "$D/policies/authority/standard.yaml"
    done
    tool_run policy publish "$D/policies/"
}
