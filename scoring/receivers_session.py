"""What sittings and decisions do when a call or a file changes state."""
