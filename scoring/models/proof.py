from django.db import models
from django.utils import timezone

from calls.models import Call
from scoring.models.session import SelectionScenario


class ProofChecker(models.Model):
    """The text of a program that has accepted a proof, kept once for each text: what an auditor runs years later is that very file."""

    sha256 = models.CharField("empreinte", max_length=64, unique=True)
    version = models.CharField("version", max_length=40)
    text = models.TextField("texte")
    created_at = models.DateTimeField("gardé le", default=timezone.now)

    class Meta:
        verbose_name = "vérificateur de preuve"
        verbose_name_plural = "vérificateurs de preuve"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.version}, {self.sha256[:12]}"


class SelectionProof(models.Model):
    """Why a scenario is the best one, as trees of whole numbers: kept apart from the scenario, which every page reads.

    `content` is what `scoring.selection.proof` built and `checker` accepted: {"format", "checker", "steps", "left", "verdict"}.
    """

    scenario = models.OneToOneField(SelectionScenario, on_delete=models.CASCADE, related_name="proof", verbose_name="scénario")
    content = models.JSONField("preuve")
    checker = models.CharField("vérificateur", max_length=40)
    program = models.ForeignKey(  # none: made before texts were kept
        ProofChecker, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="texte du vérificateur"
    )
    # What the proof found when it went on and fell on a better selection: an answer as the optimiser prints it. The scenario stays as
    # it was computed; the next computation of the same instance starts from here.
    better = models.JSONField("meilleure sélection trouvée", null=True)
    created_at = models.DateTimeField("établie le", default=timezone.now)

    class Meta:
        verbose_name = "preuve"
        verbose_name_plural = "preuves"
        ordering = ["pk"]

    def __str__(self):
        return f"Preuve de {self.scenario}"


class SelectionPublication(models.Model):
    """What the public page of a released call gives of its selection: the instance under other names, its result, its proof.

    `instance` and `result` are empty when nothing may be shown without telling who was refused; `told` says why, or what was made coarser.
    """

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="selection_publication", verbose_name="appel")
    scenario = models.ForeignKey(SelectionScenario, on_delete=models.PROTECT, related_name="+", verbose_name="scénario")
    program = models.ForeignKey(ProofChecker, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="vérificateur")
    instance = models.JSONField("instance publique", null=True)
    result = models.JSONField("résultat public", null=True)
    told = models.JSONField("ce qui en est dit", default=dict)  # {"files", "retained", "points", "euros", "why"}
    made_at = models.DateTimeField("établie le", default=timezone.now)
    withdrawn_at = models.DateTimeField("retirée le", null=True)

    class Meta:
        verbose_name = "sélection publiée"
        verbose_name_plural = "sélections publiées"
        ordering = ["pk"]

    def __str__(self):
        return f"Sélection publiée de {self.call}"

    @property
    def why(self) -> str:
        """Why nothing of it may be shown; empty where something is."""
        return self.told.get("why", "")
