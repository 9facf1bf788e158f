"""What the acts of a file do, and to whom: said before they are pressed."""

ASKING_VISA = (
    "Le chef d’établissement en est prévenu par courriel : il relit le dossier, puis donne son visa ou le rend à l’équipe.",
    "En attendant, le dossier ne change plus ; pour y écrire de nouveau, rendez-le à l’équipe.",
    "Le dossier n’est pas encore déposé : il reste à le faire avant la clôture.",
)

SUBMITTING = (
    "La Région reçoit le dossier ; une version en est figée, et ne change plus.",
    "Un accusé de dépôt est établi, et envoyé par courriel à l’équipe et à l’adresse du lycée.",
    "Ensuite, seul ce que la Région demande de compléter pourra changer ; le chef d’établissement peut retirer le dossier.",
)

DECLARING_ADMISSIBLE = (
    "Le dossier est de ceux que le jury note ; la Région ne lui demande plus de compléments.",
    "L’équipe et le chef d’établissement en sont prévenus par courriel.",
    "La recevabilité peut être reprise, avec un motif, jusqu’à l’ouverture de la délibération.",
)

ACCEPTING_AWARD = (
    "Le lycée s’engage à mener le projet avec l’aide qui lui est notifiée.",
    "L’équipe et les gestionnaires d’appels en sont prévenus par courriel.",
    "L’acceptation ne se reprend pas ici : pour décliner ensuite l’aide, le chef d’établissement écrit à la Région.",
)

DECLINING_AWARD = (
    "L’aide prend fin : son argent revient à la Région, sauf ce que des commandes déjà parties engagent.",
    "Les commandes et les travaux qui ne sont pas partis sont annulés, et le lycée quitte les résultats publiés.",
    "L’équipe et la Région en sont prévenues par courriel ; le motif se lit au journal. Si c’est une erreur, la Région seule peut rétablir l’aide.",
)

RESTORING = (
    "Le dossier redevient un brouillon, que l’équipe peut modifier ; un visa donné avant sera à donner de nouveau.",
    "L’équipe et le chef d’établissement en sont prévenus par courriel.",
)

DECLINING_COMPLETION = (
    "Vous répondez à la Région que vous ne pouvez pas donner tout ce qu’elle demande, et pourquoi.",
    "Ce que vous avez tout de même complété est envoyé avec votre réponse ; une version du dossier est figée.",
    "Le dossier ne change plus, sauf si elle demande d’autres compléments. Elle se prononce sur ce qu’elle a.",
)

WITHDRAWING_DRAFT = (
    "Personne ne peut plus écrire dans ce brouillon, ni le déposer. Il reste lisible.",
    "Toute l’équipe et le chef d’établissement en sont prévenus par courriel, avec le motif.",
    "Tant que l’appel est ouvert, le brouillon peut être repris.",
)

RETURNING = (
    "Le dossier redevient un brouillon, que l’équipe peut modifier ; un visa déjà donné sera à donner de nouveau.",
    "L’équipe et le chef d’établissement en sont prévenus par courriel ; le motif se lit au journal du dossier.",
)

REINSTATING = (
    "Le dossier redevient « Déposé », à la date de son dépôt : à faire sur la demande écrite du chef d’établissement.",
    "L’équipe, le chef d’établissement et l’instructeur en sont prévenus par courriel, avec le motif.",
)

RESUMING = (
    "Le dossier redevient « Déposé » : la recevabilité prononcée est annulée, il faudra en prononcer une autre.",
    "Il sort des dossiers à noter ; les évaluations déjà faites sont gardées et reviennent s’il est déclaré recevable.",
    "Le lycée en est prévenu par courriel, avec le motif.",
)

REOPENING = (
    "Le dossier revient à l’état qu’il avait avant sa clôture, avec les actes qui s’y font : accepter ou décliner une aide, par exemple.",
    "L’équipe, le chef d’établissement et les gestionnaires d’appels en sont prévenus par courriel, avec le motif.",
)
