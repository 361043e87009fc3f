"""Rules about whether AWS Security Hub is on, and what it found that no other rule judges."""
