-- The numbers of every task of a service: who owns it, where its inputs stand, what it has said.
--
-- A task's rows are written by its owner alone, in the transaction of the effects, after a conditional
-- update of `task` that carries the owner's epoch. Small hot rows: room is left for in-page updates.

CREATE TABLE installation (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    partitions   integer NOT NULL CHECK (partitions BETWEEN 1 AND 1024),
    installed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE task (
    task         integer PRIMARY KEY CHECK (task >= 0),
    epoch        bigint NOT NULL DEFAULT 0,
    phase        smallint NOT NULL DEFAULT 0 CHECK (phase BETWEEN 0 AND 2), -- unopened, open, closing
    day          date,                                                      -- the open business day
    simulated    boolean NOT NULL DEFAULT false,
    policy_set   bytea CHECK (length(policy_set) = 32),
    output_order bigint NOT NULL DEFAULT 0,
    noted_topic  text,   -- a record that was begun and not yet survived
    noted_offset bigint,
    deaths       integer NOT NULL DEFAULT 0, -- processes in a row that died on it
    CHECK ((phase = 0) = (day IS NULL))
) WITH (fillfactor = 50);

CREATE TABLE task_input (
    task      integer NOT NULL REFERENCES task,
    topic     text NOT NULL,
    next      bigint NOT NULL CHECK (next >= 0), -- first offset not taken in yet
    last_hash bytea NOT NULL CHECK (length(last_hash) = 32), -- of record next - 1
    PRIMARY KEY (task, topic)
) WITH (fillfactor = 50);

CREATE TABLE task_mark (
    task        integer NOT NULL REFERENCES task,
    topic       text NOT NULL,
    service     text NOT NULL,
    source_task integer NOT NULL,
    seq         bigint NOT NULL CHECK (seq > 0), -- last number applied
    PRIMARY KEY (task, topic, service, source_task)
) WITH (fillfactor = 50);

CREATE TABLE task_output (
    task      integer NOT NULL REFERENCES task,
    topic     text NOT NULL,
    partition integer NOT NULL,
    seq       bigint NOT NULL CHECK (seq >= 0),       -- last number given
    acked_seq bigint NOT NULL CHECK (acked_seq >= 0), -- the log holds 1 to this, in order
    PRIMARY KEY (task, topic, partition),
    CHECK (acked_seq <= seq)
) WITH (fillfactor = 50);

-- Records that an operator told this service to pass over.
CREATE TABLE task_skip (
    topic         text NOT NULL,
    partition     integer NOT NULL,
    record_offset bigint NOT NULL,
    told_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, record_offset)
);

-- What was said, in the transaction of the effects; published from memory, and from here after a takeover. What one
-- commit says on one output partition is one row, since a row and its place in an index cost more than the bytes in it.
-- Read it through the view outbox. Retired by dropping whole days, never by DELETE.
CREATE TABLE outbox_bundle (
    written_on date NOT NULL,
    task       integer NOT NULL,
    topic      text NOT NULL,
    partition  integer NOT NULL,
    first_seq  bigint NOT NULL,
    seq        bigint NOT NULL, -- the last: the arrays have an element for each number from first_seq to this
    epoch      bigint NOT NULL, -- the owner that wrote it
    at         bigint NOT NULL, -- the step's time, microseconds: a second publication has the same bytes
    ordinals   bigint[] NOT NULL, -- order over all outputs of the task
    types      text[] NOT NULL,
    keys       bytea[] NOT NULL,
    "values"   bytea[] NOT NULL,
    headers    bytea[] NOT NULL, -- of dead letters: those of the record and the reasons
    CHECK (cardinality(ordinals) = seq - first_seq + 1 AND cardinality(types) = cardinality(ordinals)
           AND cardinality(keys) = cardinality(ordinals) AND cardinality("values") = cardinality(ordinals)
           AND cardinality(headers) = cardinality(ordinals))
) PARTITION BY RANGE (written_on);

-- Long arrays stand out of line, where the usual way of compressing would cost more than writing them does.
ALTER TABLE outbox_bundle ALTER types SET COMPRESSION lz4, ALTER keys SET COMPRESSION lz4,
    ALTER "values" SET COMPRESSION lz4, ALTER headers SET COMPRESSION lz4, ALTER ordinals SET COMPRESSION lz4;

CREATE INDEX outbox_by_number ON outbox_bundle (task, topic, partition, seq);

-- A row for each event.
CREATE VIEW outbox AS
SELECT written_on, task, topic, partition, first_seq + nth - 1 AS seq, ordinal, epoch, at, type, key, value, header AS headers
  FROM outbox_bundle, unnest(ordinals, types, keys, "values", headers) WITH ORDINALITY
       AS event(ordinal, type, key, value, header, nth);

-- Makes the partitions of today and the two days after, and drops those that are 7 days old with every row acknowledged.
-- As owner, so that the application role needs no right to change tables. Both need the whole table for a moment, and while
-- they wait for it nobody writes: so they do not wait long, and what a dump holds is left to the next time.
CREATE FUNCTION outbox_maintain() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '100ms' AS $$
DECLARE
    today   date := (now() AT TIME ZONE 'UTC')::date;
    part    record;
    dropped integer := 0;
    waiting boolean;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('arrears outbox')) THEN
        RETURN 0; -- another replica is at it
    END IF;
    FOR i IN 0..2 LOOP
        -- Only inserted into and dropped whole: there is nothing to clean up, and statistics of long arrays that
        -- nobody searches by would take half a processor for seconds.
        BEGIN
            EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF outbox_bundle FOR VALUES FROM (%L) TO (%L)'
                           ' WITH (autovacuum_enabled = false, toast.autovacuum_enabled = false)',
                           'outbox_' || to_char(today + i, 'YYYYMMDD'), today + i, today + i + 1);
        EXCEPTION WHEN lock_not_available THEN
            IF i = 0 THEN
                RAISE; -- without a place for today nothing can be said
            END IF;
        END;
    END LOOP;
    FOR part IN
        SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
         WHERE inhparent = 'outbox_bundle'::regclass AND c.relname < 'outbox_' || to_char(today - 7, 'YYYYMMDD')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I JOIN task_output USING (task, topic, partition) '
                       'WHERE %I.seq > acked_seq)', part.relname, part.relname) INTO waiting;
        CONTINUE WHEN waiting;
        BEGIN
            EXECUTE format('DROP TABLE %I', part.relname);
            dropped := dropped + 1;
        EXCEPTION WHEN lock_not_available THEN
            NULL; -- somebody reads it
        END;
    END LOOP;
    RETURN dropped;
END $$;

SELECT outbox_maintain();

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON installation, outbox_bundle TO %I', application);
    EXECUTE format('GRANT SELECT ON outbox TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON task, task_input, task_mark, task_output TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON task_skip TO %I', application);
    EXECUTE format('GRANT EXECUTE ON FUNCTION outbox_maintain() TO %I', application);
END $$;
