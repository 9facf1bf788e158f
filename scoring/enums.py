from django.db import models

from portal.ui import looks
from portal.ui.looks import Look


class CriterionKind(models.TextChoices):
    RATED = "rated", "Noté par le jury"
    COMPUTED = "computed", "Calculé"


class Applies(models.TextChoices):
    """Whether a criterion with a condition applies to a file. What is not known takes nothing out: such a criterion is marked and counts."""

    YES = "yes", "S’applique"
    NO = "no", "Ne s’applique pas"
    UNKNOWN = "unknown", "À vérifier"


class AssessmentState(models.TextChoices):
    ASSIGNED = "assigned", "À noter"
    IN_PROGRESS = "in_progress", "En cours"
    SUBMITTED = "submitted", "Rendue"
    REOPENED = "reopened", "Rouverte"
    RECUSED = "recused", "Déport"


AssessmentState.DONE = (AssessmentState.SUBMITTED,)
AssessmentState.STARTED = (AssessmentState.IN_PROGRESS, AssessmentState.REOPENED)
AssessmentState.LOOKS = {
    AssessmentState.ASSIGNED: looks.WAITING,
    AssessmentState.IN_PROGRESS: looks.DRAFT,
    AssessmentState.SUBMITTED: looks.DONE,
    AssessmentState.REOPENED: Look("warn", "arrow-uturn-left"),
    AssessmentState.RECUSED: looks.CANCELLED,
}


class JuryQuestionState(models.TextChoices):
    """A question of the jury to a lycée, before the sitting."""

    PROPOSED = "proposed", "À envoyer"
    SENT = "sent", "Envoyée au lycée"
    ANSWERED = "answered", "Répondue"
    UNANSWERED = "unanswered", "Rien à répondre"
    ENDED = "ended", "Réponse plus attendue"
    WITHDRAWN = "withdrawn", "Retirée"


JuryQuestionState.KNOWN = (  # to the lycée
    JuryQuestionState.SENT,
    JuryQuestionState.ANSWERED,
    JuryQuestionState.UNANSWERED,
    JuryQuestionState.ENDED,
)
JuryQuestionState.LOOKS = {
    JuryQuestionState.PROPOSED: looks.DRAFT,
    JuryQuestionState.SENT: looks.WAITING,
    JuryQuestionState.ANSWERED: looks.DONE,
    JuryQuestionState.UNANSWERED: looks.NEUTRAL,
    JuryQuestionState.ENDED: looks.CLOSED,
    JuryQuestionState.WITHDRAWN: looks.CANCELLED,
}


class SessionState(models.TextChoices):
    PREPARED = "prepared", "Préparée"
    OPEN = "open", "Ouverte"
    CLOSED = "closed", "Close"
    MINUTES_SIGNED = "minutes_signed", "Procès-verbal signé"
    CANCELLED = "cancelled", "Annulée"


SessionState.LIVE = (SessionState.PREPARED, SessionState.OPEN)  # scenarios may be computed
SessionState.OVER = (SessionState.CLOSED, SessionState.MINUTES_SIGNED)
SessionState.LOOKS = {
    SessionState.PREPARED: looks.WAITING,
    SessionState.OPEN: Look("accent", "chat-bubble-left-right"),
    SessionState.CLOSED: looks.CLOSED,
    SessionState.MINUTES_SIGNED: looks.DONE,
    SessionState.CANCELLED: looks.CANCELLED,
}


class Motive(models.TextChoices):
    """Why a file is in or out of a scenario. Those with a quota, and `list_stopped`, are on lines frozen by earlier versions only."""

    MERIT = "merit", "Retenu par ordre de mérite"
    RESERVED = "reserved", "Retenu pour le quota"
    BUDGET = "budget", "Écarté par l’enveloppe"
    LIST_STOPPED = "list_stopped", "Écarté par l’enveloppe"
    QUOTA_MINIMUM = "quota_minimum", "Écarté par le minimum du quota"
    QUOTA_MAXIMUM = "quota_maximum", "Écarté par le maximum du quota"
    RULE_IN = "rule_in", "Retenu pour une règle"
    RULE_OUT = "rule_out", "Écarté par une règle"
    OVERALL_OUT = "overall_out", "Écarté au profit de l’ensemble"
    OUTSCORED = "outscored", "Derrière les dossiers retenus"
    FORCED_IN = "forced_in", "Entrée décidée en séance"
    FORCED_OUT = "forced_out", "Écarté en séance"
    NO_SCORE = "no_score", "Sans note"
    NO_AMOUNT = "no_amount", "Sans montant demandé"
    TOO_LITTLE = "too_little", "Part trop faible pour le projet"


EARLIER_MOTIVES = (Motive.RESERVED, Motive.QUOTA_MINIMUM, Motive.QUOTA_MAXIMUM)


class BudgetSection(models.TextChoices):
    """The two sections of the budget of a Région: nothing moves from one to the other but by a vote of its assembly."""

    INVESTMENT = "investment", "Investissement"
    OPERATING = "operating", "Fonctionnement"


class GroupDimension(models.TextChoices):
    """What a rule of balance may count."""

    SECTOR = "sector", "Secteur"
    CATEGORY = "category", "Statut"
    AUTHORITY = "authority", "Autorité"
    DEPARTMENT = "department", "Département"
    DENSITY = "density", "Rural ou urbain"
    PATHWAY = "pathway", "Voie de formation"
    PRIORITY = "priority", "Éducation prioritaire"
    IPS = "ips", "Indice de position sociale"


