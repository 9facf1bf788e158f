"""The pages on which a form is written, field by field."""
