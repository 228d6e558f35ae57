"""Running the service: server, scheduler, mail, deployment checks."""
