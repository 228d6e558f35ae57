"""Files to download for the demo site, made by code: PDF, OpenDocument spreadsheet, CSV."""
