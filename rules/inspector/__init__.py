"""Rules about what Amazon Inspector says, and where it is silent."""
