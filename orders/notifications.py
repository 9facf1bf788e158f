"""Messages that this app sends."""
