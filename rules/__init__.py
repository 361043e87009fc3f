"""The built-in rules: one folder a service, one file a rule; `frameworks` maps requirements to their controls."""
