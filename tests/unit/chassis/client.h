#pragma once

#include <stddef.h>

/* A client of our HTTP ports with nothing between the test and the socket. */

enum { REPLY_MAX = 1 << 20 };

typedef struct Reply {
    int status;
    const char *head; /* status line and headers, terminated */
    const char *body;
    size_t body_len;
    char bytes[REPLY_MAX];
} Reply;

/* Connected to 127.0.0.1, or -1. */
int client_open(int port);
void client_send(int fd, const char *text);
/* Everything until the server closes, within ten seconds. */
void client_read(int fd, Reply *reply);

/* One request on a connection of its own: "GET /v1/x", and more header lines or "". */
void client_ask(int port, const char *request, const char *headers, Reply *reply);
