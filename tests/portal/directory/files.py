"""Small public files in each of their forms, made row by row."""

import io

HEADER_2024 = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;Adresse_1;Adresse_2;Adresse_3;Code_postal;"
    "Code_commune;Nom_commune;Code_departement;Code_academie;Code_region;Ecole_maternelle;Ecole_elementaire;Voie_generale;"
    "Voie_technologique;Voie_professionnelle;Telephone;Fax;Web;Mail;Restauration;Hebergement;ULIS;Apprentissage;Segpa;Section_arts;"
    "Section_cinema;Section_theatre;Section_sport;Section_internationale;Section_europeenne;Lycee_Agricole;Lycee_militaire;"
    "Lycee_des_metiers;Post_BAC;Appartenance_Education_Prioritaire;GRETA;SIREN_SIRET;Nombre_d_eleves;Fiche_onisep;position;"
    "Type_contrat_prive;Libelle_departement;Libelle_academie;Libelle_region;coordX_origine;coordY_origine;epsg_origine;"
    "nom_circonscription;latitude;longitude;precision_localisation;date_ouverture;date_maj_ligne;etat;ministere_tutelle;multi_uai;"
    "rpi_concentre;rpi_disperse;code_nature;libelle_nature;Code_type_contrat_prive;PIAL;etablissement_mere;"
    "type_rattachement_etablissement_mere;code_circonscription;code_zone_animation_pedagogique;libelle_zone_animation_pedagogique;"
    "code_bassin_formation;libelle_bassin_formation"
).split(";")
_IN_2023 = {
    "Code_postal": "Code postal",
    "coordX_origine": "coordonnee_X",
    "coordY_origine": "coordonnee_Y",
    "epsg_origine": "epsg",
    "multi_uai": "etablissement_multi_lignes",
}
_NOT_IN_2023 = {"code_circonscription", "code_zone_animation_pedagogique", "libelle_zone_animation_pedagogique"}
FORMS = {
    "2023": [_IN_2023.get(name, name) for name in HEADER_2024 if name not in _NOT_IN_2023],
    "2024": HEADER_2024,
    "2026": [name for name in HEADER_2024 if name != "Nombre_d_eleves"],
}
TOUL = {
    "Identifiant_de_l_etablissement": "0540001H",
    "Nom_etablissement": "Lycée polyvalent Marguerite-Thibault",
    "Type_etablissement": "Lycée",
    "Statut_public_prive": "Public",
    "Adresse_1": "12 rue des Tilleuls",
    "Code_postal": "54200",
    "Code_commune": "54528",
    "Nom_commune": "Toul",
    "Code_departement": "054",
    "Code_academie": "12",
    "Code_region": "44",
    "Voie_generale": "1",
    "Voie_technologique": "1",
    "Voie_professionnelle": "0",
    "Telephone": "03 83 00 00 00",
    "Web": "https://thibault.example",
    "Mail": "ce.0540001h@ac-nancy-metz.example",
    "Hebergement": "1",
    "SIREN_SIRET": "20005226400013",
    "Nombre_d_eleves": "820",
    "Libelle_departement": "Meurthe-et-Moselle",
    "Libelle_academie": "Nancy-Metz",
    "Libelle_region": "Grand Est",
    "latitude": "48.67512345678",
    "longitude": "5.8912",
    "date_ouverture": "1967-11-13",
    "date_maj_ligne": "2024-03-19",
    "etat": "OUVERT",
    "ministere_tutelle": "MINISTERE DE L'EDUCATION NATIONALE",
    "multi_uai": "0",
    "code_nature": "306",
    "libelle_nature": "LYCEE POLYVALENT",
    "Code_type_contrat_prive": "99",
}
PRIVATE = TOUL | {
    "Identifiant_de_l_etablissement": "0670002N",
    "Nom_etablissement": "Lycée Saint-Ruf",
    "Statut_public_prive": "Privé",
    "Code_commune": "67482",
    "Nom_commune": "Strasbourg",
    "Code_departement": "067",
    "Code_academie": "15",
    "Libelle_departement": "Bas-Rhin",
    "Libelle_academie": "Strasbourg",
    "Code_type_contrat_prive": "30",
}
FARM = TOUL | {
    "Identifiant_de_l_etablissement": "0080003K",
    "Nom_etablissement": "LEGTA des Trois-Rivières",
    "Code_commune": "08362",
    "Nom_commune": "Rethel",
    "Code_departement": "008",
    "Code_academie": "19",
    "Libelle_departement": "Ardennes",
    "Libelle_academie": "Reims",
    "ministere_tutelle": "AGRICULTURE",
    "Lycee_Agricole": "",
}


def annuaire(*rows: dict, form="2024", newline="\r\n", bom=True, encoding="utf-8", separator=";") -> io.BytesIO:
    """The annuaire in one of its forms, in bytes. Each row starts from what a lycée needs."""
    columns = FORMS[form]
    former = {old: new for new, old in _IN_2023.items()}
    lines = [separator.join(columns)]
    for row in rows:
        cells = [row.get(former.get(name, name), "") for name in columns]
        lines.append(
            separator.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' if separator in cell or '"' in cell else cell for cell in cells)
        )
    text = newline.join(lines) + newline
    return io.BytesIO((b"\xef\xbb\xbf" if bom else b"") + text.encode(encoding))
