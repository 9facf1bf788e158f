from django.db import models

from portal.ui import looks
from portal.ui.looks import Look


class CallState(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    PUBLISHED = "published", "Publié"
    INSTRUCTION = "instruction", "En instruction"
    ASSESSMENT = "assessment", "En notation"
    DELIBERATION = "deliberation", "En délibération"
    VOTED = "voted", "Voté"
    RELEASED = "released", "Résultats publiés"
    ARCHIVED = "archived", "Archivé"
    UNSUCCESSFUL = "unsuccessful", "Infructueux"
    WITHDRAWN = "withdrawn", "Retiré"


# Groups of states are attributes of their enum: the word of the enum says whose states they are.
CallState.HIDDEN = (CallState.DRAFT, CallState.WITHDRAWN)  # from the public
CallState.BEFORE_SCORING = (CallState.DRAFT, CallState.PUBLISHED, CallState.INSTRUCTION)
CallState.UNDER_EXAMINATION = (CallState.INSTRUCTION, CallState.ASSESSMENT, CallState.DELIBERATION, CallState.VOTED)
CallState.FOLLOWED = (CallState.PUBLISHED, CallState.INSTRUCTION, CallState.ASSESSMENT, CallState.DELIBERATION)
CallState.TAKING_OPINIONS = (CallState.PUBLISHED, CallState.INSTRUCTION, CallState.ASSESSMENT)  # until the jury deliberates
CallState.OPEN_TO_PANEL = (CallState.INSTRUCTION, CallState.ASSESSMENT)  # the jury may still change
CallState.DELIBERATED = (CallState.DELIBERATION, CallState.VOTED, CallState.RELEASED, CallState.ARCHIVED)  # a jury reads its ranking
CallState.SCORED = (CallState.ASSESSMENT, *CallState.DELIBERATED)
CallState.DECIDING = (CallState.DELIBERATION, CallState.VOTED)  # decisions are prepared and voted, unknown to schools
CallState.AFTER_VOTE = (CallState.VOTED, CallState.RELEASED)
CallState.WITH_RESULTS = (CallState.RELEASED, CallState.ARCHIVED)  # known to everybody
CallState.SETTLED = (*CallState.WITH_RESULTS, CallState.UNSUCCESSFUL, CallState.WITHDRAWN)  # its money does not move any more
CallState.LOOKS = {
    CallState.DRAFT: looks.DRAFT,
    CallState.PUBLISHED: Look("ok", "megaphone"),
    CallState.INSTRUCTION: Look("accent", "clipboard-document-check"),
    CallState.ASSESSMENT: Look("accent", "scale"),
    CallState.DELIBERATION: Look("accent", "chat-bubble-left-right"),
    CallState.VOTED: Look("accent", "hand-raised"),
    CallState.RELEASED: looks.DONE,
    CallState.ARCHIVED: Look("neutral", "archive-box"),
    CallState.UNSUCCESSFUL: Look("neutral", "no-symbol"),
    CallState.WITHDRAWN: looks.CANCELLED,
}


class ApplicationState(models.TextChoices):
    DRAFT = "draft", "Brouillon, non déposé"
    AWAITING_APPROVAL = "awaiting_approval", "Visa demandé"
    SUBMITTED = "submitted", "Déposé"
    ADMISSIBLE = "admissible", "Recevable"
    INADMISSIBLE = "inadmissible", "Irrecevable"
    ASSESSED = "assessed", "Noté"
    DECIDED = "decided", "Décidé"
    ACCEPTED_BY_SCHOOL = "accepted_by_school", "Accepté par le lycée"
    DECLINED_BY_SCHOOL = "declined_by_school", "Aide déclinée"
    CLOSED = "closed", "Clos"
    WITHDRAWN = "withdrawn", "Retiré"


# What the school reads: the jury's progress does not show before the release.
APPLICANT_LABELS = {
    ApplicationState.DRAFT: "Brouillon, non déposé",
    ApplicationState.AWAITING_APPROVAL: "Visa demandé",
    ApplicationState.SUBMITTED: "Déposé",
    ApplicationState.ADMISSIBLE: "Recevable, en cours d’examen",
    ApplicationState.INADMISSIBLE: "Irrecevable",
    ApplicationState.ASSESSED: "Recevable, en cours d’examen",
    ApplicationState.DECIDED: "Décision rendue",
    ApplicationState.ACCEPTED_BY_SCHOOL: "Aide acceptée",
    ApplicationState.DECLINED_BY_SCHOOL: "Aide déclinée",
    ApplicationState.CLOSED: "Clos",
    ApplicationState.WITHDRAWN: "Retiré",
}
APPROVED_LABEL = "Visa donné, reste à déposer"  # in place of AWAITING_APPROVAL, once the head has given it
ApplicationState.EDITABLE = (ApplicationState.DRAFT,)
ApplicationState.UNFILED = (ApplicationState.DRAFT, ApplicationState.AWAITING_APPROVAL)
ApplicationState.FILED = tuple(s for s in ApplicationState if s not in (*ApplicationState.UNFILED, ApplicationState.WITHDRAWN))
# From here on the jury works on the file.
ApplicationState.BEFORE_JURY = (
    ApplicationState.ADMISSIBLE,
    ApplicationState.ASSESSED,
    ApplicationState.DECIDED,
    ApplicationState.ACCEPTED_BY_SCHOOL,
    ApplicationState.DECLINED_BY_SCHOOL,
    ApplicationState.CLOSED,
)
# Not decided yet: somebody at the Région still follows it.
ApplicationState.UNDECIDED = (ApplicationState.SUBMITTED, ApplicationState.ADMISSIBLE, ApplicationState.ASSESSED)
OPEN = "ouverts"  # of the filter alone: UNDECIDED
# The officers have pronounced on its admissibility.
ApplicationState.EXAMINED = (ApplicationState.INADMISSIBLE, *ApplicationState.BEFORE_JURY)
# From here on the marks of the jury are in.
ApplicationState.SCORED = (
    ApplicationState.ASSESSED,
    ApplicationState.DECIDED,
    ApplicationState.ACCEPTED_BY_SCHOOL,
    ApplicationState.DECLINED_BY_SCHOOL,
)
# Its decision is known to its lycée: before, a page asks neither for it nor for what follows from it.
ApplicationState.ANSWERED = (
    ApplicationState.DECIDED,
    ApplicationState.ACCEPTED_BY_SCHOOL,
    ApplicationState.DECLINED_BY_SCHOOL,
    ApplicationState.CLOSED,
)
ApplicationState.LOOKS = {
    ApplicationState.DRAFT: looks.DRAFT,
    ApplicationState.AWAITING_APPROVAL: looks.WAITING,
    ApplicationState.SUBMITTED: Look("accent", "paper-airplane"),
    ApplicationState.ADMISSIBLE: looks.DONE,
    ApplicationState.INADMISSIBLE: looks.CANCELLED,
    ApplicationState.ASSESSED: Look("accent", "scale"),
    ApplicationState.DECIDED: Look("accent", "flag"),
    ApplicationState.ACCEPTED_BY_SCHOOL: looks.DONE,
    ApplicationState.DECLINED_BY_SCHOOL: looks.NEUTRAL,
    ApplicationState.CLOSED: looks.CLOSED,
    ApplicationState.WITHDRAWN: looks.CANCELLED,
}
ApplicationState.SEEN_OUTSIDE_AS = {ApplicationState.ASSESSED: ApplicationState.ADMISSIBLE}  # the jury's progress does not show


# What was to follow the filing may still come: filed, and not scored.
ApplicationState.FOLLOWED_UP = (ApplicationState.SUBMITTED, ApplicationState.ADMISSIBLE)
# A lycée may still give its project up: filed, and not decided.
ApplicationState.WITHDRAWABLE = (ApplicationState.SUBMITTED, ApplicationState.ADMISSIBLE, ApplicationState.ASSESSED)


class Rewriting(models.TextChoices):
    """Where the new version of a filed file stands; the file itself is « Déposé » meanwhile, as it was received."""

    NONE = "", "Aucune"
    WRITING = "writing", "En cours d’écriture"
    VISA = "visa", "Visa demandé"


REWRITING_LABELS = {
    Rewriting.WRITING: "Déposé, nouvelle version en cours",
    Rewriting.VISA: "Déposé, visa demandé pour la nouvelle version",
}
REAPPROVED_LABEL = "Déposé, nouvelle version visée, à déposer"


class NewVersionEnding(models.TextChoices):
    """How the writing of a new version ended."""

    FILED = "filed", "Déposée"
    GIVEN_UP = "given_up", "Abandonnée par le lycée"
    LAPSED = "lapsed", "Non déposée à la clôture"


class WithdrawalAnswer(models.TextChoices):
    """How a request of a team to withdraw its filed file ended."""

    AGREED = "agreed", "Retrait accepté"
    REFUSED = "refused", "Retrait refusé"
    TAKEN_BACK = "taken_back", "Demande reprise par l’équipe"
    VOID = "void", "Sans objet"


class Outcome(models.TextChoices):
    """What the Région decides of a file; written on the file by the release."""

    AWARDED = "awarded", "Retenu"
    PARTLY_AWARDED = "partly_awarded", "Retenu en partie"
    RESERVE = "reserve", "Liste complémentaire"
    REJECTED = "rejected", "Non retenu"


Outcome.GRANTING = (Outcome.AWARDED, Outcome.PARTLY_AWARDED)
Outcome.REFUSING = (Outcome.RESERVE, Outcome.REJECTED)  # no money, for now or for good
Outcome.LOOKS = {
    Outcome.AWARDED: Look("ok", "flag"),
    Outcome.PARTLY_AWARDED: Look("ok", "flag"),
    Outcome.RESERVE: Look("warn", "pause-circle"),
    Outcome.REJECTED: looks.NEUTRAL,
}


class PartnershipState(models.TextChoices):
    """A lycée that another one names as its partner in a file."""

    ASKED = "asked", "Accord demandé"
    AGREED = "agreed", "Accord donné"
    DECLINED = "declined", "Accord refusé"
    WITHDRAWN = "withdrawn", "Demande retirée"


PartnershipState.CURRENT = (PartnershipState.ASKED, PartnershipState.AGREED, PartnershipState.DECLINED)  # named in the file
PartnershipState.LOOKS = {
    PartnershipState.ASKED: looks.WAITING,
    PartnershipState.AGREED: looks.DONE,
    PartnershipState.DECLINED: looks.CANCELLED,
    PartnershipState.WITHDRAWN: looks.NEUTRAL,
}


class OpinionState(models.TextChoices):
    """What an authority is asked about one file."""

    ASKED = "asked", "Attendu"
    GIVEN = "given", "Rendu"
    CANCELLED = "cancelled", "Demande annulée"
    ENDED = "ended", "Sans objet"


OpinionState.CURRENT = (OpinionState.ASKED, OpinionState.GIVEN)  # its authority reads the file
OpinionState.LOOKS = {
    OpinionState.ASKED: looks.WAITING,
    OpinionState.GIVEN: looks.DONE,
    OpinionState.CANCELLED: looks.CANCELLED,
    OpinionState.ENDED: looks.NEUTRAL,
}


class OpinionValue(models.TextChoices):
    FAVOURABLE = "favourable", "Favorable"
    WITH_RESERVES = "with_reserves", "Favorable avec réserves"
    UNFAVOURABLE = "unfavourable", "Défavorable"
    NONE = "none", "Sans avis"


OpinionValue.LOOKS = {
    OpinionValue.FAVOURABLE: Look("ok", "hand-thumb-up"),
    OpinionValue.WITH_RESERVES: Look("warn", "exclamation-triangle"),
    OpinionValue.UNFAVOURABLE: Look("accent", "hand-thumb-down"),
    OpinionValue.NONE: looks.NEUTRAL,
}


class ReminderKind(models.TextChoices):
    """What a person is reminded of by mail."""

    DRAFT = "draft", "Brouillon à déposer"
    VISA = "visa", "Visa à donner"
    DEPOSIT = "deposit", "Dossier visé à déposer"
    COMPLETION = "completion", "Compléments à envoyer"
    CLOSED = "closed", "Appel clos, dossier non déposé"
    NEW_VERSION = "new_version", "Nouvelle version à déposer"
    FOLLOWING = "following", "Pièce à faire suivre"
    OPINION = "opinion", "Avis à rendre"


class BulkResult(models.TextChoices):
    """What became of one file of an act on several."""

    WAITING = "waiting", "À faire"
    DONE = "done", "Fait"
    LEFT = "left", "Laissé"


class NeedKind(models.TextChoices):
    EQUIPMENT = "equipment", "Équipement"
    CABLING = "cabling", "Câblage et réseau"


NEED_GROUPS = {NeedKind.EQUIPMENT: "Équipements", NeedKind.CABLING: "Câblage et réseau"}  # headings of a needs table


class ColumnKind(models.TextChoices):
    """What a column of reference data holds."""

    TEXT = "text", "Texte"
    NUMBER = "number", "Nombre entier"
    AMOUNT = "amount", "Montant en euros"
    YES_NO = "yes_no", "Oui ou non"
    DAY = "day", "Date"


class Priority(models.IntegerChoices):
    FIRST = 1, "1"
    SECOND = 2, "2"
    THIRD = 3, "3"
    FOURTH = 4, "4"


class VersionReason(models.TextChoices):
    APPROVAL = "approval", "Visa"
    SUBMISSION = "submission", "Dépôt"
    COMPLETION = "completion", "Compléments"
    FOLLOWING = "following", "Pièce envoyée après le dépôt"
    UNSENT = "unsent", "Compléments non envoyés"
    UNFILED = "unfiled", "Nouvelle version non déposée"


VersionReason.RECEIVED = (
    VersionReason.SUBMISSION,
    VersionReason.COMPLETION,
    VersionReason.FOLLOWING,
)  # what the Région reads; the others are the lycée's alone
VersionReason.ASIDE = (VersionReason.UNSENT, VersionReason.UNFILED)  # what was typed and not sent, kept as typed


class ReasonUse(models.TextChoices):
    """The acts with which a reason of the list of a call may be given."""

    INADMISSIBILITY = "inadmissibility", "Irrecevabilité"
    COMPLETION = "completion", "Demande de compléments"
    CUT = "cut", "Ligne ou montant réduit"
    REFUSAL = "refusal", "Dossier non retenu"
    RESERVE = "reserve", "Liste complémentaire"
    WITHDRAWAL = "withdrawal", "Dossier retiré"
    DECLINE = "decline", "Aide déclinée"


ReasonUse.OF_DECISIONS = (ReasonUse.CUT, ReasonUse.REFUSAL, ReasonUse.RESERVE)  # unknown before the release


class TickAnswer(models.TextChoices):
    """What a person answers to a ticked line of recevabilité."""

    YES = "yes", "Oui"
    NO = "no", "Non"
    VOID = "void", "Sans objet"


class LineVerdict(models.TextChoices):
    """What an officer says of one point of a request for complements, once the lycée has answered."""

    NONE = "", "À vérifier"
    SATISFIED = "satisfied", "Satisfait"
    AGAIN = "again", "À redemander"
