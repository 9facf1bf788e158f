"""Questionnaires that come with the portal, one per kind of call that Régions have run. Data, to be cloned and changed."""
