/* Golden scripts of approvals: requests and decisions in, what is said out, compared with what the
 * file says.
 *
 *     approvals_golden_test tests/golden/approvals              compare
 *     approvals_golden_test --accept tests/golden/approvals     write what comes out into the files
 *
 * A line that begins with a day goes in (script.h). Lines indented by four blanks are what came out
 * of the line above. Everything else is for the reader. */
#include <dirent.h>

#include "approvals/core/decide.h"
#include "base/check.h"
#include "tests/golden/approvals/script.h"

enum { FILE_MAX = 256 << 10, FILES_MAX = 16, NONCES_MAX = 32, SENTENCE_WIDTH = 90 };

/* One script being played. */
typedef struct Play {
    Arena arena;
    StrBuilder out;
    CaseFile files[FILES_MAX];
    int file_count;
    Str nonces[NONCES_MAX];
    int nonce_count;
    const char *path;
    int line;
} Play;

/* The authority every script is played under:
 *     manager  up to   5,000.00 EUR  mia, carl
 *     cfo      up to  50,000.00 EUR  carl, bea
 *     board    without limit         bea, bo */
static const Authority *authority_of(Arena *arena) {
    static const Str manager[] = {S("mia"), S("carl")};
    static const Str cfo[] = {S("carl"), S("bea")};
    static const Str board[] = {S("bea"), S("bo")};
    Currency euro = {0};
    CHECK(currency_find(S("EUR"), &euro));
    AuthorityTier *tiers = ARENA_ARRAY(arena, AuthorityTier, 3);
    tiers[0] = (AuthorityTier){.name = S("manager"),
                               .limits = {money_of(500000, euro)},
                               .limit_count = 1,
                               .persons = manager,
                               .person_count = 2};
    tiers[1] = (AuthorityTier){.name = S("cfo"),
                               .limits = {money_of(5000000, euro)},
                               .limit_count = 1,
                               .persons = cfo,
                               .person_count = 2};
    tiers[2] = (AuthorityTier){.name = S("board"), .persons = board, .person_count = 2};
    Authority *authority = ARENA_NEW(arena, Authority);
    *authority = (Authority){.id = S("golden"), .tiers = tiers, .tier_count = 3};
    return authority;
}

/* ---- what comes out */

/* Sentences are broken into lines of a readable width. */
static void add_sentence(Play *play, Str sentence) {
    ptrdiff_t width = SENTENCE_WIDTH;
    while (!str_is_empty(sentence)) {
        Str word = str_cut(sentence, ' ').head;
        if (width + word.len + 1 > SENTENCE_WIDTH) {
            str_add(&play->out, S("\n           "));
            width = 0;
        }
        str_addf(&play->out, " %.*s", STR_ARGS(word));
        width += word.len + 1;
        sentence = str_cut(sentence, ' ').tail;
    }
}

static void print_received(Play *play, const Fact *fact) {
    Str amount = money_print(&play->arena, fact->received->amount);
    str_addf(&play->out, "RequestReceived  %.*s  %s  %.*s  asked by %.*s",
             STR_ARGS(fact->received->id), request_kind_name(fact->received->kind),
             STR_ARGS(amount), STR_ARGS(fact->received->requester));
}

static void print_routed(Play *play, const Fact *fact) {
    str_addf(&play->out, "RequestRouted    %.*s  %.*s:", STR_ARGS(fact->routed.request),
             STR_ARGS(fact->routed.tier));
    for (int i = 0; i < fact->routed.approver_count; i++) {
        str_addf(&play->out, " %.*s", STR_ARGS(fact->routed.approvers[i]));
    }
}

