"""Who may do what: roles and workflow declared as data, the four-eyes rule, admin hooks."""
