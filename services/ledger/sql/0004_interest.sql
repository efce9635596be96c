-- Interest on late debts, and the day on which money came as somebody said it.

ALTER TABLE account
    ADD COLUMN bears_interest boolean NOT NULL DEFAULT false, -- one of its items was issued under a regime
    ADD COLUMN has_pauses     boolean NOT NULL DEFAULT false; -- there ever was one
UPDATE account a SET has_pauses = true
 WHERE EXISTS (SELECT FROM pause p WHERE (p.task, p.account) = (a.task, a.account));

-- Those of an invoice: of one that comes, and of those that are late.
CREATE INDEX pause_invoice ON pause (task, account, invoice);

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
    late_on       date,            -- the first late day that is counted; none
    posted        bigint NOT NULL CHECK (posted >= 0), -- as items of their own, less what was taken back
    fixed         bigint NOT NULL CHECK (fixed >= 0),  -- sum posted beside it, less what was taken back
    interest_paid bigint NOT NULL, -- by credits, less what came back; of the invoice, in its first row
    fixed_paid    bigint NOT NULL, -- likewise
    charges       integer NOT NULL CHECK (charges >= 0), -- items of interest made for it
    fixed_charges integer NOT NULL CHECK (fixed_charges >= 0), -- of its fixed sum
    paid          boolean NOT NULL, -- a payment closed it: what it cost is posted
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
