"""Rules about Secrets Manager."""
