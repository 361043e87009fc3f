"""Reasoning over the inventory: access and network, pure and without a clock."""
