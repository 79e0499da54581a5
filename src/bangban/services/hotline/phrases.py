"""What an agent says in each situation of a call (GB33358-A, 4.3.2-e): own wording, kept in the wording of the knowledge base.

`{…}` is filled by the screen: agent_number, name, number, unit, dial, days, agreed, summary.
"""

from __future__ import annotations

from dataclasses import dataclass

from bangban.foundation.access.actors import SYSTEM
from bangban.registry.knowledge.actions import save_phrase
from bangban.registry.knowledge.models import Phrase

PREFIX = "hotline."
CLAUSE = "GB33358-A"


@dataclass(frozen=True)
class Situation:
    """One situation of a call: its code after `hotline.`, its name, and the words proposed for it."""

    code: str
    label: str
    text: str


SITUATIONS = (
    Situation("greeting", "问候", "您好，12345政务服务便民热线，{agent_number}号话务员为您服务，请讲。"),
    Situation("recording", "录音告知", "为保证服务质量，本次通话将被录音。"),
    Situation("ask_need", "询问诉求", "请问您要咨询或反映什么事情？请说说时间、地点、经过和您的要求。"),
    Situation("ask_name", "询问称呼", "请问怎么称呼您？方便留一个联系电话吗？不愿意留也可以匿名反映。"),
    Situation("guide", "引导表达", "我听明白了一部分，还想向您核实几个情况，这样单位办理得更快。"),
    Situation("hold", "请对方等候", "请您稍等，我为您查询一下，请不要挂机。"),
    Situation("resume", "恢复通话", "感谢您的耐心等待，查询的结果是这样的。"),
    Situation("confidential", "询问是否保密", "您反映的是投诉（举报）事项，您的姓名、电话等个人信息是否需要保密？"),
    Situation("three_party", "征求三方通话意见", "这件事由{unit}负责，我想请他们一起加入通话直接答复您，您同意吗？"),
    Situation("transfer", "告知转交", "您反映的事情需要由{unit}核实办理，我会在两个工作日内转交，工单编号是{number}。"),
    Situation("read_back", "复述确认", "我复述一下：{summary}。请问这样记录准确吗？"),
    Situation("agreed_reply", "约定答复时间", "承办单位会在{agreed}前答复您，请保持电话畅通；您也可以凭编号{number}查询进度。"),
    Situation("direct_answer", "当场答复", "根据现行规定，您咨询的问题答复如下。请问我说清楚了吗？"),
    Situation("refuse", "告知不予受理", "很抱歉，您反映的事项热线不能受理，正确的办理途径是这样的，请您记一下。"),
    Situation("emotional", "安抚情绪", "我理解您的心情，请您别着急，慢慢说，我会如实记录并尽快转给责任单位。"),
    Situation("unclear", "没有听清", "对不起，我没有听清楚，请您再说一遍好吗？"),
    Situation("silent", "没有声音", "您好，请问您能听到我说话吗？如果听不到，请换一部电话再打来，我先挂机了，再见。"),
    Situation("abusive", "不文明用语", "请您使用文明用语，这样我才能继续为您服务。"),
    Situation("nuisance", "无实质内容", "您的来电没有具体诉求，为了不影响其他市民，我先结束通话，有事请随时来电。"),
    Situation("emergency", "突发应急", "您说的情况很紧急，请先保证自身安全，我马上为您转接{dial}，请不要挂机。"),
    Situation("other_language", "语言不通", "请稍等，我为您转接能说这种语言的话务员。"),
    Situation("anything_else", "询问其他", "请问您还有其他需要反映或咨询的事情吗？"),
    Situation("end", "结束语", "感谢您的来电，请您对本次服务作出评价，再见。"),
    Situation("visit_opening", "回访开场", "您好，这里是12345政务服务便民热线，您反映的工单{number}已办结，想了解一下您的评价，方便吗？"),
    Situation("visit_process", "回访询问过程", "请问您对承办单位的办理过程满意吗？有没有主动联系您？"),
    Situation("visit_result", "回访询问结果", "请问您对办理结果满意吗？反映的问题解决了吗？"),
    Situation("visit_end", "回访结束", "感谢您的评价，我们会如实记录。再见。"),
    Situation("message_response", "短信及媒体首次回复", "您好，您反映的事情12345热线已收到，我是{agent_number}号话务员，正在为您办理。"),
)  # fmt: skip


def key_of(code: str) -> str:
    """Return the situation under which the knowledge base keeps a phrase."""
    return PREFIX + code


def install_phrases() -> None:
    """Add the phrases that are missing; one that was reworded or taken out of use stays as it is."""
    known = set(Phrase.objects.filter(key__startswith=PREFIX).values_list("key", flat=True))
    for position, one in enumerate(SITUATIONS):
        if key_of(one.code) not in known:
            save_phrase(
                key_of(one.code), key_of(one.code), one.text, SYSTEM, label=one.label, clause=CLAUSE, position=position
            )
