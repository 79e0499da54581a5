"""Addresses of hotline orders at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.hotline import doing, filling, helping, orders

app_name = "hotline"
ORDERS = "desk/orders"
urlpatterns: list[URLPattern] = [
    path(f"{ORDERS}/", orders.board, name="orders"),
    path(f"{ORDERS}/rows", orders.rows, name="rows"),
    path(f"{ORDERS}/boxes", orders.box_tabs, name="boxes"),
    path(f"{ORDERS}/new", filling.new, name="new"),
    path(f"{ORDERS}/<str:number>/", orders.order, name="order"),
    path(f"{ORDERS}/<str:number>/top", orders.top, name="top"),
    path(f"{ORDERS}/<str:number>/parts", orders.parts, name="parts"),
    path(f"{ORDERS}/<str:number>/past", orders.past, name="past"),
    path(f"{ORDERS}/<str:number>/form/<str:action>", doing.form, name="form"),
    path(f"{ORDERS}/<str:number>/do/<str:action>", doing.do, name="do"),
    path(f"{ORDERS}/<str:number>/save", filling.save, name="save"),
    path(f"{ORDERS}/<str:number>/questions", filling.questions, name="questions"),
    path(f"{ORDERS}/<str:number>/contact", doing.contact, name="contact"),
    path(f"{ORDERS}/<str:number>/knowledge", helping.knowledge, name="knowledge"),
    path(f"{ORDERS}/<str:number>/use/<str:entry>", helping.use, name="use"),
    path(f"{ORDERS}/<str:number>/similar", helping.similar, name="similar"),
    path(f"{ORDERS}/<str:number>/suggested", helping.suggested, name="suggested"),
    path(f"{ORDERS}/<str:number>/caller", helping.caller, name="caller"),
]
