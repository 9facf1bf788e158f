#!/usr/bin/env bash
# django-fsm-2 4.2.4 with Django 5.2.19: a queryset that defers the state field of a model under ConcurrentTransitionMixin costs one more
# query per row. The mixin notes the state in __init__, and reading a deferred field there fetches it, row by row.
# Seen: 5 rows, `.only("name")`: 6 queries; `.only("name", "state")`: 1. Lists that name their columns must name the state.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "django==5.2.19" "django-fsm-2==4.2.4"
cat >"$folder/seen.py" <<'PY'
import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, DEBUG=True, USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
from django.db import connection, models, reset_queries
from django_fsm import ConcurrentTransitionMixin, FSMField


class Order(ConcurrentTransitionMixin, models.Model):
    name = models.CharField(max_length=20)
    state = FSMField(default="draft")

    class Meta:
        app_label = "seen"


with connection.schema_editor() as editor:
    editor.create_model(Order)
Order.objects.bulk_create(Order(name=f"n{rank}") for rank in range(5))


def queries(*names: str) -> int:
    reset_queries()
    list(Order.objects.only(*names))
    return len(connection.queries)


found = queries("name"), queries("name", "state")
print("queries, state deferred and not:", found)
assert found == (6, 1), found
PY
"$folder/venv/bin/python" "$folder/seen.py"
