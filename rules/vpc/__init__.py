"""Rules about VPCs, security groups, network ACLs and what joins networks."""
