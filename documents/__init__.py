"""Documents and images: models, storage, upload validation, access, and how they look in JSON."""
