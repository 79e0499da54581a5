"""Ways to learn whether a name and a number belong together."""

from bangban.registry.people.matching.base import Answer, Matcher, MatcherAway
from bangban.registry.people.matching.choice import matcher

__all__ = ["Answer", "Matcher", "MatcherAway", "matcher"]
