class ActionRefused(Exception):
    """It cannot be done now. The message, in French, is shown to the person; nothing was changed."""
