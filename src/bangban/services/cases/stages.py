"""What keeps a case from its next stage: the one place that buttons and refusals ask (T637-7.1-a, BJ-1)."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.views import ItemDetail
from bangban.services.cases.models import Case, Stage
from bangban.services.cases.rules import NEXT_STAGE


@dataclass(frozen=True)
class Hindrance:
    """Why the next stage cannot be proposed, as a sentence, and the code of what is missing."""

    sentence: str
    needs: str


def hindrance(case: Case, item: ItemDetail | None) -> Hindrance | None:
    """Return what keeps a case in service from its next stage; None when it may be proposed. At most two queries.

    Only what starts by application is guided online, and only in the services that the published list offers.
    """
    stage = NEXT_STAGE.get(case.state)
    if stage is None or item is None:
        return Hindrance("请先选定事项，再征求同意。", "item")
    if not item.guide.application_started:
        return Hindrance("这个事项不是依申请事项，不进入在线导办，请告知办理路径后结案。", "application_started")
    if stage not in catalog.services_offered(item.id, case.unit_id):
        label = Stage(stage).label
        sentence = f"服务清单没有为这个事项开放{label}服务。请在咨询阶段答复，并附办事指南后结案。"
        return Hindrance(sentence, "service_list")
    return None
