from django.db import models

from portal.ui import looks


class Sector(models.TextChoices):
    PUBLIC = "public", "Public"
    PRIVATE = "private", "Privé"


class Category(models.TextChoices):
    """Statut of a lycée as the jury reads it: sector × ministry × contract. Computed at import, never typed."""

    PUBLIC_EDUCATION = "public_education", "Public, Éducation nationale"
    PRIVATE_CONTRACT = "private_contract", "Privé sous contrat"
    PUBLIC_AGRICULTURE = "public_agriculture", "Agricole public"
    PRIVATE_AGRICULTURE = "private_agriculture", "Agricole privé"
    WITHOUT_CONTRACT = "without_contract", "Privé hors contrat"
    OTHER = "other", "Autre tutelle"


# How a statut qualifies one lycée, or one file, then several.
STATUT_WORDS = {
    Category.PUBLIC_EDUCATION: ("public de l’Éducation nationale", "publics de l’Éducation nationale"),
    Category.PRIVATE_CONTRACT: ("privé sous contrat", "privés sous contrat"),
    Category.PUBLIC_AGRICULTURE: ("agricole public", "agricoles publics"),
    Category.PRIVATE_AGRICULTURE: ("agricole privé", "agricoles privés"),
    Category.WITHOUT_CONTRACT: ("privé hors contrat", "privés hors contrat"),
    Category.OTHER: ("d’une autre tutelle", "d’une autre tutelle"),
}


class Contract(models.TextChoices):
    """Contract of a private establishment with the State (annuaire, Code_type_contrat_prive)."""

    NOT_APPLICABLE = "99", "Sans objet"
    ASSOCIATION_ALL = "30", "Contrat d’association, toutes classes"
    ASSOCIATION_PART = "31", "Contrat d’association, partie des classes"
    SIMPLE_ALL = "20", "Contrat simple, toutes classes"
    SIMPLE_PART = "21", "Contrat simple, partie des classes"
    BOTH_ALL = "40", "Contrats simple et d’association, toutes classes"
    BOTH_PART = "41", "Contrats simple et d’association, partie des classes"
    WITHOUT = "10", "Hors contrat"
    RECOGNISED = "50", "Reconnu par l’État"
    AGRICULTURAL = "60", "Sous contrat, établissement agricole"
    UNKNOWN = "!!", "Inconnu du gestionnaire"


class Pathway(models.TextChoices):
    """Voie de formation. A lycée may offer several."""

    GENERAL = "general", "Générale"
    TECHNOLOGICAL = "technological", "Technologique"
    VOCATIONAL = "vocational", "Professionnelle"
    AGRICULTURAL = "agricultural", "Agricole"


# What the three cells of the annuaire say; agriculture is read from the ministry.
DECLARABLE = (Pathway.GENERAL, Pathway.TECHNOLOGICAL, Pathway.VOCATIONAL)


class Fact(models.TextChoices):
    """What a lycée may declare where the official directory does not say it, or not of this school year."""

    PATHWAYS = "pathways", "Voies de formation"
    PUPILS = "pupils", "Nombre d’élèves"
    BOARDING = "boarding", "Internat"
    PRIORITY = "priority", "Éducation prioritaire"


class PriorityEducation(models.TextChoices):
    """Empty: not known. The official directory says REP and REP+ of schools and collèges alone, and leaves every lycée empty."""

    REP = "rep", "REP"
    REP_PLUS = "rep_plus", "REP+"
    ZEP = "zep", "ZEP"
    NONE = "none", "Hors éducation prioritaire"


class DeclarationState(models.TextChoices):
    """A declaration of a fact."""

    DECLARED = "declared", "À confirmer"
    CONFIRMED = "confirmed", "Confirmée"
    REFUSED = "refused", "Refusée"
    WITHDRAWN = "withdrawn", "Retirée"
    REVOKED = "revoked", "Annulée"
    REPLACED = "replaced", "Remplacée par une autre"
    SUPERSEDED = "superseded", "Remplacée par l’annuaire"


