"""Reading a page as its reader does: where its template breaks lines, or keeps words together, says nothing."""


def text_of(response) -> str:
    """The page, markup included, each run of spaces as one plain space."""
    return " ".join(response.content.decode().replace("&nbsp;", " ").split())
