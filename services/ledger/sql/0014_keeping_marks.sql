-- A build that marks rules in another way writes those of its first day once more.
DO $$
DECLARE
    application text := current_setting('arrears.application_role');
BEGIN
    EXECUTE format('GRANT UPDATE ON bookkeeping_rule TO %I', application);
END $$;
