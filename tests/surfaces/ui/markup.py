"""Reads HTML the way the rules of the site see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Reading:
    """What a piece of HTML contains."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)
    around: list[frozenset[str]] = field(default_factory=list)

    def leads_outside(self, name: str) -> set[str]:
        """Where links lead that neither carry a class nor stand in an element with it."""
        pairs = zip(self.elements, self.around, strict=True)
        return {
            href for (tag, one), classes in pairs if tag == "a" and name not in classes and (href := one.get("href"))
        }

    def named(self, name: str) -> list[dict[str, str | None]]:
        """Attributes of all elements of one name."""
        return [attributes for element, attributes in self.elements if element == name]

    @property
    def classes(self) -> set[str]:
        """All class names."""
        return {name for _, attributes in self.elements for name in (attributes.get("class") or "").split()}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.reading = Reading()
        self.around: list[frozenset[str]] = [frozenset()]

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> frozenset[str]:
        self.reading.elements.append((tag, dict(attrs)))
        self.reading.around.append(self.around[-1] | frozenset((dict(attrs).get("class") or "").split()))
        return self.reading.around[-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = self._add(tag, attrs)
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):  # type: ignore[union-attr]
            self.reading.open.append(tag)
            self.around.append(classes)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if len(self.around) > 1:
            self.around.pop()
        if not self.reading.open or self.reading.open.pop() != tag:
            self.reading.crossed.append(tag)


def read(html: str) -> Reading:
    """Parse a piece of HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.reading


def breaches(reading: Reading) -> list[str]:
    """What the content security policy would stop, and what is not well formed."""
    found = [f"end tag {tag} crosses" for tag in reading.crossed] + [f"{tag} is not closed" for tag in reading.open]
    for name, attributes in reading.elements:
        if name == "style" or (name == "script" and not attributes.get("src")):
            found.append(f"inline {name}")
        found += [f"{name} has {key}" for key in attributes if key == "style" or key.startswith(("on", "hx-on"))]
    return found
