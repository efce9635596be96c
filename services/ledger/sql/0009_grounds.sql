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

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON ground TO %I', application);
END $$;
