"""The field of a state, where migrations draw models."""

from django.db import models
from django.db.migrations import AddField, CreateModel
from django.db.migrations.state import ProjectState
from django.db.models.signals import class_prepared

from portal.workflow.fields import StateField


def test_what_a_migration_draws_listens_to_no_model():
    before = len(class_prepared.receivers)
    state = ProjectState()
    CreateModel("Seen", [("id", models.BigAutoField(primary_key=True)), ("state", StateField(default="draft"))]).state_forwards(
        "drawn", state
    )
    drawn = state.apps.get_model("drawn", "Seen")
    AddField("Seen", "name", models.CharField(max_length=9, default="")).state_forwards("drawn", state)

    assert drawn().state == "draft"
    assert len(class_prepared.receivers) <= before
