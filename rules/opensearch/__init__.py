"""Rules about OpenSearch domains."""
