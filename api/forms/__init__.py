"""Forms: what a website needs to show one, and what becomes of what people send."""
