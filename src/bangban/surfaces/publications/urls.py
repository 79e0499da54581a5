"""Addresses of published information: on the portal, on the screens of a place, at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.publications import desk, hall, portal
from bangban.surfaces.web.plain import plain

app_name = "publications"
HALL, DESK = "hall/<str:code>", "desk/publications"
urlpatterns: list[URLPattern] = [
    path("notices/", plain(portal.notices), name="notices"),
    path("notices/subscribe/", plain(portal.subscribe), name="subscribe"),
    path("notices/subscribe/code", plain(portal.send_code), name="subscribe_code"),
    path("notices/end/<str:key>", plain(portal.end), name="end"),
    path("notices/<str:number>/", plain(portal.notice), name="notice"),
    path(f"{HALL}/led.json", plain(hall.led), name="led"),
    path(f"{HALL}/notices/", plain(hall.notices), name="screen"),
    path(f"{HALL}/notices/<str:number>/", plain(hall.notice), name="screen_notice"),
    path(f"{HALL}/board-sheet/", plain(hall.board_sheet), name="board_sheet"),
    path(f"{DESK}/", plain(desk.publications), name="desk"),
    path(f"{DESK}/new", plain(desk.new), name="new"),
    path(f"{DESK}/<str:number>", plain(desk.publication), name="desk_one"),
    path(f"{DESK}/<str:number>/edit", plain(desk.edit), name="edit"),
    path(f"{DESK}/<str:number>/messages", plain(desk.messages), name="messages"),
    path(f"{DESK}/<str:number>/do/<str:action>", plain(desk.do), name="do"),
]
