"""A page with every component, in its busiest state: what the eye and axe look at."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import engines
from django.utils import timezone

from calls.enums import Outcome
from portal.jobs.models import Job
from portal.text import french
from portal.ui.paginate import paginate
from portal.ui.tables import Column
from portal.workflow.gate import Option
from portal.workflow.graph import workflow_models
from portal.workflow.templatetags.workflow import buttons_for

SOURCE = Path(__file__).with_name("components.html")


def looked_at() -> list[type]:
    """Every enum whose members are drawn as badges: the states of each machine, those of jobs, the outcomes."""
    return [*(model.State for model in workflow_models()), Job.State, Outcome]


class SampleForm(forms.Form):
    email = forms.EmailField(label="Adresse de messagerie", help_text="Celle de votre académie, par exemple prenom.nom@ac-reims.fr")
    amount = forms.DecimalField(label="Montant demandé, TTC", required=False)
    pathway = forms.ChoiceField(label="Voie de formation", choices=[("p", "Professionnelle"), ("g", "Générale")])
    summary = forms.CharField(
        label="En quoi ces besoins servent-ils le projet ?", max_length=1200, widget=forms.Textarea(attrs={"rows": 4})
    )
    boarding = forms.ChoiceField(label="Avez-vous un internat ?", choices=[("o", "Oui"), ("n", "Non")], widget=forms.RadioSelect)
    subjects = forms.MultipleChoiceField(
        label="Disciplines", choices=[("l", "Lettres"), ("m", "Maths")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agreed = forms.BooleanField(label="J’ai lu le règlement")
    quote = forms.FileField(label="Devis", help_text="PDF, 20 Mo au plus", required=False)
    day = forms.DateField(label="Livraison souhaitée", widget=forms.DateInput(attrs={"type": "date"}), required=False)


class Thing:
    def get_absolute_url(self):
        return "/page/"


JOB = SimpleNamespace(
    pk="7f",
    label="Export des dossiers",
    state=Job.State.RUNNING,
    State=Job.State,
    percent=42,
    done=420,
    total=1000,
    note="Lecture des dossiers",
    is_over=False,
    get_state_display=lambda: "En cours",
)
STEPS = [
    {"label": "Ouverture", "detail": "11 janvier", "status": "done"},
    {"label": "Clôture", "detail": "12 mars, 18 h 00", "status": "now"},
    {"label": "Délibération", "detail": "11 mai", "status": ""},
]


def context(request) -> dict:
    """Everything that the template asks for."""
    today = timezone.localdate()
    options = [
        Option("approve", "Donner le visa", (), {}),
        Option("return_to_team", "Rendre à l’équipe", (), {"needs_reason": True}),
        Option("submit", "Déposer le dossier", ("Le visa manque.",), {}),
        Option("withdraw", "Retirer le dossier", (), {"danger": True}),
    ]
    entry = SimpleNamespace(
        instead="", actor_label="Delphine Roussel", at=datetime(2027, 3, 4, 13, 52, tzinfo=UTC), reason="Il manque le <b>devis</b>."
    )
    return {
        "levels": ["ok", "info", "warn", "err", "neutral"],
        "looks": [(look, state) for enum in looked_at() for state, look in enum.LOOKS.items()],
        "dates": [today + timedelta(days=days) for days in (-2, 0, 9)],
        "form": SampleForm({"email": "x", "summary": "abc " * 320, "amount": "cent", "boarding": "?"}),
        "page": paginate(request, range(1190)),
        "columns": [
            Column("ref", "Référence", lambda row: "L40-V2-0001", link=lambda row: "/page/", row_header=True, sort="ref"),
            Column("amount", "Montant", lambda row: 12345.6, french.euros, css="n", sort="amount"),
        ],
        "funnel_steps": [
            {"label": "Éligibles", "value": 292},
            {"label": "Déposés", "value": 119, "note": "39 brouillons non déposés"},
            {"label": "Recevables", "value": 74, "pending": 37, "note": "37 à statuer"},
        ],
        "bar_rows": [
            {"label": str(40 + 4 * n), "value": v, "strong": n > 7} for n, v in enumerate([1, 2, 3, 4, 6, 8, 8, 10, 15, 14, 12, 9, 6, 4, 2])
        ],
        "job": JOB,
        "steps": STEPS,
        "buttons": buttons_for(Thing(), options),
        "small": False,
        "lines": [
            {"label": "Rendre à l’équipe", "detail": "", "signed": "", "entry": entry},
            {"label": "Déposer : fait", "detail": "", "signed": "", "entry": entry},
        ],
    }


@login_not_required
def components(request):
    return HttpResponse(engines["django"].from_string(SOURCE.read_text()).render(context(request), request))
