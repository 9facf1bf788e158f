from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django_fsm import transition

from calls import occasions, rules
from calls.enums import CallState
from portal.text.dates import moment
from portal.workflow.requirements import occasion

if TYPE_CHECKING:
    from calls.models import Call

PUBLISHED = CallState.PUBLISHED


@occasion
def files_are_sealed(call: "Call") -> list[str]:
    if not call.sealed:
        return ["Les dossiers de cet appel ne sont pas scellés."]
    return [f"Les dossiers ont été ouverts le {moment(call.unsealed_at)}."] if call.unsealed_at else []


@occasion
def opening_is_not_asked(call: "Call") -> list[str]:
    return [f"L’ouverture est demandée depuis le {moment(call.opening_asked_at)}."] if call.opening_asked_at else []


@occasion
def opening_is_asked(call: "Call") -> list[str]:
    return [] if call.opening_asked_at else ["L’ouverture n’est pas demandée : une personne la demande, une autre ouvre."]


class SealingWorkflow(models.Model):
    """A sealed call: what lycées file is closed to everybody else until two persons open it, after the closing (docs/adr/0061).

    The call stays « Publié »: arrows that `CallWorkflow` takes in.
    """

    sealed = models.BooleanField(
        "dossiers scellés jusqu’à leur ouverture",
        default=False,
        db_default=False,
        help_text="Personne d’autre que le lycée ne lit un dossier avant l’ouverture, que deux personnes prononcent après la clôture.",
    )
    opening_asked_at = models.DateTimeField("ouverture des dossiers demandée le", null=True, blank=True, editable=False)
    unsealed_at = models.DateTimeField("dossiers ouverts le", null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_sealed(self) -> bool:
        """Whether its files are closed to everybody but their lycées. The same as the condition `calls.hidden_files.sealed_at`."""
        return self.sealed and self.unsealed_at is None

    @transition(
        field="state", source=PUBLISHED, target=PUBLISHED, permission=rules.manages_call,
        conditions=[files_are_sealed, opening_is_not_asked, occasions.call_is_over],
        custom={
            "label": "Demander l’ouverture des dossiers", "done": "L’ouverture est demandée : une autre personne la prononce.",
            "notify": ["opening_asked"],
            "effects": (
                "Une autre personne, gestionnaire d’appels ou administrateur, en est prévenue par courriel : elle seule peut ouvrir les dossiers.",
                "Rien n’est encore lisible. Vous pouvez renoncer à votre demande tant que les dossiers ne sont pas ouverts.",
            ),
        },
    )  # fmt: skip
    def ask_opening(self) -> None:
        self.opening_asked_at = timezone.now()

    @transition(
        field="state", source=PUBLISHED, target=PUBLISHED, permission=rules.manages_call, conditions=[files_are_sealed, opening_is_asked],
        custom={
            "label": "Renoncer à ouvrir les dossiers", "done": "L’ouverture n’est plus demandée.", "needs_reason": True,
            "effects": ("Les dossiers restent scellés. L’ouverture peut être demandée de nouveau.",),
        },
    )  # fmt: skip
    def drop_opening(self) -> None:
        self.opening_asked_at = None

    @transition(
        field="state", source=PUBLISHED, target=PUBLISHED, permission=rules.opens_sealed_files,
        conditions=[files_are_sealed, opening_is_asked, occasions.call_is_over],
        custom={
            "label": "Ouvrir les dossiers", "done": "Les dossiers sont ouverts.",
            "effects": (
                "Les dossiers déposés deviennent lisibles par la Région, selon le rôle et le périmètre de chacun.",
                "L’appel ne se prolonge plus, ni pour tous ni pour un lycée.",
                "Cela ne se reprend pas : ce qui est lu est lu. Les deux personnes et l’heure sont au journal.",
            ),
        },
    )  # fmt: skip
    def open_files(self) -> None:
        self.unsealed_at = timezone.now()
