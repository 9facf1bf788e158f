from django.db import migrations

from portal.journal.triggers import install_triggers


def install(apps, schema_editor):
    install_triggers(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
