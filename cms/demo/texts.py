"""What invented teams write."""

TITLES = (
    "Parler, produire, coopérer avec le numérique",
    "Apprendre à chercher, apprendre à vérifier",
    "L’atelier connecté, de la maquette à la pièce",
    "Un lycée qui lit, qui écrit et qui publie",
    "Modéliser pour comprendre, du plan à la machine",
    "Langues vivantes : enregistrer, s’écouter, progresser",
    "Le laboratoire partout : mesurer sur le terrain",
    "Réviser ensemble, à l’internat et à la maison",
    "Du champ à l’écran : suivre une parcelle toute l’année",
    "Différencier sans isoler",
    "Carnet de bord numérique du lycéen professionnel",
    "Une médiathèque ouverte sur les classes",
    "Données du territoire : enquêter, cartographier, débattre",
    "Robotique et programmation pour tous",
    "La classe renversée : les élèves enseignent",
)
SUMMARIES = (
    "Les six classes de seconde disposent d’un ordinateur par élève lors des séances de langue, d’histoire et de sciences. Les productions orales "
    "sont enregistrées, annotées par les pairs et reprises ; les écrits se construisent à plusieurs, dans l’espace numérique de travail.",
    "L’équipe réunit douze enseignants de sept disciplines autour d’un même usage : chercher une information, la vérifier, la citer. Chaque élève "
    "tient un carnet de recherche que les professeurs documentalistes suivent.",
    "Les élèves de la voie professionnelle préparent, simulent puis réalisent leurs pièces. La tablette remplace le classeur d’atelier : fiches, "
    "mesures, photographies et auto-évaluation au même endroit.",
    "Le projet donne aux internes les moyens de travailler ensemble le soir, avec un tutorat d’élèves de terminale et un accès maîtrisé aux ressources.",
)
PLACE = (
    "Le projet prolonge le deuxième axe du projet d’établissement, « la réussite de chacun ». Il a été présenté au conseil pédagogique en janvier et "
    "au conseil d’administration. Il s’appuie sur deux ans d’expérience dans trois classes pilotes.",
    "Il répond au diagnostic partagé avec l’inspection : des écarts de maîtrise de l’écrit à l’entrée en seconde, un usage du numérique encore "
    "limité à la salle informatique.",
)
COMMITTEE = (
    "Le comité réunit la proviseure, le référent numérique, la gestionnaire, la professeure documentaliste et quatre enseignants. Il se tient chaque "
    "mois et rend compte au conseil pédagogique.",
    "Un binôme direction-enseignant pilote le projet ; trois groupes de travail (usages, équipement, évaluation) se réunissent toutes les six semaines.",
)
METHOD = (
    "Un questionnaire en septembre, en février et en juin, auprès des élèves, des familles et des enseignants ; une observation croisée par trimestre ; "
    "un bilan présenté au conseil d’administration.",
    "Comparaison des productions de quatre classes sur l’année, avec une grille commune à l’équipe, et entretiens avec deux groupes d’élèves.",
)
TOOLS = (
    "Statistiques de connexion de l’espace numérique de travail, relevé des séances par le cahier de textes, grille d’observation.",
    "Tableau de bord tenu par le référent numérique : séances, matériels prêtés, pannes, demandes d’aide.",
)
JUSTIFICATION = (
    "Les ordinateurs forment quatre classes mobiles, partagées par un planning affiché. Le bâtiment C, seul encore sans prise réseau, est câblé en premier.",
    "Les postes CAO ouvrent la salle B 112 aux élèves de la voie professionnelle comme à ceux de STI2D. Les bornes couvrent les salles de cours et l’internat.",
)
DIFFUSION = (
    "Une restitution ouverte aux lycées du bassin en juin ; les séquences sont déposées dans l’espace partagé de l’académie.",
    "Deux webinaires, un article sur le site du lycée et une classe ouverte par trimestre.",
)
COMMENTS = (
    "Projet clair, porté par une équipe nombreuse ; l’évaluation gagnerait à nommer ses indicateurs.",
    "L’inscription dans le projet d’établissement est convaincante. Besoins cohérents avec les usages décrits.",
    "Ambition réelle, calendrier serré. Le comité de projet devra associer davantage la vie scolaire.",
    "Dossier solide. La part du câblage est bien justifiée par l’état du bâtiment.",
)
TOO_EARLY = "Propositions faites avant la relecture des motifs par le service juridique."
DAMAGED = "Écrans fendus, constatés à l’ouverture des cartons."
INADMISSIBLE = "Le dossier ne comporte pas de besoin décrit au sens de l’appel."
NOT_THIS_PROJECT = "La délibération jointe approuve le budget de l’an dernier, sans nommer le projet."
COMPLETION = "Deux points manquent avant que votre dossier passe devant le jury."
WHICH_TOOLS = "Par exemple : enquête auprès des élèves, journal de bord, relevés de l’ENT."
RESERVES = (
    "Trois ordinateurs portables ont un chargeur défectueux.",
    "Deux prises de la salle C 204 ne répondent pas au test.",
)
PRIORITY = "Convention académique de 2019, toujours en vigueur."
PATHWAYS = "Les diplômes préparés n’ont pas changé depuis la rentrée 2023."

GIVEN_UP = "Les travaux du bâtiment sont repoussés d’un an : le projet ne peut plus commencer à la rentrée."
WRITTEN_ANEW = "Une classe de première rejoint le projet."
GIVEN_BACK = "Le projet est bon. Deux points sont à préciser avant mon visa."
REMARKS = (
    "Dites combien de classes sont concernées, et à quels niveaux.",
    "Citez l’axe du projet d’établissement auquel ce projet répond.",
)
MORE_TIME = "Panne du réseau du lycée pendant trois jours, confirmée par l’agence territoriale."

OPINION = (
    "Le projet prolonge le volet numérique du projet académique : usages en groupe, continuité entre le cours et le travail personnel.",
    "Équipe stable, deux formateurs reconnus. Le référent numérique dispose de deux heures hebdomadaires.",
    "Le bâtiment principal est câblé ; l’atelier ne l’est pas encore, ce que le dossier ne dit pas.",
)
RESERVES = "Faire précéder l’équipement de l’atelier par son câblage, et prévoir la formation des enseignants de la voie professionnelle."
OPINION_REMARK = "Un changement de direction est prévu à la rentrée."
