-- Interest on late debts, and the day on which money came as somebody said it.

ALTER TABLE account
    ADD COLUMN bears_interest boolean NOT NULL DEFAULT false; -- one of its items was issued under a regime

-- Nothing was sent of what the ledger charges or gives back itself.
ALTER TABLE item ALTER COLUMN hash DROP NOT NULL;
ALTER TABLE credit ALTER COLUMN hash DROP NOT NULL;

-- A sealed month moves the effective day; nobody paid later for it.
ALTER TABLE credit ADD COLUMN received_on date;
UPDATE credit SET received_on = effective_on;
ALTER TABLE credit ALTER COLUMN received_on SET NOT NULL;

-- What late payment of an item has cost so far, one row beside each item that was issued under an interest regime. The mark
-- says up to which day it is counted; what is posted is the difference to what was posted before.
CREATE TABLE accrued (
    task          integer NOT NULL,
    account       bigint NOT NULL,
    number        text COLLATE "C" NOT NULL, -- with the instalment the item, which is of the principal
    instalment    smallint NOT NULL,
    regime        text NOT NULL,   -- id of the interest document; which version, the day of issue says
    currency      text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    invoiced      bigint NOT NULL, -- the whole invoice: its fixed sum goes by it
    until         date,            -- the mark: last day that is counted; none yet
    amount        bigint NOT NULL CHECK (amount >= 0), -- up to the mark
    posted        bigint NOT NULL CHECK (posted >= 0), -- of it
    fixed         bigint NOT NULL CHECK (fixed >= 0),  -- sum posted beside it
    interest_back bigint NOT NULL CHECK (interest_back >= 0), -- ever taken back of what was posted, and of the fixed sum
    fixed_back    bigint NOT NULL CHECK (fixed_back >= 0),
    charges       integer NOT NULL CHECK (charges >= 0), -- items of interest made for it
    moves         text NOT NULL,   -- what was open: "2024-01-31 +10000 2024-02-16 -2500", days and minor units
    overlong      boolean NOT NULL, -- more moves than can be kept: nothing is counted any more
    PRIMARY KEY (task, account, number, instalment)
) WITH (fillfactor = 70);

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON accrued TO %I', application);
END $$;
