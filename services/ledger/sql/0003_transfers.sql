-- How a payment came, and how often its money was moved on its way here.
ALTER TABLE credit
    ADD COLUMN way   text NOT NULL DEFAULT '', -- empty: not known
    ADD COLUMN payer text NOT NULL DEFAULT '', -- empty: the customer
    ADD COLUMN moves smallint NOT NULL DEFAULT 0 CHECK (moves >= 0);

COMMENT ON COLUMN account.has_credit IS 'something is unapplied that may pay an item: not in suspense';

-- Money of a payment that was moved on to another account of the creditor; called back when the payment is gone.
CREATE TABLE move (
    task     integer NOT NULL,
    account  bigint NOT NULL,
    payment  text COLLATE "C" NOT NULL,
    entry    bigint NOT NULL,           -- that sent it: with the name of the account it names the transfer
    customer text COLLATE "C" NOT NULL, -- who has it now
    currency text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    amount   bigint NOT NULL CHECK (amount > 0),
    recalled bigint NOT NULL CHECK (recalled BETWEEN 0 AND amount),
    PRIMARY KEY (task, account, payment, entry)
);

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON move TO %I', application);
END $$;
