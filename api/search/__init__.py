"""Search over the pages of a site: what is asked, what is found, and how it is shown."""
