#include "cli/ask.h"

#include "cli/http.h"

Str json_text(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text ? str_of(text) : S("");
}

int64_t json_number(const json_t *object, const char *name) {
    return json_integer_value(json_object_get(object, name));
}

int ask(Cli *cli, const char *variable, Str url, Str path, const Str *pairs, int count,
        Answer *answer) {
    Err err;
    HttpReply reply;
    *answer = (Answer){0};
    if (str_is_empty(url)) {
        cli_say("%s is not set: where does the service answer?", variable);
        return CLI_USAGE;
    }
    Str first = str_cut(url, ',').head; /* any replica answers for all */
    if (!http_get(&cli->arena, first, http_query(&cli->arena, path, pairs, count), &reply, &err)) {
        return cli_fail(&err, "%.*s", STR_ARGS(path));
    }
    answer->body = reply.body;
    answer->json =
        json_loadb(reply.body.ptr ? reply.body.ptr : "", (size_t)reply.body.len, 0, NULL);
    if (reply.status == 200 && answer->json) {
        return CLI_DONE;
    }
    const json_t *fault = json_object_get(answer->json, "error");
    Str sentence = json_text(fault, "sentence");
    if (str_is_empty(sentence)) {
        cli_say("%.*s%.*s answers with status %d", STR_ARGS(first), STR_ARGS(path), reply.status);
    } else {
        cli_say("%.*s", STR_ARGS(sentence));
    }
    ask_end(answer);
    return reply.status == 503 ? CLI_AWAY : CLI_PARTLY;
}

void ask_end(Answer *answer) {
    json_decref(answer->json);
    answer->json = NULL;
}
