"""One object behind each address, and one person of each kind around them: what the access lists are proved on."""

from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.core import signing
from django.utils import timezone

from calls.actions.call_models import save_as_model
from calls.actions.extensions import grant_extension
from calls.actions.reference_data import BroughtFile, add_table
from calls.actions.versions import freeze_version
from calls.enums import CallState, VersionReason
from calls.models import (
    Attachment,
    BulkAct,
    CompletionLine,
    CompletionRequest,
    Partnership,
    Questionnaire,
    RetentionHold,
    RetentionProposal,
    SavedView,
    VisaRemark,
)
from cms.starter.build import build_site
from portal.accounts import links
from portal.accounts.actions import ask_to_join
from portal.accounts.models import RoleGrant
from portal.directory import jobs as directory_jobs
from portal.directory.importers.report import ImportReport
from portal.files.intake import store_bytes
from portal.journal.models import JournalEntry
from portal.notifications.models import UnreachableAddress
from portal.roles import SCHOOL_ROLES, Role
from portal.workflow.actors import SYSTEM
from scoring.actions.balance import save_rule
from scoring.actions.question import ask_question
from scoring.actions.trial import try_call
from scoring.enums import AssessmentState
from scoring.models import AmountPolicy, CallRule, EnvelopeTransfer, FileLock, FundingDecision, SelectionPublication
from scoring.optimiser.checking import keep_checker
from tests.factories.accounts import DelegationFactory, person
from tests.factories.balance import draft, solved
from tests.factories.calls import DEFINITION, ApplicationFactory, CallFactory, document_to_fill, partners_form
from tests.factories.deliberation import close, deliberation, propose, release, sit, vote
from tests.factories.directory import AuthorityFactory, EstablishmentFactory, FactDeclarationFactory, SchoolClosureFactory, TerritoryFactory
from tests.factories.jobs import JobFactory
from tests.factories.jury import admissible_file, jury_call, reading
from tests.factories.notifications import MessageFactory
from tests.factories.opinions import an_opinion, asking_call
from tests.factories.orders import (
    CablingWorkFactory,
    CatalogueItemFactory,
    DeliveryFactory,
    DeliveryLineFactory,
    GoodsReturnFactory,
    InvoiceFactory,
    OrderLineFactory,
    PendingNeedFactory,
    PurchaseOrderFactory,
    ReserveFactory,
    WorkLineFactory,
)
from tests.factories.passkeys import credential
from tests.factories.scoring import EnvelopeFactory, PanelMemberFactory, SelectionSessionFactory
from tests.factories.site import news
from tests.factories.subscriptions import SubscriptionFactory, token_for
from tests.factories.threads import talk
from tests.portal.files.samples import pdf

ROLES = tuple(role.value for role in Role)
# A person of each role (the school's are of the lycée of the objects), the head of another lycée, a person without role, nobody.
KINDS = (*ROLES, "foreign_head", "nobody", "anonymous")


def build() -> SimpleNamespace:
    """The whole: `people` by kind, then the objects that the addresses name."""
    world = SimpleNamespace(school=EstablishmentFactory(), elsewhere=EstablishmentFactory())
    world.people = {role: person(role, at=world.school if role in SCHOOL_ROLES else None) for role in ROLES}
    world.people["adviser"].role_grants.update(authority=world.school.authority)
    world.people |= {"foreign_head": person(Role.HEAD, at=world.elsewhere), "nobody": person()}
    _accounts(world)
    _files(world)
    _of_officer(world)
    _jury(world)
    _sittings(world)
    _orders(world)
    _portal(world)
    return world


def _accounts(world) -> None:
    world.colleague = person(Role.MEMBER, at=world.school)
    world.colleague_grant = RoleGrant.objects.get(user=world.colleague)
    world.member_grant = RoleGrant.objects.get(user=world.people["member"])
    world.delegation = DelegationFactory(establishment=world.school, head=world.people["head"])
    world.join_request = ask_to_join(user=person(), establishment=world.school)
    world.invited = person()
    world.passkey = Authenticator.objects.create(user=world.colleague, type="webauthn", data={"name": "Poste", "credential": credential()})
    world.invitation = links.invitation_token(world.invited)


