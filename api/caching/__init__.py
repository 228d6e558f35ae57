"""How long answers are good, what they depend on, and where they are kept."""
