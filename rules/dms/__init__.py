"""Rules about Database Migration Service."""
