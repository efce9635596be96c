-- The provision matrices by which the loss allowance has been counted since a day, one for each allowance document in
-- force: what reports of that day and later ones go by. When anything about one of them changes, the market index of the
-- day too, all of them are written down again under one hash.
CREATE TABLE allowance_rule (
    task            integer NOT NULL,
    since           date NOT NULL,
    id              text COLLATE "C" NOT NULL, -- the creditor, or 'default'; empty: from here on there is none
    hash            text NOT NULL,             -- of all rows of that day
    document        text NOT NULL,             -- hash of the rule document
    valid_from      date NOT NULL,
    names           text[] NOT NULL,           -- the lines of the matrix: buckets, and 'default'
    from_days       integer[] NOT NULL,        -- days past due with which each begins
    default_days    integer NOT NULL,
    reason          text NOT NULL,             -- why that is not 90; empty: it is
    market_index    text NOT NULL,             -- series; empty: none
    factor          bigint,                    -- millionths of a percent; none: the series does not say
    rounding        text NOT NULL,
    rate_names      text[] NOT NULL,           -- line by line
    rate_currencies text[] NOT NULL,           -- empty: every one without a rate of its own
    rate_percents   bigint[] NOT NULL,         -- millionths
    PRIMARY KEY (task, since, id),
    CHECK (cardinality(names) = cardinality(from_days)),
    CHECK (cardinality(rate_names) = cardinality(rate_percents)),
    CHECK (cardinality(rate_currencies) = cardinality(rate_percents))
);

DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON allowance_rule TO %I', application);
END $$;
