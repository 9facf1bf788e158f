"""The form of a call, as whoever manages the call writes it."""
