"""Infrastructure as code: files become the same kinds that a live account is read into."""
