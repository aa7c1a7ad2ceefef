from django.db import migrations

REFUSE = """
CREATE FUNCTION kernel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history only grows: % on % is refused', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER fact_only_grows BEFORE UPDATE OR DELETE ON kernel_fact FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
CREATE TRIGGER fact_never_truncated BEFORE TRUNCATE ON kernel_fact FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
"""
ALLOW = "DROP TRIGGER fact_only_grows ON kernel_fact; DROP TRIGGER fact_never_truncated ON kernel_fact; DROP FUNCTION kernel_refuse_change();"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
