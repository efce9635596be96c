-- The books: what stands open, what is unapplied, and the journal that says how it came to be.
--
-- Every table begins with the task, and a task's rows are written by its owner alone. Names are compared byte by
-- byte, as the keys of topics are. Amounts are minor units of the currency beside them. There are no foreign
-- keys: rows come by the thousand in one transaction of one program, and tests check what they would.
--
-- What stands in an account names it by its number, which costs an index a fraction of what two names do. A number
-- comes from this sequence and means something only beside its task, with which every key begins: tasks that move to
-- another database take their numbers along. Some are never used; none is used twice. They are fetched in advance,
-- since who fetches them waits for the disk.
CREATE SEQUENCE account_number CACHE 1000;

-- One customer of one creditor.
CREATE TABLE account (
    task       integer NOT NULL,
    account    bigint NOT NULL,                         -- its number
    creditor   text COLLATE "C" NOT NULL,
    customer   text COLLATE "C" NOT NULL,
    last_entry bigint NOT NULL CHECK (last_entry >= 0), -- number of its last journal entry
    next_due   date,                                    -- first day whose end has something to do here
    open_total bigint NOT NULL CHECK (open_total >= 0), -- of its invoices, whatever their currency: always fits
    has_credit boolean NOT NULL,                        -- something is unapplied
    is_held    boolean NOT NULL,                        -- a hold is in force
    PRIMARY KEY (task, creditor, customer),
    UNIQUE (task, account)
) WITH (fillfactor = 70);

-- What the end of a day visits. Nothing stays due, so at the end of a day all rows in question have that day, and
-- this order is the order of keys.
CREATE INDEX account_due ON account (task, next_due, creditor, customer) WHERE next_due IS NOT NULL;

-- What was accepted, by the sender's number: the first one stands. Items and credits are kept in tables of their own.
CREATE TABLE document (
    task        integer NOT NULL,
    account     bigint NOT NULL,
    kind        text NOT NULL,
    number      text COLLATE "C" NOT NULL,
    hash        bytea NOT NULL CHECK (length(hash) = 32), -- of its content
    recorded_on date NOT NULL,
    PRIMARY KEY (task, account, kind, number)
);

-- Open items: the instalments of invoices, one for an invoice without any, and what was charged on them.
CREATE TABLE item (
    task           integer NOT NULL,
    account        bigint NOT NULL,
    number         text COLLATE "C" NOT NULL, -- of the invoice
    charge         smallint NOT NULL CHECK (charge BETWEEN 0 AND 2), -- principal, interest, costs: a number in every key
    instalment     smallint NOT NULL CHECK (instalment >= 0), -- 1, 2, 3 ...; 0: the invoice has none
    currency       text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    amount         bigint NOT NULL CHECK (amount > 0),
    open           bigint NOT NULL CHECK (open BETWEEN 0 AND amount),
    written_off    bigint NOT NULL CHECK (written_off BETWEEN 0 AND amount), -- and not recovered
    tax            bigint NOT NULL CHECK (tax BETWEEN 0 AND amount),           -- within the amount
    discount       bigint NOT NULL CHECK (discount BETWEEN 0 AND amount),      -- for who pays early
    discount_until date,
    issued_on      date NOT NULL,
    open_from      date NOT NULL, -- issued, or open again: nothing is applied with effect before
    due_on         date NOT NULL, -- as agreed last
    first_due_on   date NOT NULL, -- as agreed first
    state          text NOT NULL CHECK (state IN ('open', 'settled', 'cancelled', 'written_off', 'released',
                                                  'assigned', 'restructured')),
    bucket         text NOT NULL, -- of the aging, as last announced
    applied_on     date,          -- latest effective date of what was applied
    written_off_on date,
    hash           bytea NOT NULL CHECK (length(hash) = 32), -- of what was sent
    recorded_on    date NOT NULL,
    PRIMARY KEY (task, account, number, charge, instalment),
    CHECK ((state = 'open') = (open > 0)),
    CHECK (state <> 'written_off' OR written_off_on IS NOT NULL),
    CHECK (written_off = 0 OR written_off_on IS NOT NULL)
) WITH (fillfactor = 80);

CREATE INDEX item_open ON item (task, account) WHERE state = 'open';

