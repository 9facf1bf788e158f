from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from calls.enums import ApplicationState, CallState, NeedKind
from calls.models import Answer, Application, Call, Programme, Questionnaire, RequestLine
from calls.queries.to_fill import PURPOSE
from calls.questions.to_fill import DocumentToFill
from portal.files.intake import store_bytes
from portal.files.models import StoredFile
from portal.text.folding import fold
from tests.factories.directory import EstablishmentFactory

DEFINITION = {
    "sections": [
        {
            "key": "projet",
            "title": "Projet pédagogique",
            "help": "Sa place dans le projet d’établissement.",
            "questions": [
                {"key": "titre", "kind": "text", "label": "Titre du projet", "required": True, "max_length": 120},
                {"key": "resume", "kind": "long_text", "label": "Résumé", "required": True, "max_length": 1200, "criterion": "projet"},
                {
                    "key": "niveau",
                    "kind": "choice",
                    "label": "Niveau principal",
                    "required": False,
                    "choices": [{"value": "2nde", "label": "Seconde"}, {"value": "1re", "label": "Première"}],
                },
                {"key": "eleves", "kind": "number", "label": "Élèves concernés", "required": True, "minimum": 1, "maximum": 5000},
            ],
        },
        {
            "key": "besoins",
            "title": "Besoins",
            "help": "",
            "questions": [
                {
                    "key": "besoins",
                    "kind": "needs",
                    "label": "Équipements et câblage",
                    "required": True,
                    "ceiling": "140000.00",
                    "kits": [{"key": "salle", "label": "Salle", "lines": [{"item": "serveur", "quantity": 1, "priority": 2}]}],
                    "items": [
                        {
                            "code": "portable-11",
                            "label": "Ordinateur portable 11,6 pouces",
                            "kind": "equipment",
                            "unit_price": "412.00",
                            "vat_rate": "20.0",
                        },
                        {
                            "code": "serveur",
                            "label": "Serveur pédagogique",
                            "kind": "equipment",
                            "unit_price": "6480.00",
                            "vat_rate": "20.0",
                        },
                        {"code": "prise-rj45", "label": "Prise RJ45", "kind": "cabling", "unit_price": "145.00", "vat_rate": "20.0"},
                    ],
                },
                {
                    "key": "cofinancement",
                    "kind": "amount",
                    "label": "Part du lycée",
                    "required": False,
                    "minimum": "0.00",
                    "maximum": "500000.00",
                },
            ],
        },
        {
            "key": "pieces",
            "title": "Pièces jointes",
            "help": "",
            "questions": [
                {
                    "key": "deliberation",
                    "kind": "file",
                    "label": "Délibération du conseil d’administration",
                    "required": False,
                    "accept": ["pdf"],
                }
            ],
        },
    ]
}


# A call that asks for amounts in euros, which count in the request, beside needs.
ASKED_IN_EUROS = {
    "sections": [
        DEFINITION["sections"][1],
        {
            "key": "argent",
            "title": "Budget",
            "help": "",
            "questions": [
                {"key": "cout", "kind": "amount", "label": "Coût des ressources TTC", "required": False, "requested": True},
                {"key": "stage", "kind": "amount", "label": "Sorties et intervenants TTC", "required": False, "requested": True},
            ],
        },
    ]
}


def partners_form() -> dict:
    """A form that asks for one or two partner schools, after the project."""
    asked = {"key": "partenaires", "kind": "partners", "label": "Lycées partenaires", "required": True, "least": 1, "most": 2}
    section = {"key": "reseau", "title": "Réseau", "help": "", "questions": [asked]}
    return {"sections": [DEFINITION["sections"][0], section]}


