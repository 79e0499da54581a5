"""What every hall starts with; each body may set its own (halls.actions.save_rules)."""

from __future__ import annotations

FLAGS = {
    "appointment": "预约",
    "elderly": "老年人",
    "disabled": "残疾人",
    "pregnant": "孕妇",
    "infant": "带婴幼儿",
    "soldier": "军人",
    "soldier_family": "军属及烈属",
    "firefighter": "消防救援人员",
    "other_need": "其他需要",
}
"""Who is called earlier (DB23-6.7.3, F5.04); the first is given by the appointment, never asked for."""

NEEDS_HELP = frozenset({"elderly", "disabled", "other_need"})
"""Flags with which a person of the hall is asked to come and help (DB23-6.7.3)."""

CREDITS = {
    "appointment": 60,
    "elderly": 30,
    "disabled": 30,
    "pregnant": 30,
    "infant": 20,
    "soldier": 30,
    "soldier_family": 20,
    "firefighter": 30,
    "other_need": 15,
}
"""Minutes ahead by flag; the largest counts, they are never added up."""
