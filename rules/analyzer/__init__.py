"""Rules about IAM Access Analyzer."""
