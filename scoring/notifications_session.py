"""Messages about sittings, decisions and the release."""
