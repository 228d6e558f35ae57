"""The description of the API for programs: one OpenAPI 3.1 document, made from the code that answers."""
