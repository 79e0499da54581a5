"""Addresses of guidance: under the person's case, and under the same case at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.guidance import desk, portal

app_name = "guidance"
CASE, DESK = "cases/<str:number>/guidance", "desk/cases/<str:number>/guidance"
urlpatterns: list[URLPattern] = [
    path(CASE, portal.panel, name="portal_panel"),
    path(f"{CASE}/answers", portal.answers, name="portal_answers"),
    path(f"{CASE}/entry/<uuid:entry_id>", portal.entry, name="entry"),
    path(f"{CASE}/materials/<uuid:need_id>/tick", portal.tick, name="tick"),
    path(f"{CASE}/materials/<uuid:need_id>/file", portal.upload, name="upload"),
    path(f"{CASE}/form/start", portal.start, name="portal_start"),
    path(f"{CASE}/form", portal.save, name="save"),
    path(f"{CASE}/form/<str:code>", portal.save_one, name="field"),
    path(DESK, desk.panel, name="desk_panel"),
    path(f"{DESK}/entry", desk.entry, name="send_entry"),
    path(f"{DESK}/answers", desk.answers, name="desk_answers"),
    path(f"{DESK}/list", desk.send, name="send_list"),
    path(f"{DESK}/form/start", desk.start, name="desk_start"),
    path(f"{DESK}/suggest", desk.suggest, name="suggest"),
    path(f"{DESK}/reveal", desk.reveal, name="reveal"),
    path(f"{DESK}/checks", desk.check, name="start_checks"),
    path(f"{DESK}/checks/confirm", desk.confirm, name="confirm"),
    path(f"{DESK}/checks/conclude", desk.conclude, name="conclude"),
    path(f"{DESK}/checks/<uuid:finding_id>", desk.review, name="review"),
]
