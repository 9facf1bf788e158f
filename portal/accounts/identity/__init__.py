"""Identity providers: who signs in elsewhere, what is believed of what is said about them (decision 0040)."""
