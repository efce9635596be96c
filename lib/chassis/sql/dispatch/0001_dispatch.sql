-- Acts in the world outside: what was decided, who began it, and what became of it.
--
-- A row is one attempt. The owner of the task writes it with the step that decided; a dispatcher claims it before
-- anything leaves the house; any process may note its outcome; the owner's step reads that and sets `taken`.

CREATE TABLE dispatch (
    task       integer NOT NULL REFERENCES task,
    intent     text COLLATE "C" NOT NULL,
    attempt    integer NOT NULL CHECK (attempt > 0),
    creditor   text COLLATE "C" NOT NULL,
    customer   text COLLATE "C" NOT NULL,
    tries_left integer NOT NULL CHECK (tries_left >= 0), -- attempts that may still follow by themselves
    not_before timestamptz NOT NULL DEFAULT now(),
    claimed_at timestamptz,                              -- committed before anything is sent
    outcome    text CHECK (outcome IN ('done', 'refused', 'gave_up', 'withdrawn', 'uncertain', 'put_off')),
    code       integer NOT NULL DEFAULT 0,
    sentence   text NOT NULL DEFAULT '',
    ended_at   timestamptz,
    taken      boolean NOT NULL DEFAULT false,           -- the service knows the outcome
    PRIMARY KEY (task, intent, attempt),
    CHECK (outcome IS NULL OR claimed_at IS NOT NULL),
    CHECK ((outcome IS NULL) = (ended_at IS NULL)),
    CHECK (outcome IS NOT NULL OR NOT taken)
) WITH (fillfactor = 70);

-- What is under way: few rows, whatever was sent before.
CREATE INDEX dispatch_under_way ON dispatch (task, not_before) WHERE NOT taken;

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON dispatch TO %I', application);
END $$;
