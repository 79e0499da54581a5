"""Addresses of holdings at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.holdings import equipment, regulations

app_name = "holdings"
DESK = "desk/holdings"
urlpatterns: list[URLPattern] = [
    path(f"{DESK}/equipment/", equipment.listed, name="desk"),
    path(f"{DESK}/equipment/new", equipment.register, name="equipment_new"),
    path(f"{DESK}/equipment/<str:number>", equipment.one, name="equipment"),
    path(f"{DESK}/equipment/<str:number>/<str:action>", equipment.do, name="equipment_do"),
    path(f"{DESK}/regulations/", regulations.listed, name="regulations"),
    path(f"{DESK}/regulations/new", regulations.register, name="regulation_new"),
    path(f"{DESK}/regulations/<str:number>", regulations.one, name="regulation"),
    path(f"{DESK}/regulations/<str:number>/<str:action>", regulations.do, name="regulation_do"),
]
