"""Rules about EC2 instances, volumes, snapshots, images and launch templates."""
