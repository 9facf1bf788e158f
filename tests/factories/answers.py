"""A file of *Lycée 4.0* as a team writes it in the pages of its sections: section → label of the question → what is typed, or ticked."""

ANSWERS = {
    "projet": {
        "Titre du projet": "Parler, produire, coopérer",
        "Le projet en quelques phrases": "Les six classes de seconde coopèrent avec <b>un ordinateur</b> par élève.",
        "Sa place dans le projet d’établissement": "Deuxième axe : la réussite de chacun.",
        "Élèves concernés": "180",
    },
    "comite": {
        "Organisation du comité de projet": "La proviseure, le référent, la gestionnaire et quatre enseignants.",
        "Enseignants engagés": "14",
    },
    "evaluation": {
        "Méthode d’évaluation": "Trois questionnaires, une observation croisée, un bilan.",
        "Outils de mesure des usages": "Relevé des séances, grille d’observation.",
    },
    "besoins": {"En quoi ces besoins servent-ils le projet": "Quatre classes mobiles et le câblage du bâtiment C."},
}
TICKED = {"projet": "Seconde", "comite": "Oui"}