GroupDimension.MEANINGS = {
    GroupDimension.SECTOR: "Public ou privé, d’après l’annuaire de l’éducation.",
    GroupDimension.CATEGORY: "Secteur, tutelle et contrat ensemble, d’après l’annuaire de l’éducation.",
    GroupDimension.AUTHORITY: "L’académie ou la DRAAF dont relève le lycée.",
    GroupDimension.DEPARTMENT: "Le département où est le lycée.",
    GroupDimension.DENSITY: "Rural : la commune est aux niveaux 5 à 7 de la grille de densité de l’Insee ; urbain : aux niveaux 1 à 4.",
    GroupDimension.PATHWAY: "Les voies que le lycée propose ; un lycée peut en avoir plusieurs, et compte alors pour chacune.",
    GroupDimension.PRIORITY: (
        "Déclarée par le lycée et confirmée par la Région. Un lycée dont on ne sait rien forme un groupe à part, « non connue »."
    ),
    GroupDimension.IPS: (
        "Quatre tranches de l’indice que publie la DEPP. Un lycée sans indice publié, agricole par exemple, forme un groupe à part."
    ),
}


class PriorityGroup(models.TextChoices):
    """What is known of the priority education of a lycée, declared and confirmed; the lycées of which nothing is known are a group."""

    INSIDE = "inside", "Éducation prioritaire"
    OUTSIDE = "outside", "Hors éducation prioritaire"
    UNKNOWN = "unknown", "Éducation prioritaire non connue"


class Density(models.TextChoices):
    RURAL = "rural", "Rural"
    URBAN = "urban", "Urbain"


class DecisionState(models.TextChoices):
    PROPOSED = "proposed", "Proposée"
    VOTED = "voted", "Votée"
    RELEASED = "released", "Notifiée"
    DECLINED = "declined", "Aide déclinée"  # by the lycée, or in its name once it is closed: the journal says which


DecisionState.SETTLED = (DecisionState.VOTED, DecisionState.RELEASED)  # voted, and the aid stands
DecisionState.AFTER_VOTE = (*DecisionState.SETTLED, DecisionState.DECLINED)
DecisionState.KNOWN = (DecisionState.RELEASED, DecisionState.DECLINED)  # the school has its letter
DecisionState.LOOKS = {
    DecisionState.PROPOSED: looks.WAITING,
    DecisionState.VOTED: Look("accent", "hand-raised"),
    DecisionState.RELEASED: looks.DONE,
    DecisionState.DECLINED: looks.CANCELLED,
}


class Method(models.TextChoices):
    """How a scenario chooses; `merit` and `sum` are the two doctrines of the optimiser."""

    RANKED = "ranked", "Liste classée, coupée par l’enveloppe et les places"
    MERIT = "merit", "Ordre de mérite sous les règles"
    SUM = "sum", "Total des notes le plus élevé sous les règles"


class RuleMeasure(models.TextChoices):
    """What a balance rule counts; the codes are those of `scoring.selection`."""

    COUNT = "count", "Nombre de dossiers"
    AMOUNT = "amount", "Montant accordé"
    COUNT_SHARE = "count_share", "Part des dossiers retenus"
    AMOUNT_SHARE = "amount_share", "Part du montant accordé"


class Combination(models.TextChoices):
    ANY = "any", "dans l’un de ces groupes"
    ALL = "all", "dans tous ces groupes à la fois"


class LockSide(models.TextChoices):
    IN = "in", "Entrée forcée"
    OUT = "out", "Écarté"


class RunStatus(models.TextChoices):
    """What the solver proved; the codes are those of `scoring.selection`, none while it works."""

    WAITING = "", "En attente"
    PROVEN = "proven", "Optimum d’après le solveur"
    BOUNDED = "bounded", "Meilleure solution trouvée"
    INFEASIBLE = "infeasible", "Règles incompatibles"


class AmountWay(models.TextChoices):
    """How a call sets the amount of each file retained."""

    ASKED = "asked", "Ce que le dossier demande"
    ESSENTIAL = "essential", "Ses seuls besoins dits indispensables"
    RATE = "rate", "Une part de sa demande, selon sa note"
    SHARED = "shared", "L’enveloppe partagée, selon la note et le nombre de dossiers retenus"


AmountWay.WEIGHED = (AmountWay.RATE, AmountWay.SHARED)  # the mark sets the amount


class AmountStep(models.IntegerChoices):
    """Amounts are whole numbers of these, in cents."""

    CENT = 1, "au centime"
    EURO = 100, "à l’euro"
    TEN_EUROS = 1000, "à la dizaine d’euros"
    HUNDRED_EUROS = 10_000, "à la centaine d’euros"


class AmountFloor(models.TextChoices):
    """Below what a project cannot be done, so that its file is not funded."""

    NONE = "none", "Pas de minimum"
    AMOUNT = "amount", "Un montant"
    PART = "part", "Une part de la demande"
    ESSENTIAL = "essential", "Ses besoins dits indispensables"


class WeightBy(models.TextChoices):
    BANDS = "bands", "Par palier de note"
    LINEAR = "linear", "En proportion des points au-dessus d’un seuil"
