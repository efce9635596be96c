-- The tax within what is written off, where the write-off took it back: it is owed again when the debt or the money comes back.
ALTER TABLE item
    ADD COLUMN written_off_tax bigint NOT NULL DEFAULT 0 CHECK (written_off_tax BETWEEN 0 AND tax);
