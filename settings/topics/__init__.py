"""One topic of the configuration per file. settings/base.py puts them together."""
