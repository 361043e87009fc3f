"""What can be wrong with what is asked."""


class MalformedRequest(ValueError):  # noqa: N818 - the pair of MalformedPolicy
    """A request that cannot be read; the text is ``member: what is wrong``."""
