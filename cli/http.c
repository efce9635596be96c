#include "cli/http.h"

#include <curl/curl.h>

#include "base/check.h"

enum { REPLY_MAX = 64 << 20, CONNECT_TIMEOUT_S = 5, REPLY_TIMEOUT_S = 60 };

static size_t on_bytes(char *bytes, size_t size, size_t count, void *self) {
    StrBuilder *body = self;
    str_add(body, str_from(bytes, (ptrdiff_t)(size * count)));
    return body->full ? 0 : size * count;
}

/* One handle for the life of the process keeps the connections. */
static CURL *handle(void) {
    static CURL *curl;
    if (!curl) {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        curl = curl_easy_init();
        CHECK(curl);
    }
    curl_easy_reset(curl);
    return curl;
}

bool http_get(Arena *arena, Str base_url, Str path, HttpReply *reply, Err *err) {
    char why[CURL_ERROR_SIZE] = "";
    StrBuilder body = str_builder(arena, REPLY_MAX);
    CURL *curl = handle();
    Str url = str_format(arena, "%.*s%.*s", STR_ARGS(base_url), STR_ARGS(path));
    curl_easy_setopt(curl, CURLOPT_URL, str_terminated(arena, url));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)REPLY_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) {
        return err_set(err, VERDICT_RETRY, "HTTP", "%.*s does not answer: %s", STR_ARGS(base_url),
                       why[0] ? why : curl_easy_strerror(code));
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    *reply = (HttpReply){(int)status, str_built(&body)};
    return true;
}

bool http_greet_mail_server(Arena *arena, Str url, Err *err) {
    char why[CURL_ERROR_SIZE] = "";
    StrBuilder said = str_builder(arena, REPLY_MAX);
    CURL *curl = handle();
    curl_easy_setopt(curl, CURLOPT_URL, str_terminated(arena, url));
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "NOOP");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &said);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)CONNECT_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    CURLcode code = curl_easy_perform(curl);
    return code == CURLE_OK || err_set(err, VERDICT_RETRY, "SMTP", "%.*s: %s", STR_ARGS(url),
                                       why[0] ? why : curl_easy_strerror(code));
}

static bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("-._~", c);
}

Str http_query(Arena *arena, Str path, const Str *pairs, int count) {
    StrBuilder out = str_builder(arena, 64 << 10);
    str_add(&out, path);
    bool first = true;
    for (int i = 0; i + 1 < count; i += 2) {
        if (!pairs[i + 1].ptr) {
            continue;
        }
        str_addf(&out, "%s%.*s=", first ? "?" : "&", STR_ARGS(pairs[i]));
        first = false;
        for (ptrdiff_t c = 0; c < pairs[i + 1].len; c++) {
            char byte = pairs[i + 1].ptr[c];
            if (byte && is_plain(byte)) {
                str_add(&out, str_from(&byte, 1));
            } else {
                str_addf(&out, "%%%02X", (unsigned)(uint8_t)byte);
            }
        }
    }
    return str_built(&out);
}

Str http_path_part(Arena *arena, Str text) {
    StrBuilder out = str_builder(arena, 3 * text.len);
    for (ptrdiff_t i = 0; i < text.len; i++) {
        str_addf(&out, "%%%02X", (unsigned)(uint8_t)text.ptr[i]);
    }
    return str_built(&out);
}
