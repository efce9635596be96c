#include "cli/person.h"

#include "cli/send.h"
#include "contract/topics.h"

bool person_is_known(const Cli *cli) {
    if (id_is_number(cli->settings.actor)) {
        return true;
    }
    cli_say("ARREARS_ACTOR names nobody: it says who does this, for the audit");
    return false;
}

bool person_account(const Cli *cli, Str text, Account *account) {
    (void)cli;
    if (account_parse(text, account)) {
        return true;
    }
    cli_say("\"%.*s\" is not an account; write it as creditor/customer", STR_ARGS(text));
    return false;
}

bool person_put(Cli *cli, const char *topic, Str key, Str value, Err *err) {
    Sender *sender;
    KafkaClient *client;
    int32_t partitions;
    if (!kafka_client_open(&cli->settings.kafka, &client, err)) {
        return false;
    }
    bool found = kafka_partition_count(client, topic, &partitions, err);
    kafka_client_close(client);
    if (!found) {
        return false;
    }
    if (partitions == 0) {
        return err_set(err, VERDICT_POISON, "TOPIC_MISSING",
                       "there is no topic %s: run `arrears topics apply`", topic);
    }
    if (!sender_open(cli, (KafkaTopics){&topic, 1}, &sender, err)) {
        return false;
    }
    bool sent =
        sender_put(sender, 0, -1, partitions, key, value, err) && sender_finish(sender, err);
    sender_close(sender);
    return sent;
}

int person_send(Cli *cli, Account account, Str value, const char *what) {
    Err err;
    if (!person_put(cli, TOPIC_BILLING, account_key(&cli->arena, account), value, &err)) {
        return cli_fail(&err, "%s", what);
    }
    cli_say("%s: sent; `arrears account show %.*s/%.*s` tells what became of it", what,
            STR_ARGS(account.creditor), STR_ARGS(account.customer));
    return CLI_DONE;
}
