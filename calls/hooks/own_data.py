"""What a person wrote in the files that they still read, and their personal drafts."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from calls.models import Answer, Application, BulkAct, Opinion, RequestLine, SavedView, VisaRemark, WithdrawalRequest
from portal.accounts.models import User
from portal.accounts.own_data.chapters import Row, chapter


def _read_by(user: User) -> QuerySet[Application]:
    """Files of their lycées, and the drafts that they keep for themselves."""
    seen = Q(kept_for=user) | Q(pk__in=Application.objects.visible_to(user).order_by().values("pk"))
    return Application.everything.filter(seen).order_by().values("pk")


@chapter(
    "dossiers",
    "Les dossiers que vous avez commencés, que vous gardez ou que vous suivez",
    "calls.Application.created_by",
    "calls.Application.kept_for",
    "calls.Application.officer",
    order=30,
)
def own_files(user: User) -> Iterator[Row]:
    mine = Application.everything.filter(Q(created_by=user) | Q(kept_for=user) | Q(officer=user), pk__in=_read_by(user))
    for file in mine.select_related("call", "establishment").order_by("pk"):
        yield {
            "Référence": file.reference,
            "Appel": str(file.call),
            "Lycée": str(file.establishment),
            "Titre": file.title,
            "État": file.get_state_display(),
        }


@chapter("reponses", "Les réponses que vous avez écrites en dernier", "calls.Answer.updated_by", order=31)
def own_answers(user: User) -> Iterator[Row]:
    for answer in Answer.objects.filter(updated_by=user, application__in=_read_by(user)).select_related("application").order_by("pk"):
        yield {"Dossier": answer.application.reference, "Question": answer.question_key, "Réponse": answer.value, "Le": answer.updated_at}


@chapter("besoins", "Les besoins que vous avez écrits en dernier", "calls.RequestLine.updated_by", order=32)
def own_needs(user: User) -> Iterator[Row]:
    for line in RequestLine.objects.filter(updated_by=user, application__in=_read_by(user)).select_related("application").order_by("pk"):
        yield {"Dossier": line.application.reference, "Besoin": line.label, "Quantité": line.quantity, "Précision": line.detail}


@chapter("remarques", "Vos remarques de visa", "calls.VisaRemark.written_by", order=33)
def own_remarks(user: User) -> Iterator[Row]:
    for remark in VisaRemark.objects.filter(written_by=user, application__in=_read_by(user)).select_related("application").order_by("pk"):
        yield {"Dossier": remark.application.reference, "Remarque": remark.text}


@chapter(
    "retraits",
    "Vos demandes de retrait d’un dossier, et vos réponses à celles de vos collègues",
    "calls.WithdrawalRequest.asked_by",
    "calls.WithdrawalRequest.ended_by",
    order=34,
)
def own_withdrawals(user: User) -> Iterator[Row]:
    """Their words alone: the journal has none of them, but for the reason of what was withdrawn."""
    theirs = WithdrawalRequest.objects.filter(Q(asked_by=user) | Q(ended_by=user), application__in=_read_by(user))
    for request in theirs.select_related("application").order_by("pk"):
        asked, ended = request.asked_by_id == user.pk, request.ended_by_id == user.pk
        yield {
            "Dossier": request.application.reference,
            "Votre motif": request.reason if asked else "",
            "Votre réponse": request.get_answer_display() if ended else "",
            "Motif de votre réponse": request.answer_text if ended else "",
        }


@chapter("actes-groupes", "Les actes que vous avez faits sur plusieurs dossiers à la fois", "calls.BulkAct.actor", order=35)
def own_bulk_acts(user: User) -> Iterator[Row]:
    read = _read_by(user)
    for act in BulkAct.objects.filter(actor=user).order_by("pk"):
        files = act.items.filter(application__in=read).order_by("application__reference").values_list("application__reference", flat=True)
        yield {"Acte": act.kind, "Le": act.created_at, "Dossiers": ", ".join(files), "Motif": act.params.get("reason", "")}


@chapter("vues", "Vos vues de la liste des dossiers", "calls.SavedView.owner", order=36)
def own_views(user: User) -> Iterator[Row]:
    for view in SavedView.objects.filter(owner=user):
        yield {"Nom": view.name, "État de la liste": view.query, "Montrée d’abord": view.is_default}


@chapter(
    "avis",
    "Les avis que vous avez demandés, écrits ou rendus",
    "calls.Opinion.asked_by",
    "calls.Opinion.written_by",
    "calls.Opinion.given_by",
    order=37,
)
def own_opinions(user: User) -> Iterator[Row]:
    mine = Opinion.objects.visible_to(user).filter(Q(asked_by=user) | Q(written_by=user) | Q(given_by=user))
    for opinion in mine.select_related("application__call", "authority").order_by("pk"):
        is_author = user.pk in (opinion.written_by_id, opinion.given_by_id)
        yield {
            "Dossier": opinion.application.reference,
            "Autorité": str(opinion.authority),
            "Demandé par vous": opinion.asked_by_id == user.pk,
            "État": opinion.get_state_display(),
            "Avis": opinion.get_value_display() if is_author else "",
            "Ce que vous avez écrit": "\n".join(f"{heading} : {text}" for heading, text in opinion.rows if text) if is_author else "",
            "Réserves": opinion.reserves if is_author else "",
            "Remarque": opinion.remark if is_author else "",
        }
