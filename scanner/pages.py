"""The pages of an answer, kept as packed JSON and decoded one by one: an account may have a hundred thousand findings."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, overload

import msgspec

_WORTH_PACKING: Final = 2048
"""Bytes from which on compressing a page saves more than it costs."""
_FASTEST: Final = 1
_PLAIN: Final = b"{"
"""How a page begins that is not compressed; zlib's header begins otherwise (RFC 1950)."""

_encoder: Final = msgspec.json.Encoder(order="deterministic")
_decoder: Final = msgspec.json.Decoder(dict[str, Any])


class PackedPages(Sequence[dict[str, Any]]):
    """A sequence of pages that holds none of them decoded. Each look at one decodes it anew, so changes are not kept.

    Looking raises ValueError at a page that is no JSON.
    """

    __slots__ = ("_packed",)
    __hash__ = None  # type: ignore[assignment]  # it grows

    def __init__(self, pages: Iterable[dict[str, Any]] = ()) -> None:
        self._packed: list[bytes] = []
        for page in pages:
            self.append(page)

    def append(self, page: dict[str, Any]) -> None:
        """Add a page. Raises ValueError or TypeError for what is no JSON."""
        self.append_json(_encoder.encode(page))

    def append_json(self, text: bytes) -> None:
        """Add a page given as JSON, which is decoded only when it is looked at. Raises ValueError if it is no object."""
        if not text.startswith(_PLAIN):
            raise ValueError("a page that is no object")
        self._packed.append(zlib.compress(text, _FASTEST) if len(text) >= _WORTH_PACKING else text)

    def json(self) -> Iterator[bytes]:
        """Yield each page as JSON."""
        return map(_unpacked, self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for packed in self._packed:
            yield _decoded(packed)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[dict[str, Any], ...]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | tuple[dict[str, Any], ...]:
        if isinstance(index, slice):
            return tuple(_decoded(packed) for packed in self._packed[index])
        return _decoded(self._packed[index])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(self) != len(other):
            return NotImplemented if not isinstance(other, Sequence) else False
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __repr__(self) -> str:
        return f"PackedPages of {len(self)}"


def json_of(pages: Sequence[dict[str, Any]]) -> Iterator[bytes]:
    """Yield pages as JSON, keys sorted, however they are kept."""
    return pages.json() if isinstance(pages, PackedPages) else map(_encoder.encode, pages)


def _decoded(packed: bytes) -> dict[str, Any]:
    """Return a page. Raises ValueError for what looked like one and is none, or is nested without end."""
    try:
        return _decoder.decode(_unpacked(packed))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(f"not JSON: {error}") from error


def _unpacked(packed: bytes) -> bytes:
    return packed if packed.startswith(_PLAIN) else zlib.decompress(packed)
