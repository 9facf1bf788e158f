"""What this app does when a lower app changes state."""
