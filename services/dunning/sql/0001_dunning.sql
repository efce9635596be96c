-- What is open, how customers are reached, what was sent, and what came of it.
--
-- Every table begins with the task, and a task's rows are written by its owner alone. Names are compared byte by
-- byte, as the keys of topics are. Amounts are minor units of the currency beside them. There are no foreign
-- keys: rows come by the thousand in one transaction of one program, and tests check what they would.
-- Contacts, the mails in reminder and what a mail server answered (dispatch) are personal data; a tombstone on
-- arrears.contacts.v1 erases all of it.

-- One customer of one creditor.
CREATE TABLE debtor (
    task           integer NOT NULL,
    creditor       text COLLATE "C" NOT NULL,
    customer       text COLLATE "C" NOT NULL,
    visit_on       date,                -- first day whose end may have something to do here
    contact_hash   text NOT NULL,       -- of the record that said it; empty: none is known
    name           text NOT NULL,
    mail           text NOT NULL,       -- empty: none
    refused        boolean NOT NULL,    -- the address takes nothing
    band           text NOT NULL,       -- of the latest credit state; empty: none is known
    score          integer NOT NULL,
    credit_epoch   bigint NOT NULL,
    credit_version bigint NOT NULL,
    credit_day     date,
    before_band    text NOT NULL,       -- of the latest one of an earlier day
    before_score   integer NOT NULL,
    before_epoch   bigint NOT NULL,
    before_version bigint NOT NULL,
    before_day     date,
    PRIMARY KEY (task, creditor, customer)
) WITH (fillfactor = 70);

-- What the end of a day visits. Nothing stays due, so at the end of a day all rows in question have that day, and
-- this order is the order of keys.
CREATE INDEX debtor_due ON debtor (task, visit_on, creditor, customer) WHERE visit_on IS NOT NULL;

-- Open items: instalments of invoices, and what was charged on them. What is closed is forgotten here; the ledger keeps it.
CREATE TABLE item (
    task     integer NOT NULL,
    creditor text COLLATE "C" NOT NULL,
    customer text COLLATE "C" NOT NULL,
    invoice  text COLLATE "C" NOT NULL,
    charge   smallint NOT NULL CHECK (charge BETWEEN 0 AND 2), -- principal, interest, costs: a number in every key
    instalment  smallint NOT NULL CHECK (instalment >= 0),     -- 1, 2, 3 ...; 0: the invoice has none
    instalments smallint NOT NULL CHECK (instalments >= 0),    -- that the invoice has; 0: none, or not known any more
    currency text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    open     bigint NOT NULL CHECK (open > 0),
    due_on   date NOT NULL,
    level    integer NOT NULL CHECK (level >= 0), -- up to which its own age was reminded of
    request  text COLLATE "C" NOT NULL,           -- write-off request it stands in; empty: none
    rejected boolean NOT NULL,                    -- that request was rejected
    PRIMARY KEY (task, creditor, customer, invoice, charge, instalment)
) WITH (fillfactor = 80);

-- Days on which the clock of an invoice stands still: from starts_on to before ends_on. What is over is forgotten.
CREATE TABLE pause (
    task      integer NOT NULL,
    creditor  text COLLATE "C" NOT NULL,
    customer  text COLLATE "C" NOT NULL,
    number    text COLLATE "C" NOT NULL,
    invoice   text COLLATE "C" NOT NULL, -- may not be known yet
    starts_on date NOT NULL,
    ends_on   date CHECK (ends_on > starts_on), -- not known yet
    PRIMARY KEY (task, creditor, customer, number)
);

-- Those in force on the open day; of an invoice at most one.
CREATE VIEW paused AS
    SELECT task, creditor, customer, invoice, number, starts_on, ends_on
      FROM pause JOIN task USING (task) WHERE starts_on <= day AND (ends_on IS NULL OR ends_on > day);

-- The dunning of one customer in one currency.
CREATE TABLE dunning (
    task        integer NOT NULL,
    creditor    text COLLATE "C" NOT NULL,
    customer    text COLLATE "C" NOT NULL,
    currency    text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    state       text NOT NULL CHECK (state IN ('resting', 'reminding', 'exhausted', 'person')),
    person      text NOT NULL CHECK ((person = '') = (state <> 'person')), -- why one is needed
    since       date NOT NULL,
    reminded_on date,            -- of the reminder that counts
    pending     text COLLATE "C" NOT NULL, -- the reminder that has not left yet; empty: none
    unapplied   bigint NOT NULL, -- money that waits for an invoice
    PRIMARY KEY (task, creditor, customer, currency)
) WITH (fillfactor = 80);

CREATE INDEX dunning_person ON dunning (creditor, since) WHERE state = 'person';
CREATE INDEX item_rejected ON item (creditor) WHERE rejected;

