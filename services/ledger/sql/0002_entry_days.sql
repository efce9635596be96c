-- Reports of a day look for what counts, or was recorded, only later. Entries come in about the order of both days, so that a
-- summary of each stretch of rows finds those of the last days; it costs an entry nothing that can be measured.
CREATE INDEX entry_days ON entry USING brin (effective_on, recorded_on) WITH (autosummarize = on);
