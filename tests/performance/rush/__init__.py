"""The last minutes before a closing: people who finish, sign and file together, and what must be true afterwards."""
