"""Attack paths as a picture: an SVG in which the internet stands on the left, and what is worth having on the right."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from reports.entries import AttackPath, Hop, PathNode
from reports.paths import node_text
from reports.plain import plain

MOST_NODES: Final = 30
"""Boxes that still make a picture; further paths are left to the list beside it."""
_WIDE, _HIGH = 196, 46
_GAP_X, _GAP_Y = 88, 16
_MARGIN = 8
_MOST_LETTERS: Final = 27
_MOST_LABEL: Final = 15
_LINE_BASE: Final = 18


class _Edge(msgspec.Struct, frozen=True):
    source: PathNode
    target: PathNode
    hop: Hop


class _Bend(msgspec.Struct, frozen=True):
    """Room in a column that a line passes through on its way to a farther one."""

    edge: _Edge
    column: int


_Slot: TypeAlias = PathNode | _Bend


def drawn(paths: Sequence[AttackPath]) -> str:
    """Return an SVG element of the first paths, as many as make a picture; the empty text if there are none.

    Every text is escaped and made plain. What is cut short is whole in the title of its box or line.
    """
    edges = list(_edges(_fitting(paths)))
    if not edges:
        return ""
    columns = _columns(edges)
    places = {
        slot: (_MARGIN + x * (_WIDE + _GAP_X), _MARGIN + y * (_HIGH + _GAP_Y))
        for x, column in enumerate(columns)
        for y, slot in enumerate(column)
    }
    width = 2 * _MARGIN + len(columns) * (_WIDE + _GAP_X) - _GAP_X
    height = 2 * _MARGIN + max(map(len, columns)) * (_HIGH + _GAP_Y) - _GAP_Y
    boxes = (_box(slot, at) for slot, at in places.items() if isinstance(slot, PathNode))
    body = "".join([*(_line(edge, places) for edge in edges), *boxes, *(_label(edge, places) for edge in edges)])
    return (
        f'<svg class="attack" role="img" aria-label="Attack paths" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    )


def _fitting(paths: Iterable[AttackPath]) -> Iterator[AttackPath]:
    seen: set[PathNode] = set()
    for path in paths:
        nodes = {path.start, *(hop.to for hop in path.hops)}
        if len(seen | nodes) > MOST_NODES:
            return
        seen |= nodes
        yield path


def _edges(paths: Iterable[AttackPath]) -> Iterator[_Edge]:
    told: set[tuple[PathNode, PathNode]] = set()
    for path in paths:
        here = path.start
        for hop in path.hops:
            if (here, hop.to) not in told:
                told.add((here, hop.to))
                yield _Edge(here, hop.to, hop)
            here = hop.to


def _columns(edges: Sequence[_Edge]) -> list[list[_Slot]]:
    """Put every node to the right of those that lead to it, near to their height; lines to farther ones bend between."""
    nodes = list(dict.fromkeys(node for edge in edges for node in (edge.source, edge.target)))
    column = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for edge in edges:
            column[edge.target] = min(max(column[edge.target], column[edge.source] + 1), len(nodes) - 1)
    used = {number: at for at, number in enumerate(sorted(set(column.values())))}
    columns: list[list[_Slot]] = [[node for node in nodes if column[node] == number] for number in used]
    leads: dict[_Slot, list[_Slot]] = {}
    for edge in edges:
        here: _Slot = edge.source
        for number in range(used[column[edge.source]] + 1, used[column[edge.target]]):
            bend = _Bend(edge, number)
            columns[number].append(bend)
            leads.setdefault(bend, []).append(here)
            here = bend
        leads.setdefault(edge.target, []).append(here)
    row = {slot: number for number, slot in enumerate(columns[0])}
    for each in columns[1:]:
        height = {slot: _mean([row[before] for before in leads[slot] if before in row]) for slot in each}
        each.sort(key=height.__getitem__)
        row |= {slot: number for number, slot in enumerate(each)}
    return columns


def _mean(numbers: Sequence[int]) -> float:
    return sum(numbers) / max(len(numbers), 1)


def _line(edge: _Edge, places: Mapping[_Slot, tuple[int, int]]) -> str:
    bends = sorted(
        (slot for slot in places if isinstance(slot, _Bend) and slot.edge == edge), key=lambda one: one.column
    )
    stops = [places[edge.source], *(places[bend] for bend in bends), places[edge.target]]
    middle = _HIGH // 2
    x, y = stops[0][0] + _WIDE, stops[0][1] + middle
    way = f"M{x} {y}"
    for left, top in stops[1:]:
        half = (x + left) // 2
        way += f" C{half} {y} {half} {top + middle} {left} {top + middle}"
        x, y = left, top + middle
        if (left, top) != stops[-1]:
            x = left + _WIDE
            way += f" H{x}"
    by = plain(edge.hop.by)
    return (
        f'<g class="{"sure" if edge.hop.status == "confirmed" else "perhaps"}">'
        f"<title>{_escaped(' → '.join([by, *map(plain, edge.hop.way)]))}</title>"
        f'<path d="{way}"/><path class="head" d="M{x} {y} l-8 -4 v8 z"/></g>'
    )


def _label(edge: _Edge, places: Mapping[_Slot, tuple[int, int]]) -> str:
    """Return by what a line leads on, before the first box or bend, where that is short; all lines are under it."""
    by = plain(edge.hop.by)
    if len(by) > _MOST_LABEL:
        return ""
    first = next((at for slot, at in places.items() if isinstance(slot, _Bend) and slot.edge == edge), None)
    left, top = first or places[edge.target]
    return f'<text class="by" x="{left - 12}" y="{top + _HIGH // 2 - 5}">{_escaped(by)}</text>'


def _box(node: PathNode, at: tuple[int, int]) -> str:
    x, y = at
    whole = plain(node_text(node))
    name = plain(node.id if node.kind not in {"internet", "admin"} else node_text(node))
    short = name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"
    kind = (
        ""
        if node.kind in {"internet", "admin"}
        else f'<text class="kind" x="{x + 10}" y="{y + _LINE_BASE}">{_escaped(plain(node.kind))}</text>'
    )
    base = y + (_LINE_BASE + 18 if kind else _HIGH // 2 + 5)
    style = node.kind if node.kind in {"internet", "admin", "vulnerability"} else "thing"
    return (
        f'<g class="node {style}"><title>{_escaped((node.arn and plain(node.arn)) or whole)}</title>'
        f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="6"/>{kind}'
        f'<text x="{x + 10}" y="{base}">{_escaped(short)}</text></g>'
    )


def _escaped(text: str) -> str:
    from markupsafe import escape  # noqa: PLC0415 - only this page needs it

    return str(escape(text))
