"""The export of a person's own data: what each app knows of them (`chapters`), put in one archive (`archive`), by a job (`jobs`)."""
