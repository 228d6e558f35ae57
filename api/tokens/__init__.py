"""JSON Web Tokens: sign-in, refresh, sign-out, and the sessions that make them revocable."""
