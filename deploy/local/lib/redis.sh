# shellcheck shell=bash
# Redis 7: private data in D/redis, socket in D/run, append-only file written out every second.

redis_start() {
    cat >"$D/redis/redis.conf" <<-CONF
		bind 127.0.0.1
		port $(port_get redis)
		unixsocket $D/run/redis.sock
		unixsocketperm 700
		dir $D/redis
		daemonize no
		# The append-only file is the one copy on disk; snapshots beside it would only cost memory.
		appendonly yes
		appendfsync everysec
		save ""
		# State that silently disappears would look like a customer without a history.
		maxmemory-policy noeviction
	CONF
    # A socket left by a killed server refuses the new one.
    rm -f "$D/run/redis.sock"
    process_start redis redis-server "$D/redis/redis.conf"
}

redis_answers() { [[ $(redis-cli -s "$D/run/redis.sock" ping 2>/dev/null) == PONG ]]; }
