"""Matching of `*` (any text) and `?` (one character), in time linear in practice and never exponential."""


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches the pattern. Case matters. No other character is special."""
    at, seen = 0, 0
    star, resume = -1, 0
    while seen < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, seen
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[seen]):
            at, seen = at + 1, seen + 1
        elif star >= 0:
            resume += 1
            at, seen = star + 1, resume
        else:
            return False
    return all(character == "*" for character in pattern[at:])
