-- Why something was given up: kept beside the entries whose document it names. Written once; under a standing approval every
-- write-off names the same one.
CREATE TABLE ground (
    task        integer NOT NULL,
    account     bigint NOT NULL,
    document    text COLLATE "C" NOT NULL, -- the approved request, or the reference of a standing approval
    code        text NOT NULL CHECK (code IN ('', 'uncollectible', 'insolvent', 'deceased', 'time_barred', 'small_balance',
                                              'uneconomic', 'other')), -- empty: not said
    reason      text NOT NULL,             -- as it was asked for
    standing    boolean NOT NULL,          -- by a standing approval
    recorded_on date NOT NULL,
    PRIMARY KEY (task, account, document)
);

-- Of what is posted, forgiven for good by approved requests; of the invoice, in its first row.
ALTER TABLE accrued
    ADD COLUMN waived       bigint NOT NULL DEFAULT 0 CHECK (waived >= 0),       -- interest
    ADD COLUMN fixed_waived bigint NOT NULL DEFAULT 0 CHECK (fixed_waived >= 0); -- fixed sum

-- Invoices that stand in a request until it is decided.
CREATE TABLE asked (
    task    integer NOT NULL,
    account bigint NOT NULL,
    request text COLLATE "C" NOT NULL,
    invoice text COLLATE "C" NOT NULL,
    PRIMARY KEY (task, account, request, invoice)
);

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON ground TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON asked TO %I', application);
END $$;
