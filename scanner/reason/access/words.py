"""Words in intersections of unions of patterns: is there one, and if so a shortest one found.

Patterns become automata whose states are bits of one integer per union (bit-parallel simulation); their product is
searched breadth-first over the letters that occur plus one that does not. The problem is PSPACE-complete, so the search
has a budget of states.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import msgspec

from scanner.reason.access.conditions import ARN_FIELDS, arn_fields, arn_matcher
from scanner.reason.access.glob import EVERYTHING, Matcher, Tokens, Wild, lowered, matcher

STATE_BUDGET: Final = 20_000
COMBINATION_BUDGET: Final = 10_000

_TRIED: Final = 64
_MARK: Final = "\x00"
_FRESH: Final = "abcdefghijklmnopqrstuvwxyz0123456789_-/@"


class Union(msgspec.Struct, frozen=True):
    """Texts that match any of the patterns; or, if not ``inside``, that match none of them.

    With ``arn`` the wildcards stay within ARN fields; with ``fold`` case does not matter.
    """

    patterns: tuple[Tokens, ...]
    inside: bool = True
    arn: bool = False
    fold: bool = False


class BudgetSpent(Exception):  # noqa: N818 - an outcome of a search, not a fault
    """A question cost more than it may."""


class Budget:
    """How much one question may still cost, in states of automata and in combinations of statements."""

    def __init__(self, states: int = STATE_BUDGET, combinations: int = COMBINATION_BUDGET) -> None:
        self._states = states
        self._combinations = combinations

    def spend_state(self) -> None:
        """Count a state. Raises BudgetSpent."""
        self._states -= 1
        if self._states < 0:
            raise BudgetSpent

    def spend_combination(self) -> None:
        """Count a combination. Raises BudgetSpent."""
        self._combinations -= 1
        if self._combinations < 0:
            raise BudgetSpent


class _Automaton(msgspec.Struct, frozen=True):
    """The patterns of a union side by side; a bit is a place in one of them."""

    start: int
    accept: int
    loops: int
    field_loops: int
    any_letter: int
    field_letter: int
    letters: dict[str, int]
    fold: bool

    def step(self, state: int, letter: str) -> int:
        """Read one letter in every place at once."""
        moves = self.letters.get(letter.lower() if self.fold else letter, 0) | self.any_letter
        stays = self.loops
        if letter != ":":
            moves |= self.field_letter
            stays |= self.field_loops
        return (state & moves) << 1 | state & stays


def find_word(unions: Sequence[Union], budget: Budget) -> str | None:
    """Find a text that is in every union; None if there is none. Raises BudgetSpent when it cannot tell in time."""
    matchers = [_union_matcher(union) for union in unions]
    for candidate in _candidates(unions):
        if all(matches(candidate) for matches in matchers):
            return candidate
    if _is_plainly_empty(unions):
        return None
    return _search(unions, budget)


def _union_matcher(union: Union) -> Matcher:
    make = arn_matcher if union.arn else matcher
    wanted = union.inside
    if union.fold:
        folded = [make(lowered(tokens)) for tokens in union.patterns]
        return lambda text: any(matches(text.lower()) for matches in folded) is wanted
    tests = [make(tokens) for tokens in union.patterns]
    return lambda text: any(matches(text) for matches in tests) is wanted


def _candidates(unions: Sequence[Union]) -> Iterator[str]:
    inside = [union for union in unions if union.inside]
    narrowest = min(inside, key=lambda union: len(union.patterns), default=Union((EVERYTHING,)))
    for filler in ("x", "", "casemate-0"):
        for tokens in narrowest.patterns[:_TRIED]:
            own = tuple(_arn_tokens(tokens)) if narrowest.arn else tokens
            yield "".join(_filled(token, filler) for token in own)


def _filled(token: str | Wild, filler: str) -> str:
    if isinstance(token, str):
        return token
    return filler if token is Wild.MANY else (filler or "0")[0]


def _is_plainly_empty(unions: Sequence[Union]) -> bool:
    """Whether some inside union lies pattern by pattern in one outside pattern; a cheap proof that often suffices."""
    return any(
        all(
            any(
                _contains(wide, narrow, other, union) for other in unions if not other.inside for wide in other.patterns
            )
            for narrow in union.patterns
        )
        for union in unions
        if union.inside
    )


def _contains(wide: Tokens, narrow: Tokens, wide_union: Union, narrow_union: Union) -> bool:
    """Whether one glob surely holds another: wildcards of the narrow one become a letter that only wildcards match."""
    if wide_union.arn or wide_union.fold or narrow_union.arn or narrow_union.fold:
        return (wide, wide_union.arn, wide_union.fold) == (narrow, narrow_union.arn, narrow_union.fold)
    if any(isinstance(token, str) and _MARK in token for token in wide):
        return False
    if Wild.MANY in narrow and Wild.ONE in wide:
        return False
    return matcher(wide)("".join(token if isinstance(token, str) else _MARK for token in narrow))


_State: TypeAlias = tuple[int, ...]


def _search(unions: Sequence[Union], budget: Budget) -> str | None:
    automata = [_automaton(union) for union in unions]
    inside = [union.inside for union in unions]
    fresh, *_ = letters = _alphabet(automata)
    start = tuple(automaton.start for automaton in automata)
    before: dict[_State, tuple[_State, str] | None] = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if all(
            bool(own & automaton.accept) is wanted
            for own, automaton, wanted in zip(state, automata, inside, strict=True)
        ):
            return _spelled(state, before)
        for letter in letters:
            if letter is not fresh and letter != ":" and not _is_told_apart(letter, state, automata):
                continue
            after = tuple(automaton.step(own, letter) for own, automaton in zip(state, automata, strict=True))
            if after in before or any(wanted and not own for own, wanted in zip(after, inside, strict=True)):
                continue
            budget.spend_state()
            before[after] = (state, letter)
            queue.append(after)
    return None


def _is_told_apart(letter: str, state: _State, automata: Sequence[_Automaton]) -> bool:
    """Whether a letter can lead elsewhere than the fresh letter does from this state."""
    return any(
        own & automaton.letters.get(letter.lower() if automaton.fold else letter, 0)
        for own, automaton in zip(state, automata, strict=True)
    )


def _spelled(state: _State, before: dict[_State, tuple[_State, str] | None]) -> str:
    letters = []
    while (step := before[state]) is not None:
        state, letter = step
        letters.append(letter)
    return "".join(reversed(letters))


def _alphabet(automata: Iterable[_Automaton]) -> list[str]:
    """Give the letters that some pattern tells from others, and one that none does."""
    found: set[str] = {":"}
    for automaton in automata:
        found.update(automaton.letters)
        if automaton.fold:
            found.update(upper for letter in automaton.letters if len(upper := letter.upper()) == 1)
    folded = {letter.lower() for letter in found}
    fresh = next((letter for letter in _FRESH if letter not in folded), None)
    if fresh is None:
        fresh = next(chr(code) for code in range(0x3B1, 0x110000) if chr(code).lower() not in folded)
    return [fresh, *sorted(found)]


def _automaton(union: Union) -> _Automaton:
    start = accept = loops = field_loops = any_letter = field_letter = 0
    letters: dict[str, int] = {}
    place = 0
    for pattern in union.patterns:
        start |= 1 << place
        field = 1
        for token in _arn_tokens(pattern) if union.arn else pattern:
            bound = union.arn and field < ARN_FIELDS
            if token is Wild.MANY:
                loops, field_loops = (loops, field_loops | 1 << place) if bound else (loops | 1 << place, field_loops)
            elif token is Wild.ONE:
                free = 0 if bound else 1 << place
                any_letter, field_letter = any_letter | free, field_letter | (1 << place) - free
                place += 1
            else:
                for letter in token.lower() if union.fold else token:
                    letters[letter] = letters.get(letter, 0) | 1 << place
                    place += 1
                field += token.count(":")
        accept |= 1 << place
        place += 1
    return _Automaton(start, accept, loops, field_loops, any_letter, field_letter, letters, union.fold)


def _arn_tokens(tokens: Tokens) -> Iterator[str | Wild]:
    for index, field in enumerate(arn_fields(tokens)):
        if index:
            yield ":"
        yield from field
