"""What the passages of a call and of a file need, and what they do to whom: each app gives its lines and sentences in its `hooks/`."""

from portal.workflow.readiness import Checklist, Effects, Opportunity

# Of a call.
ready_to_publish = Checklist("ready_to_publish")
ready_to_instruct = Checklist("ready_to_instruct")
ready_to_score = Checklist("ready_to_score")
ready_to_deliberate = Checklist("ready_to_deliberate")
ready_to_vote = Checklist("ready_to_vote")
ready_to_release = Checklist("ready_to_release")
ready_to_take_back_scoring = Opportunity("ready_to_take_back_scoring")
ready_to_take_back_deliberation = Checklist("ready_to_take_back_deliberation")
ready_to_undo_vote = Opportunity("ready_to_undo_vote")
ready_to_end = Checklist("ready_to_end")
publishing, instructing, scoring, deliberating, ending = Effects(), Effects(), Effects(), Effects(), Effects()
taking_back_scoring, taking_back_deliberation = Effects(), Effects()
# The acts of a file that end an open request for complements say so: calls.hooks.readiness gives the sentences.
cancelling_completion = Effects()
answering = Effects(
    "La Région reçoit ce que vous avez complété ; une version du dossier est figée.",
    "Le dossier ne change plus, sauf si elle demande d’autres compléments.",
)
admitting = Effects(
    "Le dossier est de ceux que le jury note ; la Région ne lui demande plus de compléments.",
    "L’équipe et le chef d’établissement en sont prévenus par courriel.",
    "La recevabilité peut être reprise, avec un motif, jusqu’à l’ouverture de la délibération.",
)
refusing = Effects(
    "Le dossier n’est pas transmis au jury : la demande d’aide s’arrête là.",
    "L’équipe et le chef d’établissement en sont prévenus par courriel ; le motif se lit sur la page du dossier, avec les voies de recours.",
    "Le lycée peut contester cette décision pendant deux mois, devant la Région ou le tribunal administratif.",
    "Elle peut être reprise, avec un motif, jusqu’à l’ouverture de la délibération : le dossier redevient alors « Déposé ».",
)
withdrawing = Effects(
    "La demande d’aide prend fin : le dossier n’est plus instruit, ni noté, ni proposé au vote.",
    "Le dépôt et son accusé restent au dossier, qui reste lisible par le lycée et par la Région.",
    "L’équipe, le chef d’établissement et l’instructeur en sont prévenus par courriel, avec le motif.",
    "Passé l’ouverture de la notation, ce retrait est définitif.",
)
closing_file = Effects(
    "Plus aucun acte ne se fait sur le dossier ; il reste lisible par le lycée et par la Région. Aucun courriel n’est envoyé.",
    "Vous pouvez le rouvrir, avec un motif : il revient alors à l’état d’avant.",
)
ready_to_restore_award = Checklist("ready_to_restore_award")
restoring_award = Effects(
    "Le dossier redevient « Décidé » : le chef d’établissement accepte l’aide, ou la décline de nouveau.",
    "Le lycée revient dans les résultats publiés. À faire sur la demande écrite du chef d’établissement.",
)
withdrawing_call = Effects(
    "L’appel quitte le site : ni sa page, ni son formulaire, ni sa grille ne se lisent plus.",
    "Les brouillons commencés ne pourront pas être déposés ; ils se lisent et s’impriment encore.",
    "Cela ne se reprend pas : un nouvel appel se crée.",
)
archiving = Effects("L’appel quitte les listes de travail ; ses résultats restent publics.")
