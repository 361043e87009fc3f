"""Rules about RDS, Aurora, Neptune and DocumentDB."""
