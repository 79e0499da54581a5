"""Giving an item a form of its own: fields beside or instead of those that its guide yields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db.models import Max

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import deed
from bangban.foundation.flows.flow import Incomplete
from bangban.registry.catalog.flow import ITEM_FLOW
from bangban.registry.catalog.models import Item
from bangban.registry.catalog.reads.items import Ref, by_ref
from bangban.services.guidance.models import ItemForm
from bangban.services.guidance.rules.schema import read, stored


def set_item_form(actor: Actor, ref: Ref, fields: Any, left_out: Sequence[str] = ()) -> ItemForm:
    """Store the next revision of an item's own fields; drafts begun before keep what they ask.

    `fields` is plain data of FormField. Raises Incomplete naming what is wrong with it.
    """
    try:
        schema = read(fields)
    except msgspec.ValidationError as error:
        raise Incomplete("表单定义有误，请检查。", fields={"fields": str(error)}) from error
    given = {"key": "form", "title": "申请表单", "content": "schema"}
    with deed(
        ITEM_FLOW, lambda: Item.objects.select_for_update().filter(by_ref(ref)).first(), "attach_form", actor, given
    ) as work:
        last = ItemForm.objects.filter(item=work.record).aggregate(last=Max("revision"))["last"]
        form = ItemForm(
            item=work.record,
            revision=(last or 0) + 1,
            fields=stored(schema),
            left_out=list(left_out),
            author_name=actor.public_name,
            at=work.at,
        )
        work.insert(form)
        work.tell(form=form.revision, fields=[field.code for field in schema])
    return form
