"""Addresses of published information: on the portal, on the screens of a place, at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.publications import desk, hall, portal

app_name = "publications"
HALL, DESK = "hall/<str:code>", "desk/publications"
urlpatterns: list[URLPattern] = [
    path("notices/", portal.notices, name="notices"),
    path("notices/subscribe/", portal.subscribe, name="subscribe"),
    path("notices/subscribe/code", portal.send_code, name="subscribe_code"),
    path("notices/end/<str:key>", portal.end, name="end"),
    path("notices/<str:number>/", portal.notice, name="notice"),
    path(f"{HALL}/led.json", hall.led, name="led"),
    path(f"{HALL}/notices/", hall.notices, name="screen"),
    path(f"{HALL}/notices/<str:number>/", hall.notice, name="screen_notice"),
    path(f"{HALL}/board-sheet/", hall.board_sheet, name="board_sheet"),
    path(f"{DESK}/", desk.publications, name="desk"),
    path(f"{DESK}/new", desk.new, name="new"),
    path(f"{DESK}/<str:number>", desk.publication, name="desk_one"),
    path(f"{DESK}/<str:number>/edit", desk.edit, name="edit"),
    path(f"{DESK}/<str:number>/messages", desk.messages, name="messages"),
    path(f"{DESK}/<str:number>/do/<str:action>", desk.do, name="do"),
]
