/* Golden scripts of approvals: requests and decisions in, what is said out, compared with what the
 * file says.
 *
 * A line that begins with a day goes in (script.h); the rest of a script, and how to accept
 * what comes out: tests/harness/golden.h. */
#include "tests/harness/golden.h"

#include "approvals/core/decide.h"
#include "base/check.h"
#include "tests/golden/approvals/script.h"
#include "tests/harness/item.h"

enum { FILES_MAX = 16, NONCES_MAX = 32, SENTENCE_WIDTH = 90 };

/* One script being played. */
typedef struct Play {
    const GoldenScript *script; /* its line is the offset of a decision */
    Arena *arena;
    StrBuilder *out;
    CaseFile files[FILES_MAX];
    int file_count;
    Str nonces[NONCES_MAX];
    int nonce_count;
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
            str_add(play->out, S("\n           "));
            width = 0;
        }
        str_addf(play->out, " %.*s", STR_ARGS(word));
        width += word.len + 1;
        sentence = str_cut(sentence, ' ').tail;
    }
}

static void print_received(Play *play, const Fact *fact) {
    Str amount = money_print(play->arena, fact->received->amount);
    str_addf(play->out, "RequestReceived  %.*s  %s  %.*s  asked by %.*s",
             STR_ARGS(fact->received->id), request_kind_name(fact->received->kind),
             STR_ARGS(amount), STR_ARGS(fact->received->requester));
}

static void print_routed(Play *play, const Fact *fact) {
    str_addf(play->out, "RequestRouted    %.*s  %.*s:", STR_ARGS(fact->routed.request),
             STR_ARGS(fact->routed.tier));
    for (int i = 0; i < fact->routed.approver_count; i++) {
        str_addf(play->out, " %.*s", STR_ARGS(fact->routed.approvers[i]));
    }
}

static void print_approved(Play *play, const Fact *fact) {
    const Decided *decided = &fact->decided;
    str_addf(play->out, "RequestApproved  %.*s  by %.*s as %.*s, asked by %.*s ",
             STR_ARGS(decided->request->id), STR_ARGS(decided->approver), STR_ARGS(decided->tier),
             STR_ARGS(decided->request->requester));
    for (int i = 0; i < decided->request->item_count; i++) {
        const RequestItem *item = &decided->request->items[i];
        Str open = money_print(play->arena, item->open);
        Str name = item_short(play->arena, item->key);
        str_addf(play->out, " %.*s %.*s", STR_ARGS(name), STR_ARGS(open));
        if (!money_is_zero(item->amount)) {
            Str amount = money_print(play->arena, item->amount);
            str_addf(play->out, " part %.*s", STR_ARGS(amount));
        }
    }
}

static void print_rejected(Play *play, const Fact *fact) {
    str_addf(play->out, "RequestRejected  %.*s  by %.*s: %.*s", STR_ARGS(fact->decided.request->id),
             STR_ARGS(fact->decided.approver), STR_ARGS(fact->decided.reason));
}

static void print_refused(Play *play, const Fact *fact) {
    str_addf(play->out, "DecisionRefused  %.*s  %s  said to be by %.*s",
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
        str_add(play->out, S("        "));
        PRINTERS[desk->facts[i].kind](play, &desk->facts[i]);
        str_add(play->out, S("\n"));
    }
    if (desk->file->conflicted) {
        str_add(play->out, S("        the task stops: this id was used for other content\n"));
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
                           .offset = play->script->line};
    desk->replayed = is_used(play, came.nonce_hint);
    judge(desk, &came, &line->decision);
    if (desk->attempt.answer == ANSWER_DONE) {
        CHECK(play->nonce_count < NONCES_MAX);
        play->nonces[play->nonce_count++] = desk->attempt.nonce;
    }
}

static bool play_event(void *self, Str text, Err *err) {
    Play *play = self;
    ScriptLine *line = ARENA_NEW(play->arena, ScriptLine);
    if (!script_line_parse(text, play->arena, line, err)) {
        return false;
    }
    str_addf(play->out, "%.*s\n", STR_ARGS(text));
    bool raises = line->verb == SCRIPT_REQUEST;
    Desk desk = {.arena = play->arena,
                 .file = file_of(play, raises ? line->request.id : line->decision.request),
                 .day = line->day,
                 .authority = authority_of(play->arena)};
    if (raises) {
        receive(&desk, &line->request);
    } else {
        play_decision(play, &desk, line);
    }
    hear(play, &desk);
    return true;
}

static void *play_start(GoldenScript *script, Err *err) {
    (void)err;
    Play *play = ARENA_NEW(&script->arena, Play);
    play->script = script;
    play->arena = &script->arena;
    play->out = &script->out;
    return play;
}

int main(int argc, char **argv) {
    static const GoldenPlayer player = {.start = play_start, .event = play_event};
    return golden_main(argc, argv, &player);
}
