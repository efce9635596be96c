-- Items that are agreed to be sold on a day to come.
ALTER TABLE account ADD COLUMN has_pending boolean NOT NULL DEFAULT false; -- one of them is pending

CREATE TABLE assignment (
    task        integer NOT NULL,
    account     bigint NOT NULL,
    sale        text COLLATE "C" NOT NULL, -- number of the agreement
    number      text COLLATE "C" NOT NULL, -- with the next two the item
    charge      smallint NOT NULL,
    instalment  smallint NOT NULL,
    currency    text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    open        bigint NOT NULL CHECK (open > 0), -- of the item, when it was agreed
    price       bigint NOT NULL CHECK (price BETWEEN 0 AND open),
    settles_on  date NOT NULL,
    state       text NOT NULL CHECK (state IN ('pending', 'active', 'dropped')),
    recorded_on date NOT NULL,
    PRIMARY KEY (task, account, sale, number, charge, instalment)
);
CREATE INDEX assignment_pending ON assignment (task, account) WHERE state = 'pending';

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON assignment TO %I', application);
END $$;
