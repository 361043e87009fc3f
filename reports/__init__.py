"""Reports: what a scan said, scored, and rendered in the formats that people and machines read."""
