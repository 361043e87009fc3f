"""Rules about what Trusted Advisor says."""
