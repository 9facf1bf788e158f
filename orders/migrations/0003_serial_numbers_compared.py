"""Serial numbers are compared without width, case, spaces, invisible signs and kinds of hyphen.

Where two would become equal, the one recorded later keeps its older form: nothing is lost, and nothing fails.
"""

import re
import unicodedata

from django.db import migrations

LONGEST = 200
HYPHENS = re.compile(r"[\u002d\u058a\u05be\u2010-\u2015\u2043\u207b\u208b\u2212\u2e3a\u2e3b\u30a0\ufe58\ufe63\uff0d]")


def compared(identifier):
    plain = HYPHENS.sub("-", unicodedata.normalize("NFKC", identifier))
    folded = unicodedata.normalize("NFKC", plain.casefold())
    return "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))


def compare_again(apps, schema_editor):
    SerialNumber = apps.get_model("orders", "SerialNumber")
    rows = list(SerialNumber.objects.order_by("pk").values_list("pk", "number", "compared"))
    taken = {before for _, _, before in rows}
    for key, number, before in rows:
        after = compared(number)
        if after and after not in taken and len(after) <= LONGEST:
            taken.add(after)
            SerialNumber.objects.filter(pk=key).update(compared=after)


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_early_end_and_serial_numbers")]
    operations = [migrations.RunPython(compare_again, migrations.RunPython.noop)]
