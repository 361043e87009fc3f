"""Rules about identities: users, groups, roles, policies and their credentials."""
