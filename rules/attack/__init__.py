"""Rules about attack paths: what joins network, weaknesses, identities and data."""
