"""Addresses of hotline orders at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.hotline import doing, filing, filling, helping, line, linking, orders, printing, visiting

app_name = "hotline"
ORDERS = "desk/orders"
LINE = "desk/line"
urlpatterns: list[URLPattern] = [
    path(f"{LINE}/", line.line, name="line"),
    path(f"{LINE}/around", line.around, name="around"),
    path(f"{LINE}/bar", line.bar, name="callbar"),
    path(f"{LINE}/seat", line.sit, name="seat"),
    path(f"{LINE}/calls/<uuid:call>/order", line.take, name="call-order"),
    path(f"{LINE}/calls/<uuid:call>/back", line.call_back, name="call-back"),
    path(f"{LINE}/calls/<uuid:call>/<str:what>", line.command, name="call-command"),
    path(f"{ORDERS}/", orders.board, name="orders"),
    path(f"{ORDERS}/rows", orders.rows, name="rows"),
    path(f"{ORDERS}/boxes", orders.box_tabs, name="boxes"),
    path(f"{ORDERS}/new", filling.new, name="new"),
    path(f"{ORDERS}/next-visit", visiting.following, name="next-visit"),
    path(f"{ORDERS}/files/<uuid:attachment>", filing.file, name="file"),
    path(f"{ORDERS}/<str:number>/", orders.order, name="order"),
    path(f"{ORDERS}/<str:number>/top", orders.top, name="top"),
    path(f"{ORDERS}/<str:number>/parts", orders.parts, name="parts"),
    path(f"{ORDERS}/<str:number>/past", orders.past, name="past"),
    path(f"{ORDERS}/<str:number>/form/<str:action>", doing.form, name="form"),
    path(f"{ORDERS}/<str:number>/do/<str:action>", doing.do, name="do"),
    path(f"{ORDERS}/<str:number>/save", filling.save, name="save"),
    path(f"{ORDERS}/<str:number>/questions", filling.questions, name="questions"),
    path(f"{ORDERS}/<str:number>/order.pdf", printing.order_pdf, name="print"),
    path(f"{ORDERS}/<str:number>/emergency/<str:to>", line.emergency, name="put-through"),
    path(f"{ORDERS}/<str:number>/talk", helping.talk, name="talk"),
    path(f"{ORDERS}/<str:number>/contact", doing.contact, name="contact"),
    path(f"{ORDERS}/<str:number>/knowledge", helping.knowledge, name="knowledge"),
    path(f"{ORDERS}/<str:number>/use/<str:entry>", helping.use, name="use"),
    path(f"{ORDERS}/<str:number>/similar", helping.similar, name="similar"),
    path(f"{ORDERS}/<str:number>/guide", linking.guide, name="guide"),
    path(f"{ORDERS}/<str:number>/link", linking.join, name="link"),
    path(f"{ORDERS}/<str:number>/suggested", helping.suggested, name="suggested"),
    path(f"{ORDERS}/<str:number>/caller", helping.caller, name="caller"),
]
