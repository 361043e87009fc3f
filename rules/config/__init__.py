"""Rules about what AWS Config records, and what its own rules say."""