static void print_approved(Play *play, const Fact *fact) {
    const Decided *decided = &fact->decided;
    str_addf(&play->out, "RequestApproved  %.*s  by %.*s as %.*s, asked by %.*s ",
             STR_ARGS(decided->request->id), STR_ARGS(decided->approver), STR_ARGS(decided->tier),
             STR_ARGS(decided->request->requester));
    for (int i = 0; i < decided->request->item_count; i++) {
        const RequestItem *item = &decided->request->items[i];
        Str open = money_print(&play->arena, item->open);
        str_addf(&play->out, " %.*s %.*s", STR_ARGS(item->invoice), STR_ARGS(open));
    }
}

static void print_rejected(Play *play, const Fact *fact) {
    str_addf(&play->out, "RequestRejected  %.*s  by %.*s: %.*s",
             STR_ARGS(fact->decided.request->id), STR_ARGS(fact->decided.approver),
             STR_ARGS(fact->decided.reason));
}

static void print_refused(Play *play, const Fact *fact) {
    str_addf(&play->out, "DecisionRefused  %.*s  %s  said to be by %.*s",
             STR_ARGS(fact->refused.request), answer_name(fact->refused.reason),
             STR_ARGS(fact->refused.actor));
    add_sentence(play, fact->refused.sentence);
}

static void (*const PRINTERS[FACT_KIND_COUNT])(Play *play, const Fact *fact) = {
    [FACT_RECEIVED] = print_received, [FACT_ROUTED] = print_routed,
    [FACT_APPROVED] = print_approved, [FACT_REJECTED] = print_rejected,
    [FACT_REFUSED] = print_refused,
};

static void hear(Play *play, const Desk *desk) {
    for (int i = 0; i < desk->fact_count; i++) {
        str_add(&play->out, S("        "));
        PRINTERS[desk->facts[i].kind](play, &desk->facts[i]);
        str_add(&play->out, S("\n"));
    }
    if (desk->file->conflicted) {
        str_add(&play->out, S("        the task stops: this id was used for other content\n"));
        desk->file->conflicted = false;
    }
}

/* ---- what goes in */

static CaseFile *file_of(Play *play, Str request) {
    for (int i = 0; i < play->file_count; i++) {
        if (str_equals(play->files[i].request_id, request)) {
            return &play->files[i];
        }
    }
    CHECK(play->file_count < FILES_MAX);
    play->files[play->file_count] = (CaseFile){.request_id = request};
    return &play->files[play->file_count++];
}

static bool is_used(const Play *play, Str nonce) {
    for (int i = 0; i < play->nonce_count; i++) {
        if (str_equals(play->nonces[i], nonce)) {
            return true;
        }
    }
    return false;
}

/* What the line does not say is as in the request. */
static void complete(ScriptLine *line, const Request *request) {
    Decision *decision = &line->decision;
    decision->account.creditor = request->account.creditor;
    decision->account.customer =
        line->own_customer ? decision->account.customer : request->account.customer;
    decision->hash = line->own_hash ? decision->hash : request->hash;
    decision->amount = line->own_amount ? decision->amount : request->amount;
}

static void play_decision(Play *play, Desk *desk, ScriptLine *line) {
    complete(line, &desk->file->request);
    SignedDecision came = {.seal = {.key_id = line->decision.actor},
                           .request_hint = line->decision.request,
                           .nonce_hint = line->decision.nonce,
                           .offset = play->line};
    desk->replayed = is_used(play, came.nonce_hint);
    judge(desk, &came, &line->decision);
    if (desk->attempt.answer == ANSWER_DONE) {
        CHECK(play->nonce_count < NONCES_MAX);
        play->nonces[play->nonce_count++] = desk->attempt.nonce;
    }
}

static bool play_event(Play *play, Str text) {
    Err err = {0};
    ScriptLine *line = ARENA_NEW(&play->arena, ScriptLine);
    if (!script_line_parse(text, &play->arena, line, &err)) {
        fprintf(stderr, "%s:%d: %s\n", play->path, play->line, err.text);
        return false;
    }
    str_addf(&play->out, "%.*s\n", STR_ARGS(text));
    bool raises = line->verb == SCRIPT_REQUEST;
    Desk desk = {.arena = &play->arena,
                 .file = file_of(play, raises ? line->request.id : line->decision.request),
                 .day = line->day,
                 .authority = authority_of(&play->arena)};
    if (raises) {
        receive(&desk, &line->request);
    } else {
        play_decision(play, &desk, line);
    }
    hear(play, &desk);
    return true;
}

