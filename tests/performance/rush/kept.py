"""What must be true in the database once everybody has left: nothing answered is lost, nothing is doubled."""

from collections import Counter
from collections.abc import Iterable

RECEIPT = "application_received"  # the code of the mail


def faults(all_told: Iterable) -> list[str]:
    """Each `Told` against the rows, in the database of the settings: one sentence a fault."""
    from calls.models import Application
    from portal.journal.models import JournalEntry

    told_by_file = {told.file: told for told in all_told}
    files = {
        file.reference: file
        for file in Application.objects.filter(reference__in=told_by_file).prefetch_related("versions", "answers", "attachments")
    }
    acts = Counter(
        JournalEntry.objects.filter(
            action="submit",
            subject_type__app_label="calls",
            subject_type__model="application",
            subject_id__in=[f.pk for f in files.values()],
        ).values_list("subject_id", flat=True)
    )
    mails = _receipts(files.values())
    found = []
    for reference, told in told_by_file.items():
        found += [f"{reference} : {fault}" for fault in _of_one(told, files[reference], acts, mails)]
    return found


def _of_one(told, file, acts: Counter, mails: Counter) -> list[str]:  # noqa: ANN001 -- models are read once Django is set up
    versions = sum(version.reason == "submission" for version in file.versions.all())
    is_filed = file.state == "submitted"
    expected = int(is_filed)
    found = []
    if told.filed and not is_filed:
        found.append("un accusé de dépôt, et un dossier qui n’est pas déposé")
    if bool(file.submitted_at) != is_filed:
        found.append(f"déposé le {file.submitted_at}, dans l’état {file.state}")
    if versions != expected or acts[str(file.pk)] != expected:
        found.append(f"{versions} version(s) et {acts[str(file.pk)]} ligne(s) de journal pour {expected} dépôt")
    if any(number > 1 for number in mails[file.pk].values()) or is_filed and not mails[file.pk]:
        found.append(f"accusés par courriel : {dict(mails[file.pk])}")
    answers = {answer.question_key: answer.value for answer in file.answers.all()}
    found += [f"la réponse « {key} » n’est pas gardée" for key, text in told.saved.items() if answers.get(key) != text]
    pieces = file.attachments.count()
    if told.sent and pieces != 1:
        found.append(f"{pieces} pièce(s) pour une envoyée")
    return found


def _receipts(files: Iterable) -> dict[int, Counter]:
    """Mails of the deposit by file and by recipient."""
    from calls.models import Application
    from portal.notifications.models import Message

    found = {file.pk: Counter() for file in files}
    by_pk = {str(pk): pk for pk in found}
    about = {"about_type__app_label": Application._meta.app_label, "about_type__model": Application._meta.model_name}
    for message in Message.objects.filter(code=RECEIPT, **about):
        if (pk := by_pk.get(message.about_id)) is not None:
            found[pk][message.to_email] += 1
    return found
