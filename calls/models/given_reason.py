from typing import Self

from django.db import models
from django.utils import timezone

from calls.enums import ReasonUse
from calls.models.application import Application
from calls.reasons import Wording, wording_of

OTHER = "Autre motif"  # what was typed, without a reason of the list


class GivenReasonQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Those of acts that nobody has taken back."""
        return self.filter(is_standing=True)


class GivenReason(models.Model):
    """Why, as it was said with one act on a file: the reasons of the list in the words of that day, and what was typed beside them.

    The column or the line of the journal that the lycée reads holds the whole text; this says by which reasons.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="given_reasons")
    use = models.CharField("acte", max_length=16, choices=ReasonUse.choices)
    chosen = models.JSONField("motifs", default=list)  # [{"key", "label", "sentence"}]
    precision = models.TextField("précision", blank=True)
    given_at = models.DateTimeField("donné le", default=timezone.now)
    is_standing = models.BooleanField(default=True)

    objects = GivenReasonQuerySet.as_manager()

    class Meta:
        verbose_name = "motif donné"
        verbose_name_plural = "motifs donnés"
        ordering = ["-given_at", "-pk"]
        indexes = [models.Index(fields=["application", "use"], name="given_reason_of_file")]

    def __str__(self):
        return self.in_short

    @classmethod
    def of(cls, application: Application, use: ReasonUse, wording: Wording) -> "GivenReason | None":
        """A row, not saved; None where nothing was said."""
        if not wording.text:
            return None
        return cls(application=application, use=use, chosen=wording.kept, precision=wording.precision)

    @property
    def wording(self) -> Wording:
        return wording_of({"chosen": self.chosen, "precision": self.precision})

    @property
    def listed(self) -> str:
        """The sentences of the list, without what was typed."""
        return "\n".join(each["sentence"] for each in self.chosen)

    @property
    def in_short(self) -> str:
        """The labels, as staff read them; « Autre motif » where none was chosen."""
        return ", ".join(each["label"] for each in self.chosen) or OTHER