DeclarationState.STANDING = (DeclarationState.DECLARED, DeclarationState.CONFIRMED)  # at most one of each, for a fact of a lycée
DeclarationState.LOOKS = {
    DeclarationState.DECLARED: looks.WAITING,
    DeclarationState.CONFIRMED: looks.DONE,
    DeclarationState.REFUSED: looks.CANCELLED,
    DeclarationState.WITHDRAWN: looks.CANCELLED,
    DeclarationState.REVOKED: looks.CANCELLED,
    DeclarationState.REPLACED: looks.NEUTRAL,
    DeclarationState.SUPERSEDED: looks.NEUTRAL,
}


class ClosureState(models.TextChoices):
    """A lycée that the administration of the portal says closed."""

    STANDING = "standing", "En vigueur"
    LIFTED = "lifted", "Annulée"
    SUPERSEDED = "superseded", "Reprise par l’annuaire"


ClosureState.LOOKS = {
    ClosureState.STANDING: looks.DONE,
    ClosureState.LIFTED: looks.CANCELLED,
    ClosureState.SUPERSEDED: looks.NEUTRAL,
}


class AuthorityKind(models.TextChoices):
    REGION = "region", "Région"
    ACADEMY = "academy", "Académie"
    DRAAF = "draaf", "DRAAF"


class EstablishmentState(models.TextChoices):
    OPEN = "open", "Ouvert"
    CLOSING = "closing", "À fermer"
    CLOSED = "closed", "Fermé"


UNDER_CONTRACT = (
    Contract.ASSOCIATION_ALL,
    Contract.ASSOCIATION_PART,
    Contract.SIMPLE_ALL,
    Contract.SIMPLE_PART,
    Contract.BOTH_ALL,
    Contract.BOTH_PART,
)
# Private agricultural lycées carry 60 since November 2024 and carried 99 before.
AGRICULTURAL_CONTRACT = (*UNDER_CONTRACT, Contract.AGRICULTURAL, Contract.NOT_APPLICABLE)
ELIGIBLE_CATEGORIES = (
    Category.PUBLIC_EDUCATION,
    Category.PRIVATE_CONTRACT,
    Category.PUBLIC_AGRICULTURE,
    Category.PRIVATE_AGRICULTURE,
)
RURAL_LEVELS = (5, 6, 7)  # INSEE, grille communale de densité à 7 niveaux : 5 à 7 = rural

# The annuaire writes in capitals without accents; people read these.
MINISTRY_LABELS = {
    "MINISTERE DE L'EDUCATION NATIONALE": "Éducation nationale",
    "AGRICULTURE": "Agriculture",
    "MER": "Mer",
    "DEFENSE": "Défense",
    "JUSTICE": "Justice",
    "SANS TUTELLE": "Sans tutelle",
    "SANTE ET SOLIDARITE NATIONALE": "Santé et solidarité nationale",
    "ENSEIGNEMENT SUPERIEUR": "Enseignement supérieur",
    "CULTURE": "Culture",
}
NATURE_LABELS = {
    "300": "Lycée d’enseignement général et technologique",
    "301": "Lycée d’enseignement technologique",
    "302": "Lycée d’enseignement général",
    "306": "Lycée polyvalent",
    "307": "Lycée agricole, enseignement général, technologique et professionnel",
    "310": "Lycée climatique",
    "312": "École secondaire spécialisée",
    "315": "Lycée expérimental",
    "320": "Lycée professionnel",
    "332": "École professionnelle spécialisée",
    "340": "Collège",
    "344": "Centre d’éducation aux technologies appropriées au développement (CETAD)",
    "370": "Établissement régional d’enseignement adapté (EREA)",
    "380": "Maison familiale rurale (MFR)",
    "400": "École composée uniquement de STS ou de CPGE",
}


class IpsDefinition(models.TextChoices):
    """What an index of social position counts. DEPP changed it for the school year 2023: the two do not compare."""

    UNTIL_2022 = "until_2022", "élèves du lycée seuls"
    SINCE_2023 = "since_2023", "étudiants après le baccalauréat compris"

    @classmethod
    def of(cls, school_year: str) -> "IpsDefinition | None":
        """The definition in force for a school year such as 2024-2025; None without a year."""
        if not school_year:
            return None
        return cls.SINCE_2023 if school_year >= "2023" else cls.UNTIL_2022
