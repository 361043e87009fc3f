"""Terraform: configuration as it is written, and plans."""
