"""The API under /api/: routes, filters, protects. How things look in JSON stands beside the models."""
