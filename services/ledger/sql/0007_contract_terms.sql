-- What a contract says of an invoice besides price and days. Empty: not said.
ALTER TABLE invoice_detail
    ADD COLUMN dispute_days integer NOT NULL DEFAULT 0 CHECK (dispute_days >= 0), -- after the invoice; 0: no limit
    ADD COLUMN forum        text NOT NULL DEFAULT '' CHECK (forum IN ('', 'mediation', 'arbitration', 'court')),
    ADD COLUMN jurisdiction text NOT NULL DEFAULT '',
    ADD COLUMN agencies     text NOT NULL DEFAULT '' CHECK (agencies IN ('', 'allowed', 'forbidden')),
    ADD COLUMN ways         text NOT NULL DEFAULT ''; -- "transfer direct_debit"
