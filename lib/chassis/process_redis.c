/* The frame of a service that keeps its state in Redis. */
#include "base/check.h"
#include "chassis/process_frame.h"
#include "chassis/tasks_redis.h"

/* A record changes one state at most, and one call takes so many. */
enum { EVENTS_A_STEP = REDIS_STATES_MAX };

typedef struct RedisSettings {
    Str address;
    Str password;
} RedisSettings;

static const Setting SETTINGS[] = {
    SETTING_TEXT(RedisSettings, address, "ARREARS_REDIS", NULL, 1, 4096,
                 "Redis 7: the path of its socket, or host:port."),
    SETTING_SECRET(RedisSettings, password, "ARREARS_REDIS_PASSWORD", "", 0, 1024,
                   "Password, where Redis asks for one."),
};

struct QueryDoor {
    RedisOptions options;
    Redis *redis;
};

struct StoreFrame {
    const Process *process;
    RedisSettings settings;
    RedisStore store;
    QueryDoor door;
};

StoreFrame *frame_new(const Process *process, Arena *arena) {
    StoreFrame *frame = ARENA_NEW(arena, StoreFrame);
    frame->process = process;
    return frame;
}

int frame_settings(const Process *process, StoreFrame *frame, SettingsTable *tables) {
    CHECK(!process->dispatches); /* an act that is decided must not be forgotten */
    tables[0] =
        (SettingsTable){"Redis", SETTINGS, COUNT_OF(SETTINGS), frame ? &frame->settings : NULL};
    return 1;
}

void frame_act(StoreFrame *frame, Step *step, const Service *service, const KafkaSettings *kafka) {
    (void)frame, (void)step, (void)service, (void)kafka;
}

bool frame_act_end(StoreFrame *frame) {
    (void)frame;
    return true;
}

void frame_ready(StoreFrame *frame, const KafkaSettings *kafka) {
    frame->store = (RedisStore){.redis = {frame->settings.address, frame->settings.password},
                                .kafka = kafka,
                                .service = frame->process->name};
    frame->door.options = frame->store.redis;
}

const void *frame_store(const StoreFrame *frame) {
    return &frame->store;
}

int frame_events(const StoreFrame *frame) {
    (void)frame;
    return EVENTS_A_STEP;
}

/* What Redis has to be like is checked at every connection (tasks_redis.c). */
bool frame_check(StoreFrame *frame, Err *err) {
    (void)frame, (void)err;
    return true;
}

QueryDoor *frame_door(StoreFrame *frame) {
    return &frame->door;
}

bool query_redis(QueryDoor *door, Redis **redis, Err *err) {
    if (door->redis && redis_is_lost(door->redis)) {
        redis_close(door->redis);
        door->redis = NULL;
    }
    if (!door->redis && !redis_open(&door->options, &door->redis, err)) {
        return false;
    }
    *redis = door->redis;
    return true;
}

void frame_close(StoreFrame *frame) {
    redis_close(frame->door.redis);
}

bool frame_has_schema(void) {
    return false;
}

int frame_migrate(StoreFrame *frame) {
    (void)frame;
    CHECK(!"there is no schema");
    return EXIT_USAGE;
}
