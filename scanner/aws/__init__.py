"""Reading AWS: which calls, how they are made, and what their answers mean."""
