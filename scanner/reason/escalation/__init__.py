"""Privilege escalation: which principals can become administrator, how, and what would stop them."""