def _followed(school):
    """A filed file that a piece is to follow."""
    pieces = {"key": "acte", "kind": "file", "label": "Acte", "required": True, "follows_until": "2099-12-31"}
    form = {"sections": [DEFINITION["sections"][0], {"key": "pieces", "title": "Pièces", "questions": [pieces]}]}
    return ApplicationFactory(call=CallFactory(reference="APPEL-6", with_questionnaire=form), establishment=school, submitted=True)


def _files(world) -> None:
    """A draft that its team writes, a filed one with a request for complements, a filed one to check."""
    head = world.people["head"]
    world.call = CallFactory(reference="APPEL-1")
    later = world.call.closes_at + timedelta(days=2)
    world.extension = grant_extension(
        call=world.call, establishment=world.elsewhere, closes_at=later, reason="Panne.", actor=world.people["call_manager"]
    )
    world.call.refresh_from_db()
    world.to_fill = document_to_fill(world.call)
    world.unwritten = CallFactory(reference="APPEL-3")
    limit = {"key": "eleves", "condition": {"answer": "eleves", "at_most": 900}, "message": "Neuf cents élèves au plus."}
    Questionnaire.objects.create(call=world.unwritten, version=2, definition=DEFINITION | {"limits": [limit]})
    world.model = save_as_model(call=world.call, name="Équipement", actor=world.people["call_manager"])
    content = f"UAI;Postes\n{world.school.uai};3\n".encode()
    brought = BroughtFile("postes.csv", "0" * 64, BytesIO(content))
    world.table, _edition = add_table(call=world.call, name="Parc", file=brought, actor=world.people["call_manager"])
    world.subscription = SubscriptionFactory()
    world.subscription_token = token_for("nouvelle@exemple.fr", "appels")
    world.draft = ApplicationFactory(call=world.call, establishment=world.school, complete=True)
    world.several = ApplicationFactory(call=CallFactory(reference="APPEL-5", max_per_establishment=2), establishment=world.school)
    world.followed = _followed(world.school)
    networked = CallFactory(reference="APPEL-4", with_questionnaire=partners_form())
    world.network = ApplicationFactory(call=networked, establishment=world.school)
    world.partnership = Partnership.objects.create(
        application=world.network, question_key="partenaires", establishment=world.elsewhere, asked_by=head
    )
    world.line = world.draft.lines.first()
    world.remark = VisaRemark.objects.create(application=world.draft, question_key="resume", text="Précisez.", written_by=head)
    stored = store_bytes("deliberation.pdf", pdf(), "application/pdf", purpose="attachment", subject=world.draft)
    world.attachment = Attachment.objects.create(application=world.draft, question_key="deliberation", file=stored)
    freeze_version(application=world.draft, reason=VersionReason.APPROVAL, actor=head)
    instructed = CallFactory(reference="APPEL-2", state=CallState.INSTRUCTION, closed=True)
    world.filed = ApplicationFactory(call=instructed, establishment=world.school, submitted=True, complete=True)
    freeze_version(application=world.filed, reason=VersionReason.SUBMISSION, actor=head)
    world.asked = ApplicationFactory(call=instructed, establishment=world.school, submitted=True, complete=True)
    _asked(world)
    world.thread = talk(world.filed, world.people["member"])
    world.post = world.thread.posts.get()
    world.inside = talk(world.filed, world.people["call_manager"], inside=True)


def _of_officer(world) -> None:
    world.view = SavedView.objects.create(owner=world.people["officer"], name="Les miens", query="suivi=moi")
    world.bulk = BulkAct.objects.create(kind="recevables", actor=world.people["officer"])
    manager = world.people["call_manager"]
    world.proposal = RetentionProposal.objects.create(call=world.filed.call, rule_keys=["drafts"], sha256="0" * 64, proposed_by=manager)
    world.hold = RetentionHold.objects.create(call=world.filed.call, reason="Recours.", placed_by=manager)


