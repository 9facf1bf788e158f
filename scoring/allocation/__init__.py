"""Amounts by quality and by the number retained: one envelope, and what each lycée gets depends on its mark and on how many share. Pure.

« Les projets seront financés en fonction de leur qualité et du nombre de dossiers retenus. »
"""
