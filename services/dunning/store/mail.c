/* A mail once more, before it leaves: what it says must still be so. */
#include "base/check.h"
#include "dunning/store.h"

/* The facts may have moved on since it was issued: the account was held, the contact is another
 * one or takes no mail, a person has said what became of it, an item (of those that are not listed,
 * too) is not open with the same amount or due day, stands in a write-off request or is paused, or
 * money that waits would pay it all. */
static const PgStatement LOOK = {
    "dunning_mail",
    "SELECT r.mail_from_name, r.mail_from, r.mail_reply_to, r.mail_to_name, r.mail_to,"
    "       r.mail_subject, r.mail_body,"
    "       EXISTS (SELECT FROM hold h WHERE (h.task, h.creditor, h.customer) ="
    "               (r.task, r.creditor, r.customer)),"
    "       d.contact_hash <> r.contact_hash OR d.mail = '' OR d.refused,"
    "       r.state <> 'issued' OR u.unapplied >= r.total"
    "       OR EXISTS (SELECT FROM reminder_item l LEFT JOIN item i"
    "                    USING (task, creditor, customer, invoice, charge, instalment)"
    "                    LEFT JOIN paused p USING (task, creditor, customer, invoice)"
    "                   WHERE (l.task, l.creditor, l.customer, l.reminder) ="
    "                         (r.task, r.creditor, r.customer, r.reminder)"
    "                     AND (i.open IS DISTINCT FROM l.open OR i.due_on <> l.due_on"
    "                          OR i.request <> '' OR p.number IS NOT NULL))"
    "       OR (r.items_left_out > 0 AND r.total IS DISTINCT FROM"
    "           (SELECT sum(i.open) FROM item i LEFT JOIN paused p"
    "              USING (task, creditor, customer, invoice) WHERE (i.task, i.creditor, "
    "i.customer, i.currency) "
    "="
    "                   (r.task, r.creditor, r.customer, r.currency)"
    "               AND i.request = '' AND p.number IS NULL AND i.due_on < r.issued_on))"
    "  FROM reminder r JOIN debtor d USING (task, creditor, customer)"
    "  JOIN dunning u USING (task, creditor, customer, currency)"
    " WHERE r.task = $1 AND r.creditor = $2 AND r.customer = $3 AND r.reminder = $4"};

bool store_mail(Pg *pg, int32_t task, const Intent *intent, Arena *arena, StoredMail *mail,
                Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_i32(params, task);
    pg_add_text(params, intent->account.creditor);
    pg_add_text(params, intent->account.customer);
    pg_add_text(params, intent->id);
    PgRows rows;
    if (!pg_run(pg, &LOOK, params, arena, &rows, err)) {
        return false;
    }
    CHECK(rows.count == 1); /* it was written with the intent */
    *mail = (StoredMail){.from_name = pg_text(&rows, 0, 0),
                         .from = pg_text(&rows, 0, 1),
                         .reply_to = pg_text(&rows, 0, 2),
                         .to_name = pg_text(&rows, 0, 3),
                         .to = pg_text(&rows, 0, 4),
                         .subject = pg_text(&rows, 0, 5),
                         .body = pg_text(&rows, 0, 6)};
    if (pg_bool(&rows, 0, 7)) {
        mail->why = WITHDRAWN_ON_HOLD;
    } else if (pg_bool(&rows, 0, 8)) {
        mail->why = WITHDRAWN_CONTACT_CHANGED;
    } else if (pg_bool(&rows, 0, 9)) {
        mail->why = WITHDRAWN_FACTS_CHANGED;
    }
    mail->withdrawn = mail->why != 0;
    return true;
}
