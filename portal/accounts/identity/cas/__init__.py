"""CAS 3, for an ENT: a provider of allauth, by the client of python-cas."""
