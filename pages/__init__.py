"""Page types, StreamField blocks, snippets, site settings, and how they look in JSON."""
