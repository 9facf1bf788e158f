"""One sample of every message that the portal knows: what it would write about something that really is in the database."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone

from calls.actions.opinions import OpinionLetter
from calls.actions.reminders import Letter
from calls.enums import BulkResult, ReminderKind, VersionReason
from calls.hooks.bulk import FilesHandedOver
from calls.hooks.deadline_notifications import DeadlineLetter, ExtensionMessage
from calls.hooks.notifications import FileMessage, PartnershipMessage
from calls.hooks.opinions import OpinionMessage
from calls.models import ApplicationVersion, BulkAct, BulkItem, CompletionRequest, Partnership, SchoolExtension, WithdrawalRequest
from calls.queries.content import build_content
from calls.queries.reminders import Due
from orders.hooks.notifications import AboutDocument, ExcessAuthorised
from portal.accounts import notifications as accounts
from portal.accounts.models import JoinRequest
from portal.files.intake import store_bytes
from portal.files.notifications import MalwareFound
from portal.journal.recorder import record
from portal.notifications import registry
from portal.notifications.digest import Digest, Part
from portal.roles import Role
from portal.text.canonical import fingerprint
from portal.threads.notifications import TurnOf
from scoring.hooks import notifications as scoring
from scoring.models import GridErratum, InterestDeclaration
from tests.factories.accounts import DelegationFactory, person
from tests.factories.calls import ApplicationFactory, CallFactory, partners_form
from tests.factories.directory import EstablishmentFactory, FactDeclarationFactory, SchoolClosureFactory
from tests.factories.jury import juror, jury_call, reading
from tests.factories.notifications import MessageFactory
from tests.factories.opinions import an_opinion
from tests.factories.orders import (
    DeliveryFactory,
    DeliveryLineFactory,
    GoodsReturnFactory,
    OrderLineFactory,
    ReserveFactory,
    WorkLineFactory,
)
from tests.factories.scoring import FundingDecisionFactory, GridFactory, SelectionSessionFactory
from tests.factories.threads import talk

LETTERS = settings.BASE_DIR / "portal" / "accounts" / "templates"
LONG = "Lycée Marie-Madeleine-de-l’Incarnation-et-des-Trois-Frontières"
REASON = "Anticonstitutionnellement " * 4 + "voir https://ailleurs.example/une/page <b>ici</b>."
SITTINGS = ("sitting_cancelled", "sitting_reopened", "minutes_withdrawn")
READY_MADE = ("account_letter", "subscription_requested")  # posted with their text


def samples() -> dict[str, tuple[str, str]]:
    """The subject and the text of each message that has templates, as a person receives it, by its code."""
    scene = Scene()
    codes = sorted(code for code in registry.codes() if hasattr(registry.get(code), "template") and code not in READY_MADE)
    written = {code: registry.get(code).render(scene.about(code), scene.actor, settings.BASE_URL) for code in codes}
    return {code: (subject, text + registry.reason_of(code, scene.member, settings.BASE_URL)) for code, (subject, text) in written.items()}


def letters() -> dict[str, tuple[str, str]]:
    """The same for the letters of the sign-in, which allauth has written from our templates."""
    links = {f"{name}_url": f"{settings.BASE_URL}/compte/{'z' * 60}/" for name in ("activate", "password_reset", "signup")}
    addresses = {"email": "a@b.example", "from_email": "c@d.example", "to_email": "e@f.example", "deleted_email": "g@h.example"}
    context = {**links, **addresses}
    context |= {
        "base_url": settings.BASE_URL,
        "provider": {"name": "Mon ENT"},
        "timestamp": timezone.now(),
        "ip": "192.0.2.1",
        "user_agent": "x" * 90,
    }
    found = sorted(path for path in LETTERS.glob("*/email/*_message.txt") if not path.name.startswith("base_"))
    names = [str(path.relative_to(LETTERS)).removesuffix("_message.txt") for path in found]
    return {name: tuple(render_to_string(f"{name}_{part}.txt", context).strip() for part in ("subject", "message")) for name in names}


class Scene:
    """A little of everything that a message may be about."""

    def __init__(self):
        self.school = EstablishmentFactory(name=LONG)
        self.actor = person(Role.CALL_MANAGER)
        self.member = person(Role.MEMBER, at=self.school)
        self.file = self._filed()
        self.call = self.file.call
        self.decision = FundingDecisionFactory(application=self.file)

    def _filed(self):
        """A filed file, with everything that was asked and answered about it."""
        file = ApplicationFactory(submitted=True, complete=True, establishment=self.school, officer=person(Role.OFFICER))
        content = build_content(file)
        ApplicationVersion.objects.create(
            application=file, number=1, reason=VersionReason.SUBMISSION, content=content, sha256=fingerprint(content)
        )
        due = timezone.localdate() + timedelta(days=12)
        CompletionRequest.objects.create(application=file, fields=["resume"], message=REASON, due_on=due, opened_by=self.actor)
        WithdrawalRequest.objects.create(application=file, reason=REASON, asked_by=self.member, answer_text=REASON)
        for message in [registry.get(code) for code in registry.codes()]:
            for act in getattr(message, "acts", ()):
                record(file, act, actor=self.actor, reason=REASON, data={"question": "Délibération", "late": True})
        return file

    def about(self, code: str) -> Model:
        notification = registry.get(code)
        for kinds, make in self._makers():
            if isinstance(notification, kinds):
                return make(code)
        if code in SITTINGS:
            return SelectionSessionFactory()
        if code == "daily_digest":
            return self._digested()
        return {"late_interest": self._interest, "grid_erratum": self._erratum}.get(code, lambda: self.call)()

    def _makers(self):
        return (
            (DeadlineLetter, lambda code: self._reminded()),
            (ExtensionMessage, lambda code: self._extension()),
            (OpinionMessage, lambda code: self._opinions()),
            (FileMessage, lambda code: self.file),
            (PartnershipMessage, lambda code: self._partnership()),
            (FilesHandedOver, lambda code: self._handed_over()),
            (AboutDocument, lambda code: self._work() if "work" in code else self._order()),
            (ExcessAuthorised | scoring.AidGivenBack | scoring.DecisionReleased, lambda code: self.decision),
            (TurnOf, lambda code: talk(self.file, self.member, REASON)),
            (MalwareFound, lambda code: store_bytes("devis.pdf", b"%PDF", "application/pdf", purpose="tests", subject=self.file)),
            (scoring.AssessmentReopened, lambda code: self._reading()),
            (scoring.AssessmentsAssigned | scoring.ReadingsAwaited, lambda code: self._reading().application.call.panel.first()),
            (accounts.Invitation, lambda code: self._told(person())),
            (accounts.SecondFactorRemoved, lambda code: self._told(self.member)),
            (accounts.JoinMessage | accounts.JoinAnswered, lambda code: self._join()),
            (accounts.FactMessage, lambda code: FactDeclarationFactory(confirmed=code != "fact_declared")),
            (accounts.ClosureMessage, lambda code: SchoolClosureFactory()),
            (accounts.RoleChanged | accounts.RoleEnding | accounts.ColleagueJoined, lambda code: self._grant()),
            (accounts.TeamOpened, lambda code: self.school),
            (accounts.DelegationMessage, lambda code: DelegationFactory(establishment=EstablishmentFactory())),
        )

    def _told(self, user):
        user.told_by, user.invitation_token = 1, "x" * 80
        return user

    def _reminded(self):
        dues = [Due(self.file, kind, timezone.now() + timedelta(days=3), 3) for kind in ReminderKind]
        self.member.letter = Letter("x", dues)
        return self.member

    def _opinions(self):
        files = [ApplicationFactory(submitted=True, establishment=self.school) for _ in range(2)]
        asked = [an_opinion(file, days=days) for file, days in zip(files, (9, -2), strict=True)]
        self.member.letter = OpinionLetter("x", asked)
        return self.member

    def _digested(self):
        message = MessageFactory(recipient=self.member, subject=f"Dossier {self.file.reference}, {LONG}")
        self.member.digest = Digest(timezone.localdate(), [Part("Ce qui m’attend", [message] * 3)], [message])
        return self.member

    def _extension(self):
        fields = {"closes_at": timezone.now() + timedelta(days=20), "reason": REASON, "granted_by": self.actor}
        return SchoolExtension.objects.create(call=self.call, establishment=self.school, **fields)

    def _partnership(self):
        file = ApplicationFactory(call=CallFactory(with_questionnaire=partners_form()), establishment=EstablishmentFactory(name=LONG))
        return Partnership.objects.create(application=file, question_key="partenaires", establishment=self.school, asked_by=self.member)

    def _handed_over(self):
        act = BulkAct.objects.create(kind="hand_over", actor=self.actor, params={"reason": REASON})
        kept = {"from": self.actor.pk, "to": person(Role.OFFICER).pk}
        BulkItem.objects.create(act=act, application=self.file, result=BulkResult.DONE, kept=kept)
        return act

    def _order(self):
        order = OrderLineFactory(order__delivered=True, order__decision=self.decision).order
        line = order.lines.get()
        for cancelled in (False, True):
            DeliveryLineFactory(delivery=DeliveryFactory(order=order, cancelled=cancelled), order_line=line, quantity=10)
            GoodsReturnFactory(order=order, cancelled=cancelled)
        ReserveFactory(order=order)
        record(order, "correct_references", actor=self.actor, reason=REASON, data={"before": "A", "after": "B"})
        return order

    def _work(self):
        work = WorkLineFactory(work__accepted=True, work__decision=self.decision).work
        ReserveFactory(of_work=True, work=work)
        record(work, "correct_references", actor=self.actor, reason=REASON, data={"before": "A", "after": "B"})
        return work

    def _reading(self):
        call = jury_call()
        return reading(ApplicationFactory(call=call, admissible=True, complete=True, establishment=self.school), juror(call), 4, 4)

    def _join(self):
        asked = JoinRequest(user=self.member, establishment=self.school, note="Je suis CPE.", expires_at=timezone.now() + timedelta(days=9))
        asked.token, asked.followed, asked.answered_at = "y" * 60, [], timezone.now()
        return asked

    def _grant(self):
        grant = self.member.role_grants.get()
        grant.granted_by, grant.ended_at = self.actor, timezone.now() + timedelta(days=9)
        return grant

    def _interest(self):
        return InterestDeclaration.objects.create(user=person(Role.JUROR), application=self.file, reason=REASON)

    def _erratum(self):
        grid = GridFactory(call=self.call)
        return GridErratum.objects.create(grid=grid, text=REASON, changes=["Poids : 2 devient 3."], published_by=self.actor)
