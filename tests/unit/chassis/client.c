/* Blocking sockets with a time-out. */
#include "tests/unit/chassis/client.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/check.h"

int client_open(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    struct timeval limit = {.tv_sec = 10};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((in_port_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* A server may refuse before it has read everything. */
void client_send(int fd, const char *text) {
    size_t len = strlen(text);
    size_t sent = 0;
    while (sent < len) {
        ssize_t now = send(fd, text + sent, len - sent, MSG_NOSIGNAL);
        if (now <= 0) {
            return;
        }
        sent += (size_t)now;
    }
}

void client_read(int fd, Reply *reply) {
    size_t len = 0;
    ssize_t got = 0;
    while (len < REPLY_MAX - 1 &&
           (got = recv(fd, reply->bytes + len, REPLY_MAX - 1 - len, 0)) > 0) {
        len += (size_t)got;
    }
    reply->bytes[len] = '\0';
    reply->head = reply->bytes;
    reply->body = reply->bytes + len;
    reply->body_len = 0;
    reply->status = 0;
    sscanf(reply->bytes, "HTTP/1.1 %d", &reply->status);
    char *end = strstr(reply->bytes, "\r\n\r\n");
    if (end != NULL) {
        end[2] = '\0';
        reply->body = end + 4;
        reply->body_len = len - (size_t)(reply->body - reply->bytes);
    }
}

void client_ask(int port, const char *request, const char *headers, Reply *reply) {
    int fd = client_open(port);
    CHECK(fd >= 0);
    char head[64 << 10];
    int len =
        snprintf(head, sizeof head, "%s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%s\r\n",
                 request, headers);
    CHECK(len > 0 && len < (int)sizeof head);
    client_send(fd, head);
    client_read(fd, reply);
    close(fd);
}
