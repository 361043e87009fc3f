"""Rules about Organizations."""
