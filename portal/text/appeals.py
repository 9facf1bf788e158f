"""How a decision of the Région is contested: one text for letters, pages and mails.

Two months from its notification (code de justice administrative, R421-1), which run only if the notification says them (R421-5). A request to the
Région within them stops them, and they run anew from its answer (code des relations entre le public et l'administration, L411-2).
"""

WAYS_OF_APPEAL = (
    "Cette décision peut être contestée dans les deux mois qui suivent sa notification : en demandant à la Région de la revoir (recours gracieux), ou "
    "devant le tribunal administratif, par courrier ou sur www.telerecours.fr (code de justice administrative, articles R421-1 et R421-5)."
)
