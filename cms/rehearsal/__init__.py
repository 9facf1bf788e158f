"""The rehearsal of a call: what it holds, who plays in it, how its life goes on, and the staff's page that opens it."""
