"""The plain-text form in which the demo site's pages are written: read here, turned into StreamField values here."""
