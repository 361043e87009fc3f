"""Policies read as IAM Access Analyzer reads them when it validates: what does not work, or says more than was meant."""