-- Payments and credit notes.
CREATE TABLE credit (
    task         integer NOT NULL,
    account      bigint NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('payment', 'credit_note')),
    number       text COLLATE "C" NOT NULL,
    currency     text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    amount       bigint NOT NULL CHECK (amount > 0),
    unapplied    bigint NOT NULL CHECK (unapplied BETWEEN 0 AND amount),
    reversed     bigint NOT NULL CHECK (reversed BETWEEN 0 AND amount), -- gone again
    effective_on date NOT NULL,
    invoice      text COLLATE "C" NOT NULL, -- the one it names; may be empty or not known yet
    hash         bytea NOT NULL CHECK (length(hash) = 32), -- of what was sent
    recorded_on  date NOT NULL,
    PRIMARY KEY (task, account, kind, number)
) WITH (fillfactor = 80);

CREATE INDEX credit_unapplied ON credit (task, account) WHERE unapplied > 0;

-- Days on which an item was due from some day on, where that has changed. Only ever added to, so that a day that is
-- over keeps the answer it had.
CREATE TABLE due_change (
    task         integer NOT NULL,
    account      bigint NOT NULL,
    number       text COLLATE "C" NOT NULL, -- with the next two the item
    charge       smallint NOT NULL,
    instalment   smallint NOT NULL,
    document     text COLLATE "C" NOT NULL, -- number of the extension
    effective_on date NOT NULL,
    due_on       date NOT NULL,
    recorded_on  date NOT NULL,
    PRIMARY KEY (task, account, number, charge, instalment, document)
);

-- Up to which day the books of a creditor are sealed: nothing that counts from such a day is changed any more.
CREATE TABLE period (
    task         integer NOT NULL,
    creditor     text COLLATE "C" NOT NULL,
    sealed_until date, -- none: opened again from the first one on
    PRIMARY KEY (task, creditor)
);

-- Days on which the clock of an invoice stands still: from starts_on to before ends_on.
CREATE TABLE pause (
    task        integer NOT NULL,
    account     bigint NOT NULL,
    number      text COLLATE "C" NOT NULL,
    invoice     text COLLATE "C" NOT NULL, -- may not be known yet
    kind        text NOT NULL CHECK (kind IN ('dispute', 'promise', 'plan', 'hold')),
    starts_on   date NOT NULL,
    ends_on     date CHECK (ends_on > starts_on), -- not known yet
    reason      text NOT NULL,
    actor       text NOT NULL,
    recorded_on date NOT NULL,
    PRIMARY KEY (task, account, number)
);

-- What invoices say of themselves besides their debt, and their steps to the customer. Only of those of which something is
-- said; a step may come before its invoice.
CREATE TABLE invoice_detail (
    task         integer NOT NULL,
    account      bigint NOT NULL,
    invoice      text COLLATE "C" NOT NULL,
    purchase     text NOT NULL, -- the customer's order
    contract     text NOT NULL,
    salesperson  text NOT NULL,
    delivered_on date,
    sent_on      date,
    received_on  date,
    approved_on  date,
    PRIMARY KEY (task, account, invoice)
);

-- Records of an account that lie in the dead letters.
CREATE TABLE hold (
    task          integer NOT NULL,
    account       bigint NOT NULL,
    topic         text COLLATE "C" NOT NULL,
    partition     integer NOT NULL,
    record_offset bigint NOT NULL,
    reason        text NOT NULL,
    sentence      text NOT NULL,
    held_on       date NOT NULL,
    cleared_on    date,
    PRIMARY KEY (task, account, topic, partition, record_offset)
);

CREATE INDEX hold_in_force ON hold (task, account) WHERE cleared_on IS NULL;

