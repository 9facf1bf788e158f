"""Questions to the journal."""

from datetime import date, datetime, time, timedelta
from functools import cache

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from portal.journal import acts, withheld
from portal.journal.models import ChainCheck, JournalEntry, JournalHead
from portal.journal.verify import SEAL_DELAY
from portal.prepared import prepared
from portal.text.folding import fold
from portal.text.search import matching

# What acts record beside themselves, in words; a key that nobody named is shown as it is.
_DATA_LABELS = {
    "acts": "Actes",
    "after": "Après",
    "amount": "Montant",
    "author": "Auteur",
    "before": "Avant",
    "body": "Autorité",
    "budget_code": "Code budgétaire",
    "by_mailbox": "Par la boîte de l’établissement",
    "calls": "Appels",
    "count": "Nombre",
    "decisions": "Décisions",
    "deed": "Délibération ou arrêté",
    "delegation": "Signé",
    "delivery": "Livraison",
    "digest": "Empreinte",
    "digests": "Empreintes des lignes voilées, par rang",
    "document": "Document",
    "email": "Adresse",
    "file": "Fichier",
    "files": "Dossiers",
    "from": "De",
    "goods_return": "Retour",
    "head": "Chef d’établissement",
    "held_at": "Tenue le",
    "held_on": "Tenu le",
    "juror": "Membre du jury",
    "key": "Clé",
    "kind": "Nature",
    "label": "Libellé",
    "lines": "Lignes",
    "marks": "Notes",
    "name": "Nom",
    "number": "Numéro",
    "officer": "Instruction confiée à",
    "person": "Personne",
    "place": "Lieu",
    "position": "Position",
    "present": "Présents",
    "question": "Question",
    "readings": "Lectures",
    "reserve": "Réserve",
    "proposed_by": "Proposé par",
    "confirmed_by": "Confirmé par",
    "role": "Rôle",
    "rule": "Règle",
    "rules": "Règles",
    "scenario": "Scénario",
    "row": "Numéro interne",
    "sent_sha256": "Empreinte SHA-256 du fichier envoyé",
    "sha256": "Empreinte SHA-256",
    "malware": "Programme reconnu",
    "source": "Origine",
    "to": "À",
    "to_pay": "À verser",
    "until": "Jusqu’au",
    "version": "Version",
}

SAME_NAME = ","  # between the acts that one choice of the filter stands for


@prepared
def _last_of(kind: int, subject: str, actions: tuple[str, ...]) -> QuerySet[JournalEntry]:
    """The query of nearly every page of a file: was the visa asked for, and when."""
    return JournalEntry.objects.filter(subject_type=kind, subject_id=subject, action__in=actions).order_by("-pk")[:1]


def last_act(subject: Model, *actions: str, until: datetime | None = None) -> JournalEntry | None:
    """The last line about `subject`, of one of these acts where some are named; `until`: among those written no later."""
    if actions and until is None:
        return _last_of.first(ContentType.objects.get_for_model(subject).pk, str(subject.pk), actions)
    about = JournalEntry.objects.filter(subject_type=ContentType.objects.get_for_model(subject), subject_id=str(subject.pk))
    about = about.filter(action__in=actions) if actions else about
    return (about.filter(at__lte=until) if until else about).order_by("-pk").first()


def moments_of(subject: Model, *actions: str) -> list[tuple[str, datetime]]:
    """(act, when) of each time one of these acts was done on `subject`, the oldest first."""
    about = JournalEntry.objects.filter(subject_type=ContentType.objects.get_for_model(subject), subject_id=str(subject.pk))
    return list(about.filter(action__in=actions).order_by("pk").values_list("action", "at"))


def last_author(subject: Model, *actions: str) -> int | None:
    """The key of the account that did one of these acts last on `subject`; None when nobody did, or the portal itself."""
    act = last_act(subject, *actions)
    return act.actor_id if act else None


