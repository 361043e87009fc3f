"""A picture of a VPC as SVG: internet | gateways | load balancers | subnets with classes of interfaces, red where reached.

It holds no style and no script of its own, so that the page's Content Security Policy lets it be; every text is escaped.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from markupsafe import escape

from reports.network import BoxEntry, PictureEntry, SubnetEntry
from reports.plain import plain

_HEIGHT: Final = 44
_GAP: Final = 12
_HEAD: Final = 26
"""Height of a subnet's title."""
_TOP: Final = 30
"""Height of the titles of columns."""
_LETTER: Final = 6.4
"""About how wide a letter of a label is."""
_COLUMNS: Final = (
    ("internet", 92, ("internet",)),
    ("gateways", 176, ("internet gateway", "accelerator", "distribution")),
    ("load balancers", 190, ("load balancer",)),
)
_SUBNETS: Final = ("subnets", 300)
_BETWEEN: Final = 132
_UNKNOWN_PLACE: Final = SubnetEntry("", "no single subnet", public=None)


class _Spot(msgspec.Struct, frozen=True):
    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        return self.y + _HEIGHT / 2


def svg(picture: PictureEntry, number: int) -> str:
    """Return the picture; `number` tells it apart from the other pictures of a page."""
    spots, titles, areas, size = _arranged(picture)
    name = f"{picture.name} {picture.vpc}".strip()
    arrow = f"arrow-{number}"
    lines = [
        f'<svg class="net" role="img" aria-label="{_safe(f"What the internet reaches in {name}")}"',
        f'viewBox="0 0 {size[0]:g} {size[1]:g}" width="{size[0]:g}" height="{size[1]:g}">',
        f'<defs><marker id="{arrow}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">',
        '<path class="head" d="M0 0 L8 4 L0 8 z"/></marker></defs>',
        *(f'<text class="column" x="{x:g}" y="16">{_safe(title)}</text>' for x, title in titles),
        *(line for subnet, spot, height in areas for line in _area(subnet, spot, height)),
        *_edges(picture, spots, arrow),
        *(line for box in picture.boxes for line in _box(box, spots[box.id])),
        "</svg>",
    ]
    return "\n".join(lines)


def _safe(text: str) -> str:
    return str(escape(plain(text)))


def _cut(text: str, width: float) -> str:
    most = max(int(width / _LETTER), 4)
    return text if len(text) <= most else text[: most - 1] + "…"


_Area = tuple[SubnetEntry, _Spot, float]


def _arranged(
    picture: PictureEntry,
) -> tuple[dict[str, _Spot], list[tuple[float, str]], list[_Area], tuple[float, float]]:
    """Return where each box stands, the titles of columns, the areas of subnets, and the size of it all."""
    spots: dict[str, _Spot] = {}
    titles: list[tuple[float, str]] = []
    x, bottom = 8.0, 0.0
    for title, width, kinds in _COLUMNS:
        found = [box for box in picture.boxes if box.kind in kinds]
        if not found:
            continue
        titles.append((x, title))
        for row, box in enumerate(found):
            spots[box.id] = _Spot(x, _TOP + row * (_HEIGHT + _GAP), width)
        bottom = max(bottom, _TOP + len(found) * (_HEIGHT + _GAP))
        x += width + _BETWEEN
    titles.append((x, _SUBNETS[0]))
    areas: list[_Area] = []
    y = float(_TOP)
    for subnet, boxes in _by_subnet(picture):
        height = _HEAD + len(boxes) * (_HEIGHT + _GAP)
        areas.append((subnet, _Spot(x, y, _SUBNETS[1]), height))
        for row, box in enumerate(boxes):
            spots[box.id] = _Spot(x + 10, y + _HEAD + row * (_HEIGHT + _GAP), _SUBNETS[1] - 20)
        y += height + _GAP
    return spots, titles, areas, (x + _SUBNETS[1] + 8, max(bottom, y))


def _by_subnet(picture: PictureEntry) -> Iterator[tuple[SubnetEntry, list[BoxEntry]]]:
    """Yield the subnets with the classes in them, those with something exposed first."""
    placed: dict[str, list[BoxEntry]] = {}
    for box in picture.boxes:
        if box.kind == "class":
            placed.setdefault(box.subnet, []).append(box)
    known = {subnet.id: subnet for subnet in picture.subnets}
    order = sorted(placed, key=lambda native_id: not any(box.state == "exposed" for box in placed[native_id]))
    for native_id in order:
        yield known.get(native_id, _UNKNOWN_PLACE), placed[native_id]


def _area(subnet: SubnetEntry, spot: _Spot, height: float) -> Iterable[str]:
    kind = {True: "public", False: "private", None: "routes not known"}[subnet.public]
    yield f"<g><title>{_safe(f'{subnet.label}: {kind}')}</title>"
    yield (
        f'<rect class="subnet" x="{spot.x:g}" y="{spot.y:g}" width="{spot.width:g}" height="{height:g}" rx="6"/>'
        f'<text class="name" x="{spot.x + 10:g}" y="{spot.y + 17:g}">'
        f"{_safe(_cut(f'{subnet.label} · {kind}', spot.width - 16))}</text></g>"
    )


def _box(box: BoxEntry, spot: _Spot) -> Iterable[str]:
    count = f" ({box.count})" if box.count > 1 and box.kind != "class" else ""
    yield f'<g class="{box.state}"><title>{_safe(f"{box.label}: {box.note}" if box.note else box.label)}</title>'
    yield f'<rect class="box" x="{spot.x:g}" y="{spot.y:g}" width="{spot.width:g}" height="{_HEIGHT}" rx="5"/>'
    up = 18 if box.note else 27
    yield (
        f'<text x="{spot.x + 8:g}" y="{spot.y + up:g}">{_safe(_cut(box.label + count, spot.width - 12))}</text>'
        + (
            f'<text class="note" x="{spot.x + 8:g}" y="{spot.y + 34:g}">{_safe(_cut(box.note, spot.width - 2))}</text>'
            if box.note
            else ""
        )
        + "</g>"
    )


def _edges(picture: PictureEntry, spots: dict[str, _Spot], arrow: str) -> Iterable[str]:
    for edge in picture.edges:
        source, target = spots[edge.source], spots[edge.target]
        start, end = source.x + source.width, target.x - 2
        bend = max((end - start) / 2, 24)
        yield f"<g><title>{_safe(edge.note or f'{edge.source} to {edge.target}')}</title>"
        yield (
            f'<path class="edge" marker-end="url(#{arrow})" d="M{start:g} {source.middle:g} '
            f'C{start + bend:g} {source.middle:g} {end - bend:g} {target.middle:g} {end:g} {target.middle:g}"/>'
        )
        if edge.label:
            text = _safe(_cut(edge.label, _BETWEEN - 14))
            yield f'<text class="ports" x="{end - 10:g}" y="{target.middle - 9:g}">{text}</text>'
        yield "</g>"
