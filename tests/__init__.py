"""The test suite. README.md says how to run it and how to add to it."""
