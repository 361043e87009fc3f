"""IAM: policy algebra, evaluation, public access."""
