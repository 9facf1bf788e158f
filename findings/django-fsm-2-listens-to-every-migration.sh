#!/usr/bin/env bash
# django-fsm-2 4.2.4 with Django 5.2.19: each FSMField listens to `class_prepared` from the moment it enters a model, those that migrations
# draw from their state included. Such models are drawn again after each change, and what drew them before keeps listening: each model drawn
# later asks all of them. Migrating a portal of twelve workflows spent 58 % of its time there.
# Seen: one model with one FSMField, then 200 fields added to it one by one: 201 listeners more than at the start, where a CharField
# leaves none. A field that disconnects itself when its model's module is "__fake__" leaves none either.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "django==5.2.19" "django-fsm-2==4.2.4"
cat >"$folder/seen.py" <<'PY'
import gc

import django
from django.conf import settings

settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField")
django.setup()
from django.db import models
from django.db.migrations import AddField, CreateModel
from django.db.migrations.state import ProjectState
from django.db.models.signals import class_prepared
from django_fsm import FSMField


class Quiet(FSMField):
    def contribute_to_class(self, cls, name, private_only=False, **kwargs):
        super().contribute_to_class(cls, name, private_only=private_only, **kwargs)
        if cls.__module__ == "__fake__":
            class_prepared.disconnect(self._collect_transitions)


gc.disable()  # as between two passes of the collector: what is drawn stays until then


def listeners_after(field: models.Field) -> int:
    before = len(class_prepared.receivers)
    state = ProjectState()
    CreateModel("Order", [("id", models.BigAutoField(primary_key=True)), ("state", field)]).state_forwards("seen", state)
    state.apps
    for rank in range(200):
        AddField("Order", f"column{rank}", models.CharField(max_length=9, default="")).state_forwards("seen", state)
    return len(class_prepared.receivers) - before


found = listeners_after(FSMField(default="draft")), listeners_after(models.CharField(max_length=9)), listeners_after(Quiet(default="draft"))
print("listeners left by 200 added fields, FSMField, CharField, quiet FSMField:", found)
assert found[0] >= 200 and found[1:] == (0, 0), found
PY
"$folder/venv/bin/python" "$folder/seen.py"
