"""Renderers of the plan of a fix: for people, for a shell, and for infrastructure as code."""
