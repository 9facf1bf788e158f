"""What the journal keeps from the staff: what a lycée writes in its file is its own until it is sent (docs/adr/0022)."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Replace
from django.db.models.lookups import In

from calls.actions.files import PURPOSE
from calls.hidden_files import sealed_at
from calls.hooks.acts import WRITTEN
from calls.models import Application, ApplicationVersion, Attachment, CompletionRequest, NewVersion, Partnership
from portal.files.models import StoredFile
from portal.journal import withheld

# Acts of the lycée whose line holds what it wrote: the name of a file, how many needs, the values of one, its own words about its draft.
WRITING = (*WRITTEN, "return_to_team", "return_new_version", "withdraw", "tick_remark", "untick_remark")
INSTEAD = "Lu par le lycée seul tant qu’il n’est pas envoyé à la Région."


def _kind(model: type) -> ContentType:
    return ContentType.objects.get_for_model(model)


def _unsent(of_file: dict, moment: str) -> Q:
    """Written at `moment` in the file `of_file` (columns of the outer query): no version was received since, or the request that asked for it was
    taken back, or the new version of which it was part was not filed.
    """
    received = ApplicationVersion.objects.filter(**of_file, created_at__gte=OuterRef(moment)).received()
    taken_back = CompletionRequest.objects.filter(**of_file, opened_at__lte=OuterRef(moment), cancelled_at__gte=OuterRef(moment))
    dropped = NewVersion.objects.filter(**of_file, opened_at__lte=OuterRef(moment), ended_at__gte=OuterRef(moment)).not_filed()
    return ~Q(Exists(received)) | Q(Exists(taken_back)) | Q(Exists(dropped))


def unsent_writing() -> Q:
    """Lines about files that say what was written and not sent."""
    of_file = {"application": OuterRef("subject_number")}
    return Q(subject_type=_kind(Application), action__in=WRITING) & _unsent(of_file, "at")


def unsent_attachments() -> Q:
    """Lines about attachments that the Région has not received: their object is named as the lycée named its file."""
    of_file = {"application": OuterRef("application")}
    unsent = Attachment.objects.filter(file__purpose=PURPOSE).filter(_unsent(of_file, "file__created_at"))
    # A key is kept with its dashes by one database, without by the other.
    keys = unsent.annotate(bare=_bare(Cast("file_id", CharField()))).values("bare")
    return Q(subject_type=_kind(StoredFile)) & Q(In(_bare("subject_id"), keys))


def unsent_partnerships() -> Q:
    """Lines about partner schools that the Région has not received."""
    of_file = {"application": OuterRef("application")}
    unsent = Partnership.objects.filter(_unsent(of_file, "asked_at"))
    return Q(subject_type=_kind(Partnership), subject_number__in=unsent.values("pk"))


def sealed_files() -> Q:
    """Lines about the files of a sealed call, their attachments and their partners: who files is not known either."""
    sealed = Application.objects.filter(sealed_at())
    keys = Attachment.objects.filter(sealed_at("application__"), file__purpose=PURPOSE)
    bare = keys.annotate(bare=_bare(Cast("file_id", CharField()))).values("bare")
    return (
        Q(subject_type=_kind(Application), subject_number__in=sealed.order_by().values("pk"))
        | Q(subject_type=_kind(StoredFile)) & Q(In(_bare("subject_id"), bare))
        | Q(
            subject_type=_kind(Partnership),
            subject_number__in=Partnership.objects.filter(sealed_at("application__")).order_by().values("pk"),
        )
    )


def _bare(key: str | Cast) -> Replace:
    return Replace(key, Value("-"), Value(""))


withheld.register(
    sealed_files,
    instead="Dossier scellé : lu par le lycée seul jusqu’à l’ouverture des dossiers.",
    label="Dossier scellé",
    author="Le lycée",
)
withheld.register(unsent_writing, instead=INSTEAD)
withheld.register(unsent_partnerships, instead=INSTEAD, label="Partenaire d’un dossier")
withheld.register(unsent_attachments, instead=INSTEAD, label="Pièce d’un dossier")