static bool play_line(Play *play, Str text) {
    bool is_event = text.len > 4 && text.ptr[0] >= '0' && text.ptr[0] <= '9';
    if (is_event) {
        return play_event(play, text);
    }
    if (!str_starts_with(text, S("    "))) { /* else it came out when it was accepted */
        str_addf(&play->out, "%.*s\n", STR_ARGS(text));
    }
    return true;
}

static bool play_text(Play *play, Str text) {
    while (!str_is_empty(text)) {
        StrCut cut = str_cut(text, '\n');
        play->line++;
        if (!play_line(play, cut.head)) {
            return false;
        }
        text = cut.tail;
    }
    CHECK(!play->out.full);
    return true;
}

/* ---- files */

static Str file_read(Arena *arena, const char *path) {
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    char *bytes = arena_get(arena, 1, FILE_MAX);
    size_t size = fread(bytes, 1, FILE_MAX, file);
    CHECK(feof(file) != 0);
    fclose(file);
    return str_from(bytes, (ptrdiff_t)size);
}

static bool file_write(const char *path, Str text) {
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    bool written = fwrite(text.ptr, 1, (size_t)text.len, file) == (size_t)text.len;
    return fclose(file) == 0 && written;
}

/* The first line where the two part. */
static void show_difference(const char *path, Str expected, Str got) {
    int line = 1;
    StrCut e = str_cut(expected, '\n');
    StrCut g = str_cut(got, '\n');
    while (str_equals(e.head, g.head) && (e.found || g.found)) {
        e = str_cut(e.tail, '\n');
        g = str_cut(g.tail, '\n');
        line++;
    }
    fprintf(stderr, "%s:%d:\n  expected: %.*s\n  got:      %.*s\n", path, line, STR_ARGS(e.head),
            STR_ARGS(g.head));
}

static bool golden_run(const char *path, bool accept) {
    Play *play = calloc(1, sizeof *play);
    CHECK(play != NULL);
    play->arena = arena_open("golden", 16 << 20);
    play->path = path;
    play->out = str_builder(&play->arena, FILE_MAX);
    Str expected = file_read(&play->arena, path);
    bool good = play_text(play, expected);
    Str got = str_built(&play->out);
    bool same = str_equals(expected, got);
    if (good && accept && !same) {
        good = file_write(path, got);
        printf("accepted %s\n", path);
    } else if (good && !same) {
        show_difference(path, expected, got);
        good = false;
    }
    arena_close(&play->arena);
    free(play);
    return good;
}

/* They begin with their number. */
static int is_script(const struct dirent *entry) {
    bool numbered = entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
    return numbered && str_ends_with(str_of(entry->d_name), S(".txt"));
}

int main(int argc, char **argv) {
    bool accept = argc == 3 && strcmp(argv[1], "--accept") == 0;
    const char *folder = argc >= 2 ? argv[argc - 1] : "";
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_script, alphasort);
    if (argc > 3 || count <= 0) {
        fprintf(stderr, "usage: %s [--accept] FOLDER (with scripts NN_*.txt)\n", argv[0]);
        return 2;
    }
    int bad = 0;
    Arena arena = arena_open("paths", 1 << 20);
    for (int i = 0; i < count; i++) {
        Str path = str_format(&arena, "%s/%s", folder, entries[i]->d_name);
        bad += !golden_run(str_terminated(&arena, path), accept);
        free(entries[i]);
    }
    free(entries);
    arena_close(&arena);
    printf("%d scripts, %d differ\n", count, bad);
    return bad == 0 ? 0 : 1;
}