def _jury(world) -> None:
    """A call being scored, with the juror and the chair in its panel, and one whose grid is still written."""
    region = AuthorityFactory(region=True)
    world.scored = jury_call()
    for role in ("juror", "chair"):
        PanelMemberFactory(call=world.scored, user=world.people[role], body=region, is_chair=role == "chair")
    world.seat = PanelMemberFactory(call=world.scored, user=person(Role.JUROR, authority=region), body=region)
    world.scored_file = admissible_file(world.scored, establishment=world.elsewhere)
    world.reading = reading(world.scored_file, world.people["juror"], 4, state=AssessmentState.IN_PROGRESS)
    world.question = ask_question(
        assessment=world.reading, criterion=world.scored.grid.criteria.first(), text="Pourquoi ?", actor=world.people["juror"]
    )
    world.written = jury_call(CallState.INSTRUCTION)
    world.criterion = world.written.grid.criteria.first()
    world.call_rule = CallRule.objects.create(call=world.written, maximum=2)
    try_call(call=world.written, actor=SYSTEM)
    world.gridless = CallFactory(state=CallState.INSTRUCTION, closed=True)
    line = {"key": "taille", "label": "Taille", "condition": {"lycee": "pupils", "at_least": 300}, "message": ""}
    world.prepared = CallFactory(state=CallState.DRAFT, admissibility_lines=[line])


def _asked(world) -> None:
    """A request for complements still open, another one answered, each with one point; a file with a point to tick."""
    asking = {"fields": ["resume"], "message": "Précisez.", "due_on": timezone.localdate()}
    open_request = CompletionRequest.objects.create(application=world.asked, **asking)
    world.asked_line = CompletionLine.objects.create(request=open_request, position=1, question_key="resume")
    answered = CompletionRequest.objects.create(application=world.filed, answered_at=timezone.now(), **asking)
    world.answered_line = CompletionLine.objects.create(request=answered, position=1, question_key="resume")
    looked_at = asking_call(reference="APPEL-8", admissibility_lines=[TICKED])
    world.ticked = ApplicationFactory(call=looked_at, establishment=world.school, submitted=True, complete=True)
    world.opinion = an_opinion(world.ticked)


TICKED = {"key": "projet", "label": "Porte sur ce projet", "ticked": True, "help": "", "blocking": True, "reason": ""}


def _deliberated(world):
    """A call in deliberation whose panel is the juror and the chair of this world."""
    made = deliberation(schools=[EstablishmentFactory() for _ in range(3)] + [EstablishmentFactory(private=True)])
    for seat, role in zip(made.seats, ("chair", "juror"), strict=True):
        seat.user = world.people[role]
        seat.save()
    made.chair, made.juror = world.people["chair"], world.people["juror"]
    return made


CHECKABLE = {
    "instance": {},
    "result": {},
    "told": {"files": 4, "retained": 2, "alike": 3, "points": None, "euros": 1000, "rules": "all", "keys": {}, "digest": "0" * 64},
}


def _sittings(world) -> None:
    """Sittings at each step: open with its scenarios, closed, proposed, voted."""
    world.open = sit(_deliberated(world))
    world.kept_checker = keep_checker()
    world.optimised = solved(world.open, world.open.files[:2])
    world.lock = FileLock.objects.create(
        session=world.open.session, application=world.open.files[3], side="out", reason="À revoir.", author=world.people["chair"]
    )
    line = EnvelopeFactory(call__state="instruction", amount=100)
    other = EnvelopeFactory(call=line.call, label="Câblage", amount=100)
    world.transfer = EnvelopeTransfer.objects.create(
        source=line, target=other, amount=10, reason="Câblage.", made_by=world.people["finance"]
    )
    world.rule = _rule(world.open)
    world.planned = SelectionSessionFactory(call=world.open.call)
    world.shared = SelectionSessionFactory(call=_deliberated(world).call)
    AmountPolicy.objects.create(call=world.shared.call, way="shared", bands=[["60.00", 1]])
    world.announced = CallRule.objects.create(call=world.shared.call, minimum=0)
    world.closed = close(_deliberated(world))
    world.proposed = propose(_deliberated(world))
    world.decision = FundingDecision.objects.get(application=world.proposed.files[0])
    world.voted = vote(_deliberated(world))


