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

REOPENING_FILED = (
    "Le dossier reste déposé : la version que la Région a reçue compte, à sa date, tant que la nouvelle n’est pas déposée.",
    "L’équipe peut de nouveau tout modifier. Le visa sera à demander et à donner de nouveau, puis la nouvelle version à déposer, avant la clôture.",
    "Si elle n’est pas déposée à la clôture, ou si vous y renoncez, rien n’a changé pour la Région ; ce qui avait été écrit est gardé pour le lycée.",
    "La Région n’examine pas le dossier d’ici là. Toute l’équipe est prévenue par courriel.",
)

ASKING_NEW_VISA = (
    "Le chef d’établissement en est prévenu par courriel : il relit la nouvelle version, puis donne son visa ou la rend à l’équipe.",
    "En attendant, elle ne change plus ; pour y écrire de nouveau, rendez-la à l’équipe.",
    "La version déposée compte toujours : il reste à déposer la nouvelle avant la clôture.",
)

RETURNING_NEW = (
    "L’équipe peut de nouveau modifier la nouvelle version ; un visa déjà donné sera à donner de nouveau. La version déposée compte toujours.",
    "L’équipe et le chef d’établissement en sont prévenus par courriel ; le motif se lit au journal du dossier.",
)

APPROVING_NEW = (
    "La nouvelle version est figée telle que vous l’approuvez.",
    "Elle n’est pas encore déposée : d’ici là, la version que la Région a reçue compte. L’équipe en est prévenue par courriel.",
)

SUBMITTING_NEW = (
    "La Région reçoit la nouvelle version, qui remplace celle qu’elle avait ; l’ancienne reste lisible, avec son accusé.",
    "Le dossier est daté de ce nouveau dépôt. Un nouvel accusé est établi, qui dit ce qu’il remplace, et envoyé à l’équipe et à l’adresse du lycée.",
)

GIVING_UP_NEW = (
    "Le dossier redevient exactement ce que la Région a reçu, à la date de son dépôt.",
    "Ce que l’équipe avait écrit depuis est gardé dans une version que le lycée est seul à lire.",
    "Tant que l’appel est ouvert, vous pouvez rouvrir le dossier. L’équipe est prévenue par courriel.",
)
