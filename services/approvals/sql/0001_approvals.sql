-- Requests, and every decision that came about them.
--
-- Every table begins with the task, and a task's rows are written by its owner alone. Names are compared byte by
-- byte, as the keys of topics are. Amounts are minor units of the request's currency. Nothing here is ever changed:
-- where a request stands follows from its decisions.

-- As it was raised, and before whom it was put.
CREATE TABLE request (
    task          integer NOT NULL,
    creditor      text COLLATE "C" NOT NULL,
    request       text COLLATE "C" NOT NULL, -- id, unique for the creditor
    kind          text NOT NULL CHECK (kind IN ('write_off')),
    customer      text COLLATE "C" NOT NULL,
    currency      text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    amount        bigint NOT NULL CHECK (amount > 0), -- sum of the items
    requester     text COLLATE "C" NOT NULL,
    reason        text NOT NULL,
    requested_on  date NOT NULL,
    days_past_due integer NOT NULL,
    credit_band   text NOT NULL, -- empty: not known
    credit_score  integer NOT NULL,
    hash          bytea NOT NULL CHECK (length(hash) = 32), -- of the request as it stands in its record
    tier          text COLLATE "C" NOT NULL,
    approvers     text[] COLLATE "C" NOT NULL,
    PRIMARY KEY (task, creditor, request)
);

CREATE TABLE request_item (
    task       integer NOT NULL,
    creditor   text COLLATE "C" NOT NULL,
    request    text COLLATE "C" NOT NULL,
    position   integer NOT NULL,
    invoice    text COLLATE "C" NOT NULL,
    charge     smallint NOT NULL CHECK (charge BETWEEN 0 AND 2), -- principal, interest, costs
    instalment smallint NOT NULL CHECK (instalment >= 0),        -- 1, 2, 3 ...; 0: the invoice has none
    open       bigint NOT NULL CHECK (open > 0),
    due_on     date NOT NULL,
    PRIMARY KEY (task, creditor, request, position)
);

-- Evidence: the reminders that were issued for the items.
CREATE TABLE request_reminder (
    task      integer NOT NULL,
    creditor  text COLLATE "C" NOT NULL,
    request   text COLLATE "C" NOT NULL,
    position  integer NOT NULL,
    level     integer NOT NULL,
    issued_on date NOT NULL,
    outcome   text NOT NULL,
    PRIMARY KEY (task, creditor, request, position)
);

-- What people sent, whether it counted or not, byte by byte.
CREATE TABLE decision (
    task          integer NOT NULL,
    record_offset bigint NOT NULL,            -- in the task's partition of decisions
    creditor      text COLLATE "C" NOT NULL,
    request       text COLLATE "C" NOT NULL,  -- that it named; empty: none
    actor         text COLLATE "C" NOT NULL,  -- not proven when the signature is wrong
    answer        text NOT NULL,              -- 'done': it counted; else why not
    state         text NOT NULL CHECK (state IN ('', 'approved', 'rejected')), -- what it made of the request
    tier          text COLLATE "C" NOT NULL,  -- by which it counted
    sentence      text NOT NULL,              -- the person's reason, or why it did not count
    nonce         bytea CHECK (length(nonce) = 16), -- of one that counted
    payload       bytea NOT NULL,
    key_id        text NOT NULL,
    signature     bytea NOT NULL,
    decided_on    date NOT NULL,              -- open day
    PRIMARY KEY (task, record_offset),
    CHECK ((answer = 'done') = (state <> '') AND (answer = 'done') = (nonce IS NOT NULL))
);

CREATE INDEX decision_of_request ON decision (task, creditor, request);
-- One decision counts, and a nonce counts once.
CREATE UNIQUE INDEX decision_counts ON decision (task, creditor, request) WHERE state <> '';
CREATE UNIQUE INDEX decision_nonce ON decision (task, creditor, nonce) WHERE nonce IS NOT NULL;

-- The application role has no right to change or delete; this also stops those who have, by mistake.
CREATE FUNCTION record_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'requests and decisions are append-only';
END $$;

CREATE TRIGGER request_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON request
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change();
CREATE TRIGGER request_item_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON request_item
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change();
CREATE TRIGGER request_reminder_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON request_reminder
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change();
CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change();

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON request, request_item, request_reminder, decision TO %I', application);
END $$;
