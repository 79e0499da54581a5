"""The rules of a hall in plain sentences, as they are published there (DB23-6.7.3, F5.04)."""

from __future__ import annotations

from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.reads import RulesView


def rules_text(rules: RulesView) -> list[str]:
    """Return the sentences that tell visitors how the queue works here."""
    said = [
        f"按取号先后叫号。每个号最多叫 {rules.call_attempts} 次，两次之间至少隔 {rules.recall_seconds} 秒，"
        "叫满后仍未到窗口的作过号处理。",
        f"过号后 {_minutes(rules.rejoin_within.total_seconds())}内可以重新排队一次，排在当前等候的第 {rules.rejoin_behind} 位之后；"
        "超过时间请重新取号。",
    ]
    by_minutes: dict[int, list[str]] = {}
    for flag, ahead in rules.credits.items():
        minutes = round(ahead.total_seconds() / 60)
        if minutes and flag in FLAGS:
            by_minutes.setdefault(minutes, []).append(FLAGS[flag])
    for minutes in sorted(by_minutes, reverse=True):
        said.append(f"{'、'.join(by_minutes[minutes])}：按早到 {minutes} 分钟排队。")
    if by_minutes:
        said.append(
            f"符合几项的按最长的一项计算，不相加；已等候满 {max(by_minutes)} 分钟的人不会再被后来的人排到前面。"
        )
    said.append("转到其他窗口继续办理的，已等候的时间保留，不用重新取号。")
    if rules.tickets_stop_before_close.total_seconds():
        said.append(f"下班前 {_minutes(rules.tickets_stop_before_close.total_seconds())}停止取号。")
    return said


def _minutes(seconds: float) -> str:
    return f" {round(seconds / 60)} 分钟"
