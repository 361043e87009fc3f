"""What the principals of an account may do: its policies put together, and questions about them."""
