"""The sections of the column that every installation starts with (BJP-8: twelve); arranged anew on the desk."""

from __future__ import annotations

from bangban.foundation.access.actors import SYSTEM
from bangban.registry.catalog.actions.navigation import save_section
from bangban.registry.catalog.models import Section

SECTIONS = (
    ("persons", "个人服务", "audience", "person"),
    ("enterprises", "法人服务", "audience", "enterprise"),
    ("themes", "按主题找服务", "theme", ""),
    ("departments", "按部门找服务", "department", ""),
    ("regions", "按区域找服务", "region", ""),
    ("life", "按人生大事找服务", "life_event", ""),
    ("hot-persons", "个人热门事项", "hot", "person"),
    ("hot-enterprises", "企业热门事项", "hot", "enterprise"),
    ("booking", "网上预约事项", "online", "booking"),
    ("filing", "网上申报事项", "online", "filing"),
    ("self-service", "自助办理事项", "mode", "self_service"),
    ("city-wide", "同城通办事项", "mode", "city_wide"),
)


def install_defaults() -> None:
    """Add the sections when there are none; what an installation arranged stays."""
    if Section.objects.exists():
        return
    for position, (code, title, by, value) in enumerate(SECTIONS, 1):
        save_section(code, title, by, value, position, SYSTEM)
