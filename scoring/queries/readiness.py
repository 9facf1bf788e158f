"""What the deliberation of a call waits for: evaluations not handed in, by juror and by file, and the files that nobody read."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from calls.models import Application, Call
from portal.accounts.models import User
from portal.notifications.models import Message
from scoring import rules
from scoring.enums import AssessmentState
from scoring.models import Assessment, PanelMember, Waiver
from scoring.queries.jury import files_before_jury

REMINDER = "readings_awaited"


@dataclass
class FileReadings:
    """Where the evaluations of one file stand. `given` are those that enter its score."""

    application: Application
    given: int = 0
    awaited: list[User] = field(default_factory=list)
    waiver: Waiver | None = None

    @property
    def is_unread(self) -> bool:
        """Whether nobody's marks count: such a file has no score."""
        return not self.given

    @property
    def is_complete(self) -> bool:
        return bool(self.given) and not self.awaited


@dataclass(frozen=True)
class AwaitedJuror:
    """What is awaited of one juror, and when they were last reminded of it."""

    juror: User
    left: int
    reminded_at: datetime | None

    @property
    def is_reminded_today(self) -> bool:
        return self.reminded_at is not None and timezone.localdate(self.reminded_at) == timezone.localdate()


@dataclass(frozen=True)
class Readings:
    """The evaluations of a call: those given, those awaited from each juror, and the files."""

    files: list[FileReadings]
    by_juror: dict[User, int]

    @property
    def awaited(self) -> int:
        return sum(self.by_juror.values())

    @property
    def total(self) -> int:
        return self.awaited + sum(file.given for file in self.files)

    @property
    def unread(self) -> list[FileReadings]:
        """Files without any mark, whether excepted or not."""
        return [file for file in self.files if file.is_unread]

    @property
    def held_back(self) -> list[FileReadings]:
        """Files that the deliberation waits for: evaluations are missing, and nobody has said why it may go on without."""
        return [file for file in self.files if not file.is_complete and file.waiver is None]

    @property
    def excepted(self) -> list[FileReadings]:
        return [file for file in self.files if not file.is_complete and file.waiver is not None]


def readings_of(call: Call) -> Readings:
    """Where the evaluations of every file before the jury stand. Three queries, whatever the number of files."""
    rows = files_before_jury(call).select_related("establishment", "waiver__granted_by").order_by("reference")
    files = {file.pk: FileReadings(file, waiver=getattr(file, "waiver", None)) for file in rows}
    by_juror: dict[User, int] = defaultdict(int)
    readings = Assessment.objects.live().filter(application__call=call).with_conflicts().select_related("juror")
    for reading in readings.order_by("juror__last_name", "juror__first_name", "pk"):
        found = files.get(reading.application_id)
        if found is None or (reading.in_conflict and not reading.is_frozen):
            continue
        if reading.state == AssessmentState.SUBMITTED:
            found.given += reading.is_counted is not False
        elif not reading.is_frozen:
            found.awaited.append(reading.juror)
            by_juror[reading.juror] += 1
    return Readings(list(files.values()), dict(by_juror))


def unread_without_waiver(call: Call) -> list[Application]:
    """Files that nobody read and for which nobody has said why: they cannot be refused on merit."""
    return [file.application for file in readings_of(call).unread if file.waiver is None]


def awaited_jurors(call: Call, readings: Readings) -> list[AwaitedJuror]:
    """Those of whom evaluations are awaited. Two queries, whatever their number."""
    seats = [str(pk) for pk in call.panel.values_list("pk", flat=True)]
    written = Message.objects.filter(code=REMINDER, about_type=ContentType.objects.get_for_model(PanelMember), about_id__in=seats)
    last = dict(written.exclude(recipient=None).order_by("created_at").values_list("recipient", "created_at"))
    return [AwaitedJuror(juror, left, last.get(juror.pk)) for juror, left in readings.by_juror.items()]


def seats_to_remind(call: Call) -> list[PanelMember]:
    """The seats whose evaluations are awaited, of those who still hold a role of the jury."""
    waiting = {user.pk for user in readings_of(call).by_juror}
    seats = call.panel.filter(user_id__in=waiting, user__in=rules.jurors_in_function().values("pk"))
    return list(seats.select_related("user").order_by("pk"))