def _rule(made):
    return save_rule(session=made.session, draft=draft(minimum=0), actor=made.chair)


def _orders(world) -> None:
    """A released award of the lycée, and what is ordered from it."""
    released = release(_deliberated(world))
    SelectionPublication.objects.create(call=released.call, scenario=released.scenario, program=world.kept_checker, **CHECKABLE)
    world.shown = released.call
    world.award = FundingDecision.objects.get(application=released.files[0])
    type(world.award.application).objects.filter(pk=world.award.application_id).update(establishment=world.school)
    world.award.refresh_from_db()
    at = {"decision": world.award, "establishment": world.school}
    numbers = (f"BC-2020-{rank:04d}" for rank in range(1, 100))  # no number that the portal would give today
    world.order = PurchaseOrderFactory(**at, number=next(numbers), sent=True)
    OrderLineFactory(order=world.order)
    world.order_draft = PurchaseOrderFactory(**at, number=next(numbers))
    OrderLineFactory(order=world.order_draft, item=CatalogueItemFactory(lot=world.order_draft.lot))
    world.delivered = PurchaseOrderFactory(**at, number=next(numbers), delivered=True)
    line = OrderLineFactory(order=world.delivered, delivered_quantity=100)
    world.delivery = DeliveryFactory(order=world.delivered)
    DeliveryLineFactory(delivery=world.delivery, order_line=line, quantity=100)
    world.goods_return = GoodsReturnFactory(order=PurchaseOrderFactory(**at, number=next(numbers), partly_delivered=True))
    world.accepted = PurchaseOrderFactory(**at, number=next(numbers), accepted=True)
    world.order_reserve = ReserveFactory(order=PurchaseOrderFactory(**at, number=next(numbers), with_reserves=True))
    world.works = {
        state: CablingWorkFactory(**at, **({state: True} if state else {}))
        for state in ("", "surveyed", "quoted", "ordered", "in_progress", "pre_acceptance", "with_reserves")
    }
    for work in world.works.values():
        WorkLineFactory(work=work)
    world.work_reserve = ReserveFactory(order=None, work=world.works["with_reserves"])
    world.invoice = InvoiceFactory(order=PurchaseOrderFactory(**at, number=next(numbers), accepted=True))
    world.work_invoice = InvoiceFactory(of_work=True, work=world.works["with_reserves"])
    world.need = PendingNeedFactory()
    world.item = CatalogueItemFactory(lot=world.order.lot)


def _portal(world) -> None:
    build_site()  # with the page of each call
    world.news = news()
    """What the member and the administrator have of their own; an entry of the journal."""
    member, admin = world.people["member"], world.people["admin"]
    world.job = JobFactory(owner=member)
    world.imported = JobFactory(
        owner=admin,
        kind=directory_jobs.KIND,
        state="done",
        params={"dry_run": True, "kind": "annuaire", "file": str(uuid4())},
        result={"fields": [], "counts": ImportReport().counts(), **ImportReport().as_dict()},
        return_url="/etablissements/",
    )
    world.message = MessageFactory(recipient=member)
    world.unreachable = UnreachableAddress.objects.create(email="ce.0540001h@ac.example")
    world.stopping = signing.dumps([member.pk, "files"], salt="portal.notifications.stop", compress=True)
    world.closure = SchoolClosureFactory()
    world.agency = TerritoryFactory(agency=True)
    world.declaration = FactDeclarationFactory(establishment=world.school)
    world.entry = JournalEntry.objects.order_by("pk").first()
    world.stored = world.attachment.file
