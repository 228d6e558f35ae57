"""People who sign in: the user model, from the first migration on."""
