"""A small but believable department, for trying the CMS out. Never in production."""
