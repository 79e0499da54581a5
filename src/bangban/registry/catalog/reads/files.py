"""Files to take home: the guide of an item and its forms (T637-7.2-c, -d)."""

from __future__ import annotations

from bangban.registry.catalog.models import FormTemplate
from bangban.registry.catalog.reads.items import Ref, item, template_link
from bangban.registry.catalog.reads.notices import effective_text, notice_of
from bangban.registry.catalog.views import GuideFile, ItemDetail, TemplateFile, TemplateLink


def guide_text(ref: Ref) -> GuideFile | None:
    """Return the current guide as a text file that shows version and date; the caller counts the download."""
    found = item(ref)
    if found is None or found.state != "published":
        return None
    return GuideFile(
        f"{_plain(found.name)}-办事指南-第{found.revision}版.txt", "text/plain; charset=utf-8", _guide(found)
    )


def _guide(detail: ItemDetail) -> str:
    guide, notice = detail.guide, notice_of(detail)
    head = {
        "事项名称": guide.name,
        "事项编码": detail.code,
        "事项类型": detail.item_type_label,
        "实施主体": guide.implementing_body or guide.department_name,
        "服务对象": detail.audience_text,
        "版本": f"第{detail.revision}版，{effective_text(detail)}",
    }
    blocks = ["\n".join(f"{label}：{text}" for label, text in head.items() if text)]
    bases = [
        f"{place}. {basis.title}{basis.article} {basis.text}".rstrip()
        for place, basis in enumerate(guide.legal_basis, 1)
    ]
    blocks.append("【设定依据】\n" + ("\n".join(bases) or "办事指南未载明，请向办理部门核实"))
    blocks += [f"【{heading}】\n" + "\n".join(lines) for heading, lines in notice.parts]
    if guide.result_name:
        blocks.append(f"【办理结果】\n{guide.result_name}")
    return "\r\n\r\n".join(block.replace("\n", "\r\n") for block in blocks) + "\r\n"


def _plain(name: str) -> str:
    """Return a name without what file systems refuse."""
    return "".join("_" if letter in '\\/:*?"<>|' or ord(letter) < 32 else letter for letter in name)[:80]


def current_template(key: str) -> TemplateLink | None:
    """Return the current version of a form; old links lead here."""
    row = FormTemplate.objects.filter(key=key, superseded_at=None).defer("content").first()
    return template_link(row) if row else None


def template(key: str, revision: int) -> TemplateFile | TemplateLink | None:
    """Return the bytes of a form, or for a superseded version the link of the current one, or None."""
    row = FormTemplate.objects.filter(key=key, revision=revision, superseded_at=None).first()
    if row is None:
        return current_template(key)
    return TemplateFile(template_link(row), row.media_type, bytes(row.content))
