"""Whether the service works: liveness, readiness, detailed checks."""
