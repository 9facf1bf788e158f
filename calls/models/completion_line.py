from django.conf import settings
from django.db import models
from django.db.models import Q

from calls.enums import LineVerdict
from calls.models.completion import CompletionRequest
from calls.models.request_line import RequestLine
from calls.reasons import Wording, wording_of


class CompletionLine(models.Model):
    """One point of a request for complements: on a question, on one need of it, or on the whole file; with what is asked, what the lycée answers
    and what an officer then says of it.

    A line without words of its own is explained by the message of its request. A point that is asked again is another line, which names the one before.
    """

    request = models.ForeignKey(CompletionRequest, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField("rang")
    question_key = models.CharField("question", max_length=60, blank=True)  # empty: on the whole file
    need = models.ForeignKey(RequestLine, verbose_name="besoin", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    need_label = models.CharField("besoin, tel que reçu", max_length=200, blank=True)  # the lycée may take the need out
    chosen = models.JSONField("motifs", default=list, blank=True)  # as calls.models.GivenReason keeps them
    text = models.TextField("ce qui est demandé", blank=True)
    former = models.ForeignKey("self", verbose_name="déjà demandé", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reply = models.TextField("réponse du lycée", blank=True)
    replied_at = models.DateTimeField("répondu le", null=True, blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    verdict = models.CharField("avis de l’instructeur", max_length=9, choices=LineVerdict.choices, blank=True, default=LineVerdict.NONE)
    checked_at = models.DateTimeField("vérifié le", null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "point d’une demande de compléments"
        verbose_name_plural = "points d’une demande de compléments"
        ordering = ["request", "position", "pk"]
        constraints = [
            models.UniqueConstraint(name="completion_line_once", fields=["request", "position"]),
            models.CheckConstraint(name="completion_line_on_need_of_question", condition=Q(need=None) | ~Q(question_key="")),
        ]

    def __str__(self):
        return f"{self.question_key or 'dossier'}, {self.get_verdict_display().lower()}"

    @property
    def wording(self) -> Wording:
        return wording_of({"chosen": self.chosen, "precision": self.text})

    @property
    def asked(self) -> str:
        """What is asked, in the words of that day; "" where the message of the request says it."""
        return self.wording.text

    @property
    def is_satisfied(self) -> bool:
        return self.verdict == LineVerdict.SATISFIED

    @property
    def is_asked_again(self) -> bool:
        return self.verdict == LineVerdict.AGAIN

    @property
    def is_unchecked(self) -> bool:
        return self.verdict == LineVerdict.NONE
