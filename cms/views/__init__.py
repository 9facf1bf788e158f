"""Pages and files that the public site answers beside the pages of its tree."""
