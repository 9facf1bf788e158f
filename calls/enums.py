from django.db import models


class CallState(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    PUBLISHED = "published", "Publié"
    INSTRUCTION = "instruction", "En instruction"
    ASSESSMENT = "assessment", "En notation"
    DELIBERATION = "deliberation", "En délibération"
    VOTED = "voted", "Voté"
    RELEASED = "released", "Résultats publiés"
    ARCHIVED = "archived", "Archivé"
    WITHDRAWN = "withdrawn", "Retiré"


class ApplicationState(models.TextChoices):
    DRAFT = "draft", "Brouillon, non déposé"
    AWAITING_APPROVAL = "awaiting_approval", "Visa demandé"
    SUBMITTED = "submitted", "Déposé"
    ADMISSIBLE = "admissible", "Recevable"
    INADMISSIBLE = "inadmissible", "Irrecevable"
    ASSESSED = "assessed", "Noté"
    DECIDED = "decided", "Décidé"
    ACCEPTED_BY_SCHOOL = "accepted_by_school", "Accepté par le lycée"
    DECLINED_BY_SCHOOL = "declined_by_school", "Décliné par le lycée"
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
EDITABLE_STATES = (ApplicationState.DRAFT,)
FILED_STATES = tuple(
    s for s in ApplicationState if s not in (ApplicationState.DRAFT, ApplicationState.AWAITING_APPROVAL, ApplicationState.WITHDRAWN)
)
# From here on the jury works on the file.
JURY_STATES = (
    ApplicationState.ADMISSIBLE,
    ApplicationState.ASSESSED,
    ApplicationState.DECIDED,
    ApplicationState.ACCEPTED_BY_SCHOOL,
    ApplicationState.DECLINED_BY_SCHOOL,
    ApplicationState.CLOSED,
)


class NeedKind(models.TextChoices):
    EQUIPMENT = "equipment", "Équipement"
    CABLING = "cabling", "Câblage et réseau"


NEED_GROUPS = {NeedKind.EQUIPMENT: "Équipements", NeedKind.CABLING: "Câblage et réseau"}  # headings of a needs table


class Priority(models.IntegerChoices):
    FIRST = 1, "1"
    SECOND = 2, "2"
    THIRD = 3, "3"
    FOURTH = 4, "4"


class VersionReason(models.TextChoices):
    APPROVAL = "approval", "Visa"
    SUBMISSION = "submission", "Dépôt"
    COMPLETION = "completion", "Compléments"