def document_to_fill(call: Call, *, name: str = "budget.ods", question: str = "deliberation") -> StoredFile:
    """The document that a question of the form in force gives to fill in."""
    stored = store_bytes(name, b"a sheet", "application/vnd.oasis.opendocument.spreadsheet", purpose=PURPOSE, subject=call)
    version = call.questionnaire
    version.definition = deepcopy(version.definition)
    for section in version.definition["sections"]:
        for asked in section["questions"]:
            if asked["key"] == question:
                asked["to_fill"] = DocumentToFill(str(stored.pk), stored.name, stored.size).as_json
    version.save(update_fields=["definition"])
    return stored


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme
        django_get_or_create = ("code",)

    code = "l40"
    name = "Lycée 4.0"


class CallFactory(DjangoModelFactory):
    """A published, open call with its questionnaire."""

    class Meta:
        model = Call
        skip_postgeneration_save = True

    programme = factory.SubFactory(ProgrammeFactory)
    reference = factory.Sequence(lambda n: f"L40-V{n + 1}")
    slug = factory.LazyAttribute(lambda c: f"lycee-{c.reference.lower()}")
    title = factory.LazyAttribute(lambda c: f"Lycée 4.0, {c.reference}")
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=20))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=10))
    budget_amount = Decimal("1000000.00")
    ceiling_amount = Decimal("140000.00")
    state = CallState.PUBLISHED

    class Params:
        upcoming = factory.Trait(
            opens_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=5)),
            closes_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=35)),
        )
        closed = factory.Trait(closes_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=1)))

    @factory.post_generation
    def with_questionnaire(self, create, extracted, **kwargs):
        if create and extracted is not False:
            Questionnaire.objects.create(call=self, version=1, definition=extracted or DEFINITION, frozen_at=timezone.now())


class ApplicationFactory(DjangoModelFactory):
    """A draft. Traits: `complete` (answers and needs), `submitted`, `admissible`."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    call = factory.SubFactory(CallFactory)
    establishment = factory.SubFactory(EstablishmentFactory)
    questionnaire = factory.LazyAttribute(lambda a: a.call.questionnaire)
    reference = factory.Sequence(lambda n: f"L40-V2-{n + 1:04d}")
    title = "Parler, produire, coopérer avec le numérique"
    search_text = factory.LazyAttribute(lambda a: fold(f"{a.reference} {a.establishment.name} {a.establishment.commune_name} {a.title}"))

    class Params:
        submitted = factory.Trait(
            state=ApplicationState.SUBMITTED,
            approved_at=factory.LazyFunction(timezone.now),
            submitted_at=factory.LazyFunction(timezone.now),
        )
        admissible = factory.Trait(submitted=True, state=ApplicationState.ADMISSIBLE, checked_at=factory.LazyFunction(timezone.now))

    @factory.post_generation
    def complete(self, create, extracted, **kwargs):
        """`complete=True` fills every required question and two needs."""
        if not create or not extracted:
            return
        Answer.objects.create(application=self, question_key="titre", value=self.title)
        Answer.objects.create(application=self, question_key="resume", value="Les six classes de seconde coopèrent.")
        Answer.objects.create(application=self, question_key="eleves", value=180)
        RequestLineFactory(application=self)
        RequestLineFactory(
            application=self,
            kind=NeedKind.CABLING,
            item_code="prise-rj45",
            label="Prise RJ45",
            quantity=48,
            unit_price_amount=Decimal("145.00"),
        )
        Application.objects.filter(pk=self.pk).update(requested_amount=Decimal("57792.00"))
        self.requested_amount = Decimal("57792.00")


class AnswerFactory(DjangoModelFactory):
    class Meta:
        model = Answer

    application = factory.SubFactory(ApplicationFactory)
    question_key = "resume"
    value = "Les six classes de seconde coopèrent."


class RequestLineFactory(DjangoModelFactory):
    class Meta:
        model = RequestLine

    application = factory.SubFactory(ApplicationFactory)
    question_key = "besoins"
    kind = NeedKind.EQUIPMENT
    item_code = "portable-11"
    label = "Ordinateur portable 11,6 pouces"
    quantity = 100
    unit_price_amount = Decimal("412.00")
    vat_rate = Decimal("20.0")
