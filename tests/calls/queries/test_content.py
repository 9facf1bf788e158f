import hashlib
import json
from decimal import Decimal

import pytest

from calls.actions.versions import freeze_version
from calls.enums import VersionReason
from calls.models import Answer, Application, ApplicationVersion, Attachment, RequestLine
from calls.queries.content import build_content, differences, display, requested_amount
from portal.files.intake import store_bytes
from portal.text.canonical import canonical, fingerprint
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory

pytestmark = pytest.mark.django_db


def attach(application, name="deliberation.pdf", content=b"%PDF-1.4 x") -> Attachment:
    stored = store_bytes(name, content, "application/pdf", purpose="attachment", subject=application)
    return Attachment.objects.create(application=application, question_key="deliberation", file=stored)


def test_display_shows_answers_lines_and_files_in_the_order_of_the_form():
    application = ApplicationFactory(complete=True)
    attach(application)
    Answer.objects.create(application=application, question_key="niveau", value="2nde")
    Answer.objects.create(application=application, question_key="cofinancement", value="1200.00")

    sections = display(application)

    assert [(section.key, [entry.key for entry in section.entries]) for section in sections] == [
        ("projet", ["titre", "resume", "niveau", "eleves"]),
        ("besoins", ["besoins", "cofinancement"]),
        ("pieces", ["deliberation"]),
    ]
    texts = {entry.key: entry.text for section in sections for entry in section.entries}
    assert (texts["niveau"], texts["eleves"], texts["cofinancement"]) == ("Seconde", "180", "1\u00a0200,00\u00a0€")
    needs = sections[1].entries[0]
    assert (needs.net_amount, needs.vat_amount, needs.gross_amount) == (Decimal("48160.00"), Decimal("9632.00"), Decimal("57792.00"))
    assert [label for label, _, _ in needs.groups] == ["Équipements", "Câblage et réseau"]
    assert [file.name for file in sections[2].entries[0].files] == ["deliberation.pdf"]


def test_display_of_a_version_is_what_was_frozen_not_what_stands_now():
    application = ApplicationFactory(complete=True)
    version = freeze_version(application=application, reason=VersionReason.APPROVAL, actor=person())
    Answer.objects.filter(application=application, question_key="resume").update(value="Autre texte")
    RequestLine.objects.all().delete()

    frozen = display(application, ApplicationVersion.objects.get(pk=version.pk))

    assert frozen[0].entries[1].text == "Les six classes de seconde coopèrent."
    assert len(frozen[1].entries[0].lines) == 2
    assert display(Application.objects.get())[0].entries[1].text == "Autre texte"


def test_fingerprint_is_that_of_the_canonical_json_as_stored():
    application = ApplicationFactory(complete=True)
    version = freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=person())

    stored = ApplicationVersion.objects.get(pk=version.pk)

    written = json.dumps(stored.content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert canonical(stored.content) == written
    assert stored.sha256 == hashlib.sha256(written.encode()).hexdigest() == fingerprint(build_content(application))


def test_two_freezes_of_the_same_answers_have_the_same_fingerprint():
    application = ApplicationFactory(complete=True)

    first = freeze_version(application=application, reason=VersionReason.APPROVAL, actor=person())
    second = freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=person())

    assert (first.number, second.number) == (1, 2)
    assert first.sha256 == second.sha256


def test_differences_tell_each_answer_line_and_file_that_changed():
    application = ApplicationFactory(complete=True)
    former = attach(application)
    actor = person()
    before = freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=actor)
    Answer.objects.filter(application=application, question_key="eleves").update(value=200)
    RequestLine.objects.filter(item_code="prise-rj45").delete()
    former.removed_at = former.file.created_at
    former.save()
    attach(application, content=b"%PDF-1.4 y")
    after = freeze_version(application=Application.objects.get(), reason=VersionReason.COMPLETION, actor=actor)

    found = differences(before, after)

    assert [(change.key, change.section) for change in found] == [
        ("eleves", "Projet pédagogique"),
        ("besoins", "Besoins"),
        ("deliberation", "Pièces jointes"),
    ]
    assert (found[0].before, found[0].after) == ("180", "200")
    assert found[1].after == "100 × Ordinateur portable 11,6 pouces, 412,00\u00a0€ HT l’unité, priorité 1"
    assert found[2].before != found[2].after


def test_differences_of_a_version_with_itself_are_none():
    application = ApplicationFactory(complete=True)
    version = freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=person())

    assert differences(version, version) == []


def test_requested_amount_adds_the_lines_and_the_amounts_asked_for():
    definition = {
        "sections": [
            {
                "key": "projet",
                "title": "Projet",
                "questions": [
                    {"key": "cout", "kind": "amount", "label": "Coût", "requested": True},
                    {"key": "part", "kind": "amount", "label": "Part du lycée"},
                ],
            }
        ]
    }
    application = ApplicationFactory(call=CallFactory(with_questionnaire=definition))
    Answer.objects.create(application=application, question_key="cout", value="1500.50")
    Answer.objects.create(application=application, question_key="part", value="300.00")

    assert requested_amount(application) == Decimal("1500.50")


def test_a_removed_file_leaves_the_content_but_stays_in_the_version():
    application = ApplicationFactory(complete=True)
    attachment = attach(application)
    version = freeze_version(application=application, reason=VersionReason.SUBMISSION, actor=person())
    attachment.removed_at = attachment.file.created_at
    attachment.save()

    assert display(Application.objects.get())[2].entries[0].files == ()
    assert len(display(application, version)[2].entries[0].files) == 1
