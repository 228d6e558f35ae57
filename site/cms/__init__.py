"""The Django project: what ties the content (pages, documents) and the API together into a service."""

__version__ = "0.1.0"
