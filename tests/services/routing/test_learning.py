"""What is learnt is better than chance and than the usual method, and says how sure it is."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from bangban.bench.routing import measure
from bangban.bench.routing.sets import Task
from bangban.services.routing.figures import Figures, clearly_better, figures
from bangban.services.routing.learning import train
from tests.services.routing.messages import MESSAGES


def test_suggestions_are_better_than_the_usual_label_and_than_a_support_vector_machine() -> None:
    result = measure(Task("own", "kind", MESSAGES, []))
    usual = max(Counter(label for _, label in MESSAGES).values()) / len(MESSAGES)
    assert result.own.top1 > 2 * usual
    assert result.own.mean >= result.other.mean
    assert result.own.top3 >= result.own.top1


def test_a_suggestion_has_a_share_and_the_likeliest_comes_first() -> None:
    model = train(MESSAGES)
    found = model.suggest("老板拖欠工资，也没有交社保", 3)
    assert found[0].label == "劳动社保"
    assert found[0].share > 0.5
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)
    assert sum(one.share for one in found) <= 1 + 1e-6


def test_what_says_nothing_gets_no_suggestion() -> None:
    model = train(MESSAGES)
    for text in ("", "   ", "\u0000", "🙂🙂", "……"):
        assert model.suggest(text) == []


def test_odd_texts_do_not_fail() -> None:
    model = train(MESSAGES)
    for text in ("水" * 50_000, "\ud800坏字符", "ﷺ" * 6_000, "a", "１２３", "****市****区"):
        assert len(model.suggest(text)) <= 3


def test_shares_under_the_floor_are_not_shown() -> None:
    model = train(MESSAGES)
    assert 0 <= model.told.floor < 0.5
    assert all(one.share >= model.told.floor for text, _ in MESSAGES[:50] for one in model.suggest(text, 5))


def test_what_is_known_beside_the_text_decides_where_the_text_does_not() -> None:
    texts = [text for text, _ in MESSAGES]
    both = [(text, unit) for text in texts for unit in ("东区", "西区")]
    marks = [[("region", "1" if unit == "东区" else "2")] for _, unit in both]
    model = train(both, marks)
    assert model.suggest("路面塌了", 1, [("region", "1")])[0].label == "东区"
    assert model.suggest("路面塌了", 1, [("region", "2")])[0].label == "西区"


def test_one_label_cannot_be_learnt() -> None:
    with pytest.raises(ValueError, match="two labels"):
        train([("路面塌了", "道路")] * 3)


def test_a_label_with_one_example_does_no_harm() -> None:
    model = train([*MESSAGES, ("请问文物修缮怎么报批", "文物")])
    assert "文物" in model.told.labels


RARE = [("那座塔的事", "c7"), ("祠堂的事", "c7")]


def test_a_label_with_few_examples_is_known_by_what_it_is_called() -> None:
    asked = "祖上的老宅想做文物修缮，怎么报批"
    called = train([*MESSAGES, *RARE], names={"c7": "文物保护\n文物修缮"})
    assert called.suggest(asked, 1)[0].label == "c7"
    assert train([*MESSAGES, *RARE]).suggest(asked, 1)[0].label != "c7"


def test_a_word_that_no_example_used_is_known_by_its_theme() -> None:
    strange = [
        ("单位一直没有给我缴存住房公积金", "甲"),
        ("公积金贷款怎么还", "甲"),
        ("河道发黑有臭味", "乙"),
        ("河水里有死鱼", "乙"),
    ]
    model = train(strange * 3)
    assert model.suggest("商转公", 1)[0].label == "甲"
    assert model.suggest("截污", 1)[0].label == "乙"


def test_a_label_without_another_name_is_called_itself() -> None:
    rare = [(text, "文物修缮") for text, _ in RARE]
    assert train([*MESSAGES, *rare]).suggest("文物修缮怎么报批", 1)[0].label == "文物修缮"


def test_numbers_of_labels_teach_nothing() -> None:
    numbers = {label: str(at) for at, label in enumerate(sorted({label for _, label in MESSAGES}), 101)}
    assert train([(text, numbers[label]) for text, label in MESSAGES]).suggest("103") == []


def test_names_do_no_harm_where_examples_are_many() -> None:
    crossed = {"道路交通": "教育", "教育": "道路交通"}
    model = train(MESSAGES, names=crossed)
    assert model.suggest("路面塌了一块，骑车危险", 1)[0].label == "道路交通"


def test_many_labels_are_learnt_together() -> None:
    offices = [f"{label}{sign}处" for _, label in MESSAGES[::40] for sign in "甲乙丙丁戊己庚辛壬癸子丑寅卯"]
    learnt = [(f"{text}，请{office}处理", office) for office in offices for text, _ in MESSAGES[:4]]
    model = train(learnt)
    assert len(model.told.labels) == 70
    assert model.suggest("请教育庚处处理", 1)[0].label == "教育庚处"


def test_figures_count_first_three_and_each_label_the_same() -> None:
    points = np.array([[3.0, 2, 1, 0], [0, 3, 2, 1], [3, 2, 1, 0]])
    found = figures(["a", "c", "d"], points, ["a", "b", "c", "d"])
    assert found.top1 == pytest.approx(1 / 3)
    assert found.top3 == pytest.approx(2 / 3)
    assert found.macro_f1 == pytest.approx((2 / 3) / 4)


def test_a_later_choice_must_be_better_by_a_margin_that_shrinks_with_messages() -> None:
    former, lucky, better = (Figures(share, share, share) for share in (0.80, 0.804, 0.806))
    assert not clearly_better(lucky, former, 400)
    assert clearly_better(better, former, 400)
    assert clearly_better(lucky, former, 4_000)
    assert not clearly_better(former, former, 1_000_000)
