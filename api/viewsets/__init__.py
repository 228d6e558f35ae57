"""One module per resource of the delivery API."""
