"""Partner schools named in answer to a question: asked, then answered by their own lycée (calls.workflows.partnership)."""

from django.db import transaction

from calls.actions.writing import WritingRefused, lock_for_writing, tell
from calls.models import Application, Partnership
from calls.questions.base import Given
from calls.questions.partners import PartnersQuestion
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.journal import recorder
from portal.notifications import outbox
from portal.signing import SignedAct, mention
from portal.text.french import at_school, count
from portal.workflow.actors import SYSTEM
from portal.workflow.gate import perform


@transaction.atomic
def ask_partner(*, application: Application, question: PartnersQuestion, partner: Establishment, actor: User) -> Partnership:
    """Name a lycée as partner and ask its agreement. Raises WritingRefused and PermissionDenied; nothing is written then."""
    fresh = lock_for_writing(application, question.key, actor)
    current = list(fresh.partnerships.current().filter(question_key=question.key))
    if gaps := partner_gaps(fresh, question, partner, current):
        raise WritingRefused(gaps)
    partnership = Partnership(application=fresh, question_key=question.key, establishment=partner, asked_by=actor)
    partnership.save()
    tell(fresh, "ask_partner", actor=actor, data={"partner": str(partner)})
    recorder.record(partnership, "ask_partner", actor=actor, target=partnership.state, data={"partner": str(partner)})
    outbox.post("partner_asked", about=partnership, actor=actor)
    return partnership


def partner_gaps(application: Application, question: PartnersQuestion, partner: Establishment, current: list[Partnership]) -> list[str]:
    """Why this lycée may not be asked now; empty when it may. `current`: the partners already named."""
    if application.is_personal:
        return ["Un brouillon personnel ne demande rien à personne : rattachez-vous d’abord à votre lycée."]
    if partner.pk == application.establishment_id:
        return ["C’est le lycée qui dépose le dossier : il n’est pas son propre partenaire."]
    if partner.is_closed:
        return [f"{partner.name} est fermé."]
    if any(each.establishment_id == partner.pk for each in current):
        return [f"L’accord est déjà demandé {at_school(partner.name)}."]
    if len(current) >= question.most:
        return [f"{count(question.most, 'lycée partenaire', 'lycées partenaires')} au plus : retirez-en un d’abord."]
    return []


def signature_line(partnership: Partnership, signer: User) -> str:
    """« Luc Daubenton, proviseur », and by whose delegation: what stays of who signed for the partner."""
    held = mention(signer, partnership.establishment, SignedAct.PARTNERSHIP, partnership).get("delegation", "")
    return ", ".join(filter(None, [signer.get_full_name(), signer.job_title.lower(), held]))[:200]


def put_partners_back(application: Application, key: str, given: Given, author: User | None) -> None:
    """The partners are again those of the last version received: what was asked since is dropped, what was left or refused since is reinstated."""
    received = {each["uai"] for each in given.value or []}
    for partnership in application.partnerships.current().filter(question_key=key):
        if partnership.establishment.uai not in received:
            perform(partnership, "drop", actor=SYSTEM)
        elif not partnership.is_agreed:
            perform(partnership, "reinstate", actor=SYSTEM)
    present = set(application.partnerships.current().filter(question_key=key).values_list("establishment__uai", flat=True))
    for uai in sorted(received - present):
        last = application.partnerships.filter(question_key=key, establishment__uai=uai).order_by("-pk").first()
        if last is not None:
            perform(last, "reinstate", actor=SYSTEM)
