"""Headless preview: expiring tokens that let a frontend show one draft."""
