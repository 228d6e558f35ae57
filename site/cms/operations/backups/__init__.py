"""Backups of the database and of all files, what restores them, and the drill that proves it.

restic encrypts, deduplicates and keeps; pg_dump and psql know the database. What is here decides what belongs together,
and that what is incomplete is never taken for a backup. Decision 0014 says why it is made like this.
"""
