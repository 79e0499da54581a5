"""Nearly equal messages never stand on both sides."""

from __future__ import annotations

from collections import Counter

from bangban.services.routing.folds import folds, near_duplicates
from tests.services.routing.messages import MESSAGES


def test_nearly_equal_messages_are_one_group() -> None:
    text = "幸福路工地半夜打桩，整栋楼都睡不着，请尽快处理，已经三天了"
    groups = near_duplicates([text, f"{text}！！", text.replace("三天", "5天"), "公司不给员工买社保，请问找谁"])
    assert groups[0] == groups[1] == groups[2] != groups[3]


def test_no_near_duplicate_stands_in_two_parts() -> None:
    doubled = [(f"{text}，请尽快处理{sign}", label) for text, label in MESSAGES for sign in ("。", "！谢谢")]
    groups = near_duplicates([text for text, _ in doubled])
    part = folds([label for _, label in doubled], groups, 5)
    for group in set(groups.tolist()):
        assert len(set(part[groups == group].tolist())) == 1
    assert all(part[at] == part[at + 1] for at in range(0, len(doubled), 2))


def test_each_part_has_its_share_of_each_label() -> None:
    labels = [label for _, label in MESSAGES]
    part = folds(labels, list(range(len(labels))), 5)
    for label in set(labels):
        counted = Counter(part[[one == label for one in labels]].tolist())
        assert set(counted) == set(range(5))
        assert max(counted.values()) - min(counted.values()) <= 1


def test_a_rare_label_is_spread_before_a_common_one() -> None:
    labels = ["多"] * 95 + ["少"] * 5
    part = folds(labels, list(range(100)), 5)
    assert len(set(part[95:].tolist())) == 5
