"""Erasing a person: what stands in the way (`places.holds`), where their name is (`places.erased`), and the act (`erase`)."""
