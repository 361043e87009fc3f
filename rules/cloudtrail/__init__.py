"""Rules about CloudTrail."""
