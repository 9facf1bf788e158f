"""What this app keeps of a file under the rules of retention, and how it goes: the row stays, with its state, its amounts and its fingerprints."""

from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Model, QuerySet
from django.utils import timezone

from calls.models import (
    AdmissibilityTick,
    Answer,
    Application,
    ApplicationVersion,
    Attachment,
    CompletionLine,
    CompletionRequest,
    Opinion,
    Presence,
    RequestLine,
    VisaRemark,
    WithdrawalRequest,
)
from calls.queries.retention import ERASED, Held
from calls.retention import DRAFTS, RetentionRule
from portal.files.models import StoredFile
from portal.files.retention import SOFT
from portal.notifications.models import Message
from portal.text.folding import fold
from portal.threads.actions import PURPOSE
from portal.threads.models import Post, Thread


def content_held(keys: Collection[int]) -> dict[int, Held]:
    """Answers, pieces, needs with words of their own or of a draft, versions, requests, remarks and opinions: eight queries."""
    versions = ApplicationVersion.objects.filter(application__in=keys).exclude(content__has_key="erased")
    return summed(
        (Answer.objects.filter(application__in=keys), "application", "updated_by"),
        (Attachment.objects.filter(application__in=keys), "application", "file__uploaded_by"),
        (versions, "application", "created_by"),
        (RequestLine.objects.filter(application__in=keys).exclude(detail="", updated_by=None), "application", "updated_by"),
        (VisaRemark.objects.filter(application__in=keys), "application", "written_by"),
        (CompletionRequest.objects.filter(application__in=keys).exclude(message=ERASED), "application", "answered_by"),
        (AdmissibilityTick.objects.filter(application__in=keys).exclude(remark=""), "application", "ticked_by"),
        (Opinion.objects.filter(application__in=keys).exclude(texts={}, reserves="", remark=""), "application", "given_by"),
    )


def summed(*rows: tuple[QuerySet, str, str]) -> dict[int, Held]:
    """What these rows hold, by file: how many, and the people. Each with the path to its file and to the person that it names; one query each."""
    found: dict[int, Held] = {}
    for query, file, person in rows:
        for key, who, total in query.order_by().values_list(file, person).annotate(total=Count("pk")):
            key = int(key)
            found[key] = found.get(key, Held()) + Held(total, frozenset() if who is None else frozenset({who}))
    return found


def erase_content(file: Application, rule: RetentionRule) -> None:
    """Delete what was answered, joined and frozen. Of a draft nothing is left but its row; the needs of a filed file keep their figures."""
    retire_for_good(StoredFile.objects.filter(attachment__application=file))
    for model in (Answer, Presence, VisaRemark):
        model.objects.filter(application=file).delete()
    for version in ApplicationVersion.objects.filter(application=file).exclude(content__has_key="erased"):
        version.content = emptied(version.content) | ({"title": ""} if rule is DRAFTS else {})
        version.save(update_fields=["content"])
    CompletionRequest.objects.filter(application=file).update(message=ERASED, answer="")
    CompletionRequest.objects.filter(application=file).exclude(cancel_reason="").update(cancel_reason=ERASED)
    lines = CompletionLine.objects.filter(request__application=file)
    lines.update(reply="", need_label="")
    lines.exclude(text="").update(text=ERASED)
    AdmissibilityTick.objects.filter(application=file).update(remark="")
    Opinion.objects.filter(application=file).update(texts={}, reserves="", remark="")
    WithdrawalRequest.objects.filter(application=file).update(reason=ERASED, answer_text="")
    if rule is DRAFTS:
        RequestLine.objects.filter(application=file).delete()
        school = file.establishment
        file.title, file.search_text = "", fold(f"{file.reference} {school.name} {school.commune_name}")[:400]
    else:
        RequestLine.objects.filter(application=file).update(detail="", updated_by=None)


def emptied(content: dict) -> dict:
    """A frozen version without its answers: its shape and the figures of its needs stay, so that every reader of versions still reads it."""
    sections = [
        section | {"entries": [entry | {"value": None, "text": "", "files": [], "lines": _figures(entry)} for entry in section["entries"]]}
        for section in content["sections"]
    ]
    return content | {"sections": sections, "erased": True}


def _figures(entry: dict) -> list[dict]:
    return [line | {"detail": ""} if "detail" in line else line for line in entry["lines"]]


def retire_for_good(files: QuerySet[StoredFile]) -> None:
    """Files that nobody may bring back: closed at once, their contents leave the storage with the purge that follows the deletion.

    Rows before contents, as every purge: stopped in between, the purge of the night goes on.
    """
    keys = list(files.values_list("pk", flat=True))
    Attachment.objects.filter(file__in=keys).delete()
    StoredFile.objects.filter(pk__in=keys).update(deleted_at=timezone.now() - 2 * SOFT)


def exchanges_held(keys: Collection[int]) -> dict[int, Held]:
    """Messages that still say something, their pieces, mails about the files and their threads: six queries."""
    found = summed(
        (_posts(keys).exclude(text=ERASED), "thread__subject_id", "author"),
        (_mails(Application, keys).exclude(body=ERASED), "about_id", "recipient"),
    )
    file_of = dict(_threads(keys).order_by().values_list("pk", "subject_id"))
    told = summed((_mails(Thread, file_of).exclude(body=ERASED), "about_id", "recipient"))
    parts = [(file_of[thread], held) for thread, held in told.items()] + [(key, Held(total)) for key, total in _pieces(keys).items()]
    for key, held in parts:
        found[key] = found.get(key, Held()) + held
    return found


def erase_exchanges(file: Application, rule: RetentionRule) -> None:
    """Delete the words and the pieces of what was written about the file; who wrote, when and where stays."""
    posts = _posts([file.pk])
    keys = [str(key) for key in posts.values_list("pk", flat=True)]
    retire_for_good(StoredFile.objects.filter(purpose=PURPOSE, subject_id__in=keys))
    posts.update(text=ERASED)
    threads = list(_threads([file.pk]).select_related("establishment").order_by("pk"))
    for thread in threads:
        Thread.objects.filter(pk=thread.pk).update(search_text=fold(f"{thread.label} {thread.establishment.name}"))
    _mails(Application, [file.pk]).update(body=ERASED)
    _mails(Thread, [thread.pk for thread in threads]).update(body=ERASED)


def _about(model: type[Model]) -> ContentType:
    return ContentType.objects.get_for_model(model)


def _threads(keys: Collection[int]) -> QuerySet[Thread]:
    return Thread.objects.filter(subject_type=_about(Application), subject_id__in=keys)


def _posts(keys: Collection[int]) -> QuerySet[Post]:
    return Post.objects.filter(thread__subject_type=_about(Application), thread__subject_id__in=keys)


def _pieces(keys: Collection[int]) -> dict[int, int]:
    """How many pieces the messages about each file hold."""
    of_post = {str(post): file for post, file in _posts(keys).values_list("pk", "thread__subject_id")}
    found: dict[int, int] = {}
    subjects = StoredFile.objects.filter(purpose=PURPOSE, deleted_at=None, subject_id__in=list(of_post)).order_by()
    for subject, total in subjects.values_list("subject_id").annotate(total=Count("pk")):
        found[of_post[subject]] = found.get(of_post[subject], 0) + total
    return found


def _mails(about: type[Model], keys: Collection[int]) -> QuerySet[Message]:
    """Those that left, or never will, about these objects: one that waits is still to be read."""
    waiting = (Message.State.PENDING, Message.State.SENDING, Message.State.HELD)
    return Message.objects.filter(about_type=_about(about), about_id__in=[str(key) for key in keys]).exclude(state__in=waiting)
