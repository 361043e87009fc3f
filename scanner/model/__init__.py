"""The kinds, one module a service: typed values that every source fills alike."""
