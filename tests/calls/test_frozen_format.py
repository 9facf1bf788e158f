"""Format 1 of the frozen content: what a version holds and its fingerprint, letter for letter, whatever the code becomes."""

import json
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from calls.enums import NeedKind
from calls.models import Answer, Application, Attachment
from calls.queries.content import FORMAT, build_content
from portal.files.models import StoredFile
from portal.text.canonical import canonical, fingerprint
from tests.factories.calls import ApplicationFactory, CallFactory, RequestLineFactory
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db

FROZEN = Path(__file__).parent / "data" / "content_format_1.json"
FINGERPRINT = "e46cc4c0f84627cd92d3a276739a054bfb6857d07262ec076ff1bf51da373233"
ANSWERS = {
    "titre": "Coopérer, « produire » & dire ‑ œuvre nᵒ 1",
    "resume": "Première ligne\nDeuxième ligne, avec une tabulation\tet <b>du gras</b> : 100 €",
    "niveau": "1re",
    "voies": ["pro", "general"],
    "eleves": 1180,
    "surface": 0,
    "cofinancement": "12345.60",
    "budget": "0.00",
}
DEFINITION = {
    "sections": [
        {
            "key": "projet",
            "title": "Projet",
            "questions": [
                {"key": "titre", "kind": "text", "label": "Titre du projet", "required": True, "max_length": 120},
                {"key": "sigle", "kind": "text", "label": "Sigle"},
                {"key": "resume", "kind": "long_text", "label": "Résumé", "required": True, "max_length": 1200, "criterion": "projet"},
                {
                    "key": "niveau",
                    "kind": "choice",
                    "label": "Niveau principal",
                    "choices": [{"value": "2nde", "label": "Seconde"}, {"value": "1re", "label": "Première"}],
                },
                {
                    "key": "voies",
                    "kind": "choice",
                    "label": "Voies",
                    "multiple": True,
                    "choices": [{"value": "general", "label": "Générale"}, {"value": "pro", "label": "Professionnelle"}],
                },
                {"key": "aucune", "kind": "choice", "label": "Options", "multiple": True, "choices": [{"value": "a", "label": "A"}]},
                {"key": "eleves", "kind": "number", "label": "Élèves", "minimum": 0},
                {"key": "surface", "kind": "number", "label": "Surface"},
                {"key": "classes", "kind": "number", "label": "Classes"},
            ],
        },
        {
            "key": "besoins",
            "title": "Besoins",
            "questions": [
                {
                    "key": "materiel",
                    "kind": "needs",
                    "label": "Équipements",
                    "items": [{"code": "serveur", "label": "Serveur", "kind": "equipment", "unit_price": "6480", "vat_rate": "5.5"}],
                },
                {
                    "key": "travaux",
                    "kind": "needs",
                    "label": "Travaux",
                    "items": [{"code": "prise", "label": "Prise", "kind": "cabling", "unit_price": "145"}],
                },
                {"key": "cofinancement", "kind": "amount", "label": "Part du lycée"},
                {"key": "budget", "kind": "amount", "label": "Coût", "requested": True},
                {"key": "reste", "kind": "amount", "label": "Reste"},
            ],
        },
        {
            "key": "pieces",
            "title": "Pièces",
            "questions": [
                {"key": "deliberation", "kind": "file", "label": "Délibération", "accept": ["pdf"], "multiple": True},
                {"key": "plan", "kind": "file", "label": "Plan"},
            ],
        },
    ]
}


@pytest.fixture
def application() -> Application:
    """A file that answers, or leaves blank, every kind of question; nothing in it depends on the day or the order of tests."""
    establishment = EstablishmentFactory(uai="0540001A", name="Lycée Marguerite-Thibault")
    call = CallFactory(reference="L40-V1", title="Lycée 4.0, vague 1", with_questionnaire=DEFINITION)
    file = ApplicationFactory(call=call, establishment=establishment, reference="L40-V1-0001", title=ANSWERS["titre"])
    for key, value in ANSWERS.items():
        Answer.objects.create(application=file, question_key=key, value=value)
    Answer.objects.create(application=file, question_key="sigle", value="")
    Answer.objects.create(application=file, question_key="aucune", value=[])
    RequestLineFactory(
        application=file, question_key="materiel", item_code="serveur", label="Serveur", detail="Salle B 112", quantity=3,
        unit_price_amount=Decimal("6480.00"), vat_rate=Decimal("5.5"), priority=2, is_essential=True,
    )  # fmt: skip
    RequestLineFactory(
        application=file, question_key="materiel", kind=NeedKind.CABLING, item_code="prise", label="Prise", quantity=7,
        unit_price_amount=Decimal("145.07"), vat_rate=Decimal("19.6"),
    )  # fmt: skip
    for rank, name in enumerate(["délibération.pdf", "annexe.pdf"], start=1):
        stored = StoredFile.objects.create(
            id=UUID(int=rank), name=name, content_type="application/pdf", size=1000 + rank, sha256=f"{rank:064x}", purpose="attachment"
        )
        Attachment.objects.create(application=file, question_key="deliberation", file=stored)
    return Application.objects.get(pk=file.pk)


def test_content_is_what_format_1_has_always_been(application):
    content = build_content(application)

    assert FORMAT == 1
    assert content == json.loads(FROZEN.read_text())
    assert canonical(content) == FROZEN.read_text().rstrip("\n")


def test_fingerprint_is_what_format_1_has_always_given(application):
    assert fingerprint(build_content(application)) == FINGERPRINT