-- Records of the account that could not be read, until somebody has cleared them.
CREATE TABLE hold (
    task          integer NOT NULL,
    creditor      text COLLATE "C" NOT NULL,
    customer      text COLLATE "C" NOT NULL,
    topic         text NOT NULL,
    partition     integer NOT NULL,
    record_offset bigint NOT NULL,
    here          boolean NOT NULL, -- dunning itself could not read it
    reason        text NOT NULL,
    sentence      text NOT NULL,
    held_on       date NOT NULL,
    PRIMARY KEY (task, creditor, customer, topic, partition, record_offset)
);

-- A reminder, the mail as it was written, and what became of it. Attempts to send it stand in dispatch.
CREATE TABLE reminder (
    task            integer NOT NULL,
    creditor        text COLLATE "C" NOT NULL,
    customer        text COLLATE "C" NOT NULL,
    reminder        text COLLATE "C" NOT NULL,
    state           text NOT NULL CHECK (state IN ('issued', 'sent', 'failed', 'uncertain', 'withdrawn')),
    attempt         integer NOT NULL CHECK (attempt > 0),
    sentence        text NOT NULL,
    said_by         text NOT NULL,
    level           integer NOT NULL CHECK (level > 0),
    level_name      text NOT NULL,
    tone            text NOT NULL,
    issued_on       date NOT NULL,
    reminded_before date,
    currency        text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    total           bigint NOT NULL CHECK (total > 0),
    items_left_out  integer NOT NULL,
    ladder_hash     text NOT NULL,
    band            text NOT NULL,
    score           integer NOT NULL,
    credit_epoch    bigint NOT NULL,
    credit_version  bigint NOT NULL,
    contact_hash    text NOT NULL,
    mail_from_name  text NOT NULL,
    mail_from       text NOT NULL,
    mail_reply_to   text NOT NULL,
    mail_to_name    text NOT NULL,
    mail_to         text NOT NULL,
    mail_subject    text NOT NULL,
    mail_body       text NOT NULL,
    PRIMARY KEY (task, creditor, customer, reminder)
) WITH (fillfactor = 80);

CREATE INDEX reminder_listed ON reminder (issued_on DESC, reminder);
CREATE INDEX reminder_named ON reminder (creditor, reminder);

-- What a reminder lists, as it stood.
CREATE TABLE reminder_item (
    task         integer NOT NULL,
    creditor     text COLLATE "C" NOT NULL,
    customer     text COLLATE "C" NOT NULL,
    reminder     text COLLATE "C" NOT NULL,
    position     integer NOT NULL,
    invoice      text COLLATE "C" NOT NULL,
    charge       smallint NOT NULL,
    instalment   smallint NOT NULL,
    open         bigint NOT NULL CHECK (open > 0),
    due_on       date NOT NULL,
    level_before integer NOT NULL, -- of the item, should the reminder count for nothing
    level_after  integer NOT NULL,
    PRIMARY KEY (task, creditor, customer, reminder, position)
);

CREATE INDEX reminder_item_invoice ON reminder_item (task, creditor, customer, invoice);

-- Write-off requests, and what came of them.
CREATE TABLE request (
    task          integer NOT NULL,
    creditor      text COLLATE "C" NOT NULL,
    customer      text COLLATE "C" NOT NULL,
    request       text COLLATE "C" NOT NULL,
    state         text NOT NULL CHECK (state IN ('waiting', 'approved', 'rejected', 'refused', 'posted')),
    currency      text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    amount        bigint NOT NULL CHECK (amount > 0),
    requester     text COLLATE "C" NOT NULL,
    proposal      text COLLATE "C" NOT NULL, -- the person's number of it; empty: dunning's own
    reason        text NOT NULL,
    requested_on  date NOT NULL,
    days_past_due integer NOT NULL,
    PRIMARY KEY (task, creditor, customer, request)
) WITH (fillfactor = 80);

CREATE TABLE request_item (
    task     integer NOT NULL,
    creditor text COLLATE "C" NOT NULL,
    customer text COLLATE "C" NOT NULL,
    request  text COLLATE "C" NOT NULL,
    position integer NOT NULL,
    invoice  text COLLATE "C" NOT NULL,
    charge     smallint NOT NULL,
    instalment smallint NOT NULL,
    open     bigint NOT NULL CHECK (open > 0),
    due_on   date NOT NULL,
    PRIMARY KEY (task, creditor, customer, request, position)
);

-- What a task counts, and the rule set that its days of visit were found by.
CREATE TABLE task_state (
    task       integer PRIMARY KEY,
    reminders  bigint NOT NULL,
    requests   bigint NOT NULL,
    policy_set text NOT NULL -- of the open day
) WITH (fillfactor = 50);

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON debtor, dunning, task_state TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON item, pause TO %I', application);
    EXECUTE format('GRANT SELECT ON paused TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON hold TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT ON reminder, reminder_item, request, request_item TO %I', application);
    EXECUTE format('GRANT UPDATE (state, attempt, sentence, said_by, mail_to_name, mail_to, mail_subject, mail_body) '
                   'ON reminder TO %I', application);
    EXECUTE format('GRANT UPDATE (state) ON request TO %I', application);
END $$;
