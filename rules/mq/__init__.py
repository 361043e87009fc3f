"""Rules about Amazon MQ brokers."""
