"""What can reach what: exact sets of addresses and traffic through routes, network ACLs and security groups."""