def filtered_entries(
    *,
    q: str | None = None,
    personne: str | None = None,
    acte: str | None = None,
    objet: str | None = None,
    du: date | None = None,
    au: date | None = None,
) -> QuerySet[JournalEntry]:
    """Entries, newest first, that match every filter given, to be shown through `withheld.blanked`. Days are French days, bounds included."""
    entries = withheld.marked(JournalEntry.objects.select_related("subject_type").order_by("-pk"))
    if q:
        entries = matching(entries, q).exclude(withheld.not_found_by(q))
    if personne:
        entries = entries.filter(_by_person(personne)).exclude(withheld.by_nobody())
    if acte:
        entries = entries.filter(action__in=acte.split(SAME_NAME))
    if objet:
        entries = entries.filter(subject_type_id=objet)
    if du:
        entries = entries.filter(at__gte=_midnight(du))
    if au:
        entries = entries.filter(at__lt=_midnight(au + timedelta(days=1)))
    return entries


def recorded_actions() -> list[tuple[str, str]]:
    """Acts that the journal holds, with their label, in the order of the labels; several acts of one name are one choice.

    The workflow of the object names the act; where several kinds of objects know it, the first one serves.
    """
    pairs = JournalEntry.objects.order_by().values_list("action", "subject_type").distinct()
    kinds = {kind.pk: kind for kind in _recorded_kinds()}
    labels: dict[str, str] = {}
    for action, type_id in sorted(pairs):
        labels[action] = labels.get(action) or _act_labels(kinds[type_id].model_class()).get(action, "")
    named: dict[str, list[str]] = {}
    for action, label in labels.items():
        named.setdefault(label or acts.fallback(action), []).append(action)
    return sorted(((SAME_NAME.join(actions), label) for label, actions in named.items()), key=lambda pair: fold(pair[1]))


def recorded_subjects() -> list[tuple[str, str]]:
    """Kinds of objects that have entries in the journal."""
    return sorted(((str(kind.pk), kind_label(kind)) for kind in _recorded_kinds()), key=lambda pair: fold(pair[1]))


def act_label(entry: JournalEntry) -> str:
    """The name of the act, as the workflow of its object gives it."""
    return _act_labels(entry.subject_type.model_class()).get(entry.action) or acts.fallback(entry.action)


def kind_label(kind: ContentType) -> str:
    model = kind.model_class()
    label = str(model._meta.verbose_name) if model else kind.model
    return label[:1].upper() + label[1:]


def state_labels(entry: JournalEntry) -> tuple[str, str]:
    """The states before and after, in words; empty where the act is no transition."""
    model = entry.subject_type.model_class()
    states = dict(model._meta.get_field("state").flatchoices) if model and entry.target and _has_state(model) else {}
    return states.get(entry.source, entry.source), states.get(entry.target, entry.target)


def readable_data(data: dict) -> list[tuple[str, str]]:
    """What was recorded beside the act, as label and text; an object by its name."""
    return [(_DATA_LABELS.get(key) or acts.fallback(key), _text(value)) for key, value in data.items()]


def chain_state() -> dict:
    """What a page says of the chain without walking it: its end, what awaits its seal, the last walk."""
    head = JournalHead.objects.filter(pk=1).first() or JournalHead()
    pending = JournalEntry.objects.filter(sequence=None)
    return {
        "head": head,
        "pending": pending.count(),
        "overdue": pending.filter(at__lt=timezone.now() - SEAL_DELAY).exists(),
        "last_check": ChainCheck.objects.select_related("asked_by").first(),
    }


def _by_person(text: str) -> Q:
    """The accounts that match, and whoever bore that name at the time."""
    accounts = matching(get_user_model().objects.order_by(), text)
    return Q(actor__in=accounts.values("pk")) | Q(actor_label__icontains=text)


def _recorded_kinds() -> QuerySet[ContentType]:
    return ContentType.objects.filter(pk__in=JournalEntry.objects.order_by().values("subject_type").distinct())


@cache
def _act_labels(model: type[Model] | None) -> dict[str, str]:
    return acts.labels_of(model()) if model else {}


def _text(value: object) -> str:
    if isinstance(value, dict):
        return str(value["label"]) if "label" in value else ", ".join(f"{key} : {_text(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return {True: "oui", False: "non", None: "–"}.get(value, str(value)) if value is None or isinstance(value, bool) else str(value)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _has_state(model: type[Model]) -> bool:
    return any(field.name == "state" for field in model._meta.concrete_fields)
