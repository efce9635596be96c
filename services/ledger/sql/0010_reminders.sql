-- Reminders, as dunning says of them: an invoice on which one stands is not taken back any more, and what one costs is
-- charged once.
CREATE TABLE reminder (
    task        integer NOT NULL,
    account     bigint NOT NULL,
    reminder    text COLLATE "C" NOT NULL,
    level       text NOT NULL,            -- its name in the ladder
    currency    text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    total       bigint NOT NULL CHECK (total > 0), -- what it asks for
    invoice     text COLLATE "C" NOT NULL, -- of the oldest debt it lists: the fee is charged on it
    news        text NOT NULL CHECK (news IN ('issued', 'sent', 'failed', 'uncertain', 'withdrawn', 'resent')),
    fee         smallint NOT NULL CHECK (fee >= 0), -- number of the costs charged for it; 0: none are
    recorded_on date NOT NULL,
    PRIMARY KEY (task, account, reminder)
) WITH (fillfactor = 70);

-- The invoices it lists.
CREATE TABLE reminded (
    task     integer NOT NULL,
    account  bigint NOT NULL,
    invoice  text COLLATE "C" NOT NULL,
    reminder text COLLATE "C" NOT NULL,
    PRIMARY KEY (task, account, invoice, reminder)
);

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON reminder TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT ON reminded TO %I', application);
END $$;
