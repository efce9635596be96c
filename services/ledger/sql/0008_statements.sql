-- Statements of accounts, and what customers say of them. They are evidence: a row is written once, an answer is added once, and
-- nothing is taken away.
CREATE TABLE statement (
    task        integer NOT NULL,
    account     bigint NOT NULL,
    number      text COLLATE "C" NOT NULL, -- "~S/2026-03-31"
    as_of       date NOT NULL,             -- at the close of that day
    answer      text NOT NULL CHECK (answer IN ('', 'agreed', 'disputed')), -- empty: none yet
    answered_by text COLLATE "C" NOT NULL, -- number of the document, like the next ones of an answer
    agreed_on   date CHECK (agreed_on >= as_of),        -- as the customer said; limitation begins anew from it
    answered_on date CHECK (answered_on >= agreed_on),  -- the open day when it was accepted
    evidence    text NOT NULL,             -- how it is known and where that is kept
    actor       text NOT NULL,
    PRIMARY KEY (task, account, number),
    CHECK ((answer = '') = (agreed_on IS NULL) AND (answer = '') = (answered_on IS NULL))
);

-- What a statement says in each currency: the balance is what is open less what is unapplied.
CREATE TABLE statement_balance (
    task      integer NOT NULL,
    account   bigint NOT NULL,
    statement text COLLATE "C" NOT NULL,
    currency  text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    open      bigint NOT NULL CHECK (open >= 0),
    unapplied bigint NOT NULL CHECK (unapplied >= 0),
    items     integer NOT NULL CHECK (items >= 0),
    PRIMARY KEY (task, account, statement, currency)
);

-- Its lines: the items that were open, as they stood. What is acknowledged counts once the statement is answered.
CREATE TABLE statement_line (
    task         integer NOT NULL,
    account      bigint NOT NULL,
    statement    text COLLATE "C" NOT NULL,
    number       text COLLATE "C" NOT NULL, -- with the next two the item
    charge       smallint NOT NULL,
    instalment   smallint NOT NULL,
    due_on       date NOT NULL,             -- as it was then
    currency     text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    open         bigint NOT NULL CHECK (open > 0),
    acknowledged bigint NOT NULL CHECK (acknowledged BETWEEN 0 AND open), -- all, or less where it is disputed
    reason       text NOT NULL,             -- why it is disputed; empty: it is not
    PRIMARY KEY (task, account, statement, number, charge, instalment),
    CHECK ((acknowledged < open) = (reason <> ''))
);

-- What bookkeeping says for reports and for the days to come: one row for each creditor with a document in force, and for
-- 'default'. When anything of it changes, all are written down again under one mark.
CREATE TABLE bookkeeping_rule (
    task         integer NOT NULL,
    since        date NOT NULL,
    id           text COLLATE "C" NOT NULL, -- the creditor, or 'default'
    mark         text NOT NULL,             -- hash of all rows of that day
    statements   text NOT NULL CHECK (statements IN ('', 'month', 'quarter', 'half_year', 'year')),
    years        integer NOT NULL CHECK (years >= 0), -- after which a debt can no longer be enforced; 0: not known
    end_of_year  boolean NOT NULL,          -- they begin at the end of the year of the due day
    part_payment boolean NOT NULL,          -- interrupts them
    revives      boolean NOT NULL,          -- what comes when they are over interrupts them all the same
    PRIMARY KEY (task, since, id)
);

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON statement, statement_balance, statement_line, bookkeeping_rule TO %I', application);
    EXECUTE format('GRANT UPDATE (answer, answered_by, agreed_on, answered_on, evidence, actor) ON statement TO %I', application);
    EXECUTE format('GRANT UPDATE (acknowledged, reason) ON statement_line TO %I', application);
END $$;
