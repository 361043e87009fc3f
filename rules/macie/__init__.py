"""Rules about Amazon Macie."""
