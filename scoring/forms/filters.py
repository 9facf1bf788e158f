"""Filters of the jury's lists, kept in the address."""

from django import forms
from django.db.models import F, QuerySet

from calls.models import Application
from portal.directory.models import Authority
from portal.text.search import matching
from portal.ui.filters import FilterForm, SearchField
from scoring.enums import AssessmentState
from scoring.models import Assessment
from scoring.queries.panel import without_reader

PILE_STATES = {"a-noter": "À noter", "rendues": "Rendues", "a-relire": "À relire"}


class PileFilters(FilterForm):
    """A juror's pile: by state, or by words of the file."""

    q = SearchField()
    etat = forms.ChoiceField(required=False, label="État", choices=[("", "Tous"), *PILE_STATES.items()])

    def narrow(self, rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
        values = self.values
        rows = matching(rows, values.get("q"), "application__search_text")
        if values.get("etat") == "rendues":
            return rows.filter(state__in=AssessmentState.DONE)
        if values.get("etat") == "a-noter":
            return rows.exclude(state__in=AssessmentState.DONE)
        return rows.filter(is_flagged=True) if values.get("etat") == "a-relire" else rows


class ReadingFilters(FilterForm):
    """Files of a call by what their readings lack."""

    q = SearchField()
    lecture = forms.ChoiceField(
        required=False,
        label="Lectures",
        choices=[("", "Toutes"), ("sans", "Sans lecteur"), ("attendues", "Évaluations attendues"), ("rendues", "Toutes rendues")],
    )

    def narrow(self, rows: QuerySet[Application]) -> QuerySet[Application]:
        values = self.values
        rows = matching(rows, values.get("q"))
        if values.get("lecture") == "sans":
            return without_reader(rows)
        if values.get("lecture") == "attendues":
            return rows.filter(n_readings__gt=F("n_done"))
        return rows.filter(n_readings=F("n_done"), n_readings__gt=0) if values.get("lecture") == "rendues" else rows


class RankingFilters(FilterForm):
    """The ranking by words, authority, or files to discuss."""

    q = SearchField()
    autorite = forms.ChoiceField(required=False, label="Autorité")
    ecart = forms.BooleanField(required=False, label="Écarts à discuter seulement")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["autorite"].choices = [("", "Toutes"), *Authority.objects.values_list("code", "name")]
