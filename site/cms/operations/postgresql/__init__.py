"""Django's backend for PostgreSQL, which does not let requests queue for a database that is away."""
