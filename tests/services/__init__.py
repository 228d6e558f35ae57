"""The real servers behind the tests: PostgreSQL, Redis, S3 and SMTP, started and stopped by the test session."""