-- The journal. An entry moves one amount from one account of the chart to another, so that debits are credits whatever
-- is written. It counts from effective_on; recorded_on is the open day on which it was learned of.
CREATE TABLE entry (
    task          integer NOT NULL,
    account       bigint NOT NULL,
    entry         bigint NOT NULL CHECK (entry > 0), -- 1, 2, 3 ... of its account
    kind          text NOT NULL,
    debit         text COLLATE "C" NOT NULL,         -- accounts of the chart
    credit        text COLLATE "C" NOT NULL CHECK (credit <> debit),
    currency      text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    amount        bigint NOT NULL CHECK (amount > 0),
    effective_on  date NOT NULL,
    recorded_on   date NOT NULL,
    invoice       text COLLATE "C" NOT NULL,         -- with the next two the item; empty on entries about a credit alone
    charge        smallint NOT NULL,
    instalment    smallint NOT NULL,
    credit_kind   text NOT NULL,                     -- payment or credit note; empty when there is none
    credit_number text COLLATE "C" NOT NULL,
    document      text COLLATE "C" NOT NULL,         -- what made it, where that is neither of the two: an approved request,
                                                     -- a reversal, refund, fee or cancellation
    allocation    text NOT NULL,                     -- the policy by which an allocation was made
    position      bigint NOT NULL CHECK (position >= 0),         -- 0, 1, 2 ... of its task: its place in the tree
    leaf          bytea NOT NULL CHECK (length(leaf) = 32),      -- hash of all of the above: what stands at that place
    epoch         bigint NOT NULL,                   -- of the owner that wrote it
    PRIMARY KEY (task, account, entry)
);

-- An audit reads a task's entries in the order of their places, which is about that of the rows: a few hashes of a
-- summary do for it, where a tree would cost every entry as much as its key does.
CREATE INDEX entry_position ON entry USING brin (task, position) WITH (autosummarize = on);

-- The Merkle tree over the entries of a task (RFC 9162): its size, and the hashes of the perfect subtrees it is made of,
-- the largest first.
CREATE TABLE journal_tree (
    task      integer PRIMARY KEY,
    size      bigint NOT NULL CHECK (size >= 0),
    frontier  bytea NOT NULL CHECK (length(frontier) % 32 = 0),
    last_head bytea CHECK (length(last_head) = 32) -- hash of the note of its last head
) WITH (fillfactor = 50);

-- What was signed and published of it at the end of each day.
CREATE TABLE journal_head (
    task integer NOT NULL,
    day  date NOT NULL,
    size bigint NOT NULL,
    root bytea NOT NULL CHECK (length(root) = 32),
    note text NOT NULL, -- as it was published
    PRIMARY KEY (task, day)
);

-- The same as auditors read it, each entry twice: above zero is a debit. The join is LEFT, so that a question without
-- names is answered without it.
CREATE VIEW leg AS
    SELECT task, account, a.creditor, a.customer, l.entry, l.gl, l.currency, l.amount
      FROM (SELECT task, account, entry, debit AS gl, currency, amount FROM entry
            UNION ALL
            SELECT task, account, entry, credit, currency, -amount FROM entry) l
      LEFT JOIN account a USING (task, account);

-- What moved on the receivable account, by item.
CREATE VIEW receivable AS
    SELECT task, account, a.creditor, a.customer, entry, effective_on, invoice AS number, charge, instalment,
           CASE debit WHEN 'receivable' THEN amount ELSE -amount END AS moved
      FROM entry LEFT JOIN account a USING (task, account)
     WHERE debit = 'receivable' OR credit = 'receivable';

-- Sums of the legs, kept in the same transaction. By task, so that no row is hot; wider than any sum of 64-bit legs,
-- so that money can always be posted.
CREATE TABLE balance (
    task     integer NOT NULL,
    creditor text COLLATE "C" NOT NULL,
    gl       text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    amount   numeric(30) NOT NULL,
    PRIMARY KEY (task, creditor, gl, currency)
) WITH (fillfactor = 50);

-- The buckets by which a task has aged since a day: what reports of that day and later ones count by.
CREATE TABLE aging_rule (
    task      integer NOT NULL,
    since     date NOT NULL,
    hash      text NOT NULL,      -- of the rule document
    names     text[] NOT NULL,
    from_days integer[] NOT NULL, -- days past due with which each bucket begins
    PRIMARY KEY (task, since),
    CHECK (cardinality(names) = cardinality(from_days))
);

-- The journal is only ever added to. The application role has no right to do anything else; this also stops those
-- who have, by mistake.
CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: correct an entry by another entry';
END $$;

CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER journal_head_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_head
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON document, due_change, entry, journal_head, aging_rule TO %I', application);
    EXECUTE format('GRANT SELECT ON leg, receivable TO %I', application);
    EXECUTE format('GRANT USAGE ON SEQUENCE account_number TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON account, item, credit, pause, period, invoice_detail, hold, balance, journal_tree TO %I', application);
END $$;
