"""Attack paths: network exposure, weaknesses, identities and data joined into one graph."""
