"""Remedies: pure plans by service, the plan file, the journal, and the one executor."""
