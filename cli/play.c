#include "cli/play.h"

#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <sys/wait.h>

#include "cli/movement.h"
#include "cli/progress.h"

enum {
    DAYS_SHIFT = 100000, /* makes every day of the calendar a positive number of six digits */
    LINE_BYTES = 512 << 10,
};

bool play_start(Play *play, DayDoor *door, Err *err) {
    *play = (Play){.door = door, .path = "/tmp/arrears-play.XXXXXX"};
    int file = mkstemp(play->path);
    play->spool = file < 0 ? NULL : fdopen(file, "wb");
    if (!play->spool) {
        return err_set(err, VERDICT_STOP, "SPOOL", "no temporary file: %s", strerror(errno));
    }
    return true;
}

void play_end(Play *play) {
    if (play->spool) {
        fclose(play->spool);
    }
    unlink(play->path);
}

static bool spool_failed(Err *err) {
    return err_set(err, VERDICT_STOP, "SPOOL", "the temporary file: %s", strerror(errno));
}

/* Text that sorts by day, then by the order of adding: both with leading zeros, then key and value
 * in hex. */
bool play_add(Play *play, Date day, Str key, Str value, Err *err) {
    bool first = play->events == 0;
    play->first = first || date_compare(day, play->first) < 0 ? day : play->first;
    play->last = first || date_compare(day, play->last) > 0 ? day : play->last;
    Arena scratch = arena_open("event", 4 << 20);
    Str hex = str_hex(&scratch, value);
    int written =
        fprintf(play->spool, "%06d %012" PRId64 " %.*s %.*s\n", (int)(day.days + DAYS_SHIFT),
                play->events++, STR_ARGS(key), STR_ARGS(hex));
    arena_close(&scratch);
    return written > 0 || spool_failed(err);
}

/* Any size of file is sorted outside our memory, by the program made for it. */
static bool spool_sort(char *path, Err *err) {
    char *words[] = {"sort", "-o", path, path, NULL};
    char *environment[] = {"LC_ALL=C", "PATH=/usr/bin:/bin", NULL};
    pid_t pid;
    int status = 0;
    if (posix_spawn(&pid, "/usr/bin/sort", NULL, NULL, words, environment) != 0 ||
        waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return err_set(err, VERDICT_STOP, "SORT", "sort(1) could not sort the events by day");
    }
    return true;
}

typedef struct Player {
    Play *play;
    Date open;   /* the ledger's open day */
    bool search; /* the first tick after a start may have been half sent */
    bool moved;  /* money of one account to another, so that it may be called back */
    Progress bar;
    Arena line;
} Player;

static bool close_up_to(Player *player, Date day, Err *err) {
    DayDoor *door = player->play->door;
    while (date_compare(player->open, day) < 0) {
        Arena scratch = arena_open("day", 4096);
        const char *note = str_terminated(&scratch, date_print(&scratch, player->open));
        progress_show(&player->bar, date_days_between(player->play->first, player->open), note);
        arena_close(&scratch);
        if (!sender_finish(door->ticks.sender, err) ||
            !day_close(door, player->open, player->search, err) ||
            !line_wait(&door->line, player->open, door->timeout_ms, err)) {
            return false;
        }
        player->open = date_add(player->open, 1);
        player->search = false;
        player->play->days++;
    }
    return true;
}

/* A reversal calls nothing back as long as nothing was sent. */
static bool moves_money(Player *player, Str value) {
    Movement movement = movement_of(value, &player->line);
    player->moved |= movement == MOVEMENT_SENT;
    return player->moved && movement != MOVEMENT_NONE;
}

/* What the other accounts were sent before has been taken, and what they are sent later comes after
 * the money: so the same events make the same journal, whoever plays them. */
static bool send_between(Player *player, Str key, Str value, Err *err) {
    const DayDoor *door = player->play->door;
    const TickLine *ticks = &door->ticks;
    return sender_finish(ticks->sender, err) &&
           line_wait(&player->play->door->line, DATE_NONE, door->timeout_ms, err) &&
           sender_put(ticks->sender, TICK_BILLING, -1, ticks->partitions, key, value, err) &&
           sender_finish(ticks->sender, err) &&
           line_wait(&player->play->door->line, DATE_NONE, door->timeout_ms, err);
}

static bool line_send(Player *player, Str line, Err *err) {
    StrCut day = str_cut(line, ' ');
    StrCut place = str_cut(day.tail, ' ');
    StrCut key = str_cut(place.tail, ' ');
    int64_t days;
    Str value;
    arena_reset(&player->line);
    if (!str_parse_i64(day.head, &days) || !str_parse_hex(&player->line, key.tail, &value)) {
        return err_set(err, VERDICT_STOP, "SPOOL", "the temporary file was changed");
    }
    const TickLine *ticks = &player->play->door->ticks;
    if (!close_up_to(player, (Date){(int32_t)days - DAYS_SHIFT}, err)) {
        return false;
    }
    if (moves_money(player, value)) {
        return send_between(player, key.head, value, err);
    }
    return sender_put(ticks->sender, TICK_BILLING, -1, ticks->partitions, key.head, value, err);
}

static bool spool_play(Player *player, Err *err) {
    FILE *file = fopen(player->play->path, "rb");
    if (!file) {
        return spool_failed(err);
    }
    char *line = NULL;
    size_t room = 0;
    bool good = true;
    for (ssize_t length; good && (length = getline(&line, &room, file)) >= 0;) {
        good = line_send(player, str_trim(str_from(line, length)), err);
    }
    free(line);
    fclose(file);
    return good && close_up_to(player, date_add(player->play->last, 1), err);
}

static bool first_day_open(Player *player, Err *err) {
    DayDoor *door = player->play->door;
    if (!line_open_day(&door->line, &player->open, err)) {
        return false;
    }
    if (date_is_none(player->open)) {
        player->open = player->play->first;
        return day_open(door, player->open, true, err);
    }
    if (date_compare(player->open, player->play->first) > 0) {
        cli_say("the open day is later than the first day to play: earlier documents are recorded "
                "on it");
    }
    return true;
}

bool play_run(Play *play, Err *err) {
    bool closed = fclose(play->spool) == 0;
    play->spool = NULL;
    if (!closed) {
        return spool_failed(err);
    }
    Player player = {.play = play, .search = true};
    if (play->events == 0) {
        return true;
    }
    if (!spool_sort(play->path, err) || !first_day_open(&player, err)) {
        return false;
    }
    player.line = arena_open("line", LINE_BYTES * 8);
    player.bar = progress_start("playing", date_days_between(play->first, play->last) + 1);
    bool done = spool_play(&player, err);
    progress_end(&player.bar);
    arena_close(&player.line);
    return done;
}
