"""The security log is only ever added to; a line may go after six months (F8.03), the account it names may go at any time."""

from django.db import migrations

INSTALL = """
CREATE FUNCTION access_security_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '6 months' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.account_id IS NULL AND (to_jsonb(NEW) - 'account_id') = (to_jsonb(OLD) - 'account_id') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the security log is only added to' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER security_log_stays BEFORE UPDATE OR DELETE ON access_securityevent
FOR EACH ROW EXECUTE FUNCTION access_security_log_stays();
"""

REMOVE = "DROP TRIGGER security_log_stays ON access_securityevent; DROP FUNCTION access_security_log_stays();"


class Migration(migrations.Migration):
    dependencies = [("access", "0002_sign_in")]
    operations = [migrations.RunSQL(INSTALL, REMOVE)]
