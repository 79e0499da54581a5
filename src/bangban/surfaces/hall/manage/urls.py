"""Addresses: the hall manager's pages, the guidance desk's tickets, statistics, set-up."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.hall.manage.views import alerts, devices, hall, setup, statistics, tickets

app_name = "hall"
urlpatterns: list[URLPattern] = [
    path("desk/hall/", hall.hall, name="hall"),
    path("desk/hall/part", hall.part, name="part"),
    path("desk/hall/windows/<int:window_id>", hall.window, name="window"),
    path("desk/hall/windows/<int:window_id>/do/<str:action>", hall.do, name="window_do"),
    path("desk/hall/classes/<int:class_id>", hall.klass, name="class"),
    path("desk/hall/alerts/<str:number>/measure", alerts.measure, name="measure"),
    path("desk/hall/statistics/", statistics.statistics, name="statistics"),
    path("desk/hall/statistics/minute", statistics.moment, name="minute"),
    path("desk/hall/substitute/<str:number>", hall.substitute, name="substitute"),
    path("desk/hall/setup/", setup.setup, name="setup"),
    path("desk/hall/setup/items", setup.items, name="items"),
    path("desk/hall/setup/devices", devices.devices, name="devices"),
    path("desk/hall/setup/devices/register", devices.register, name="register"),
    path("desk/hall/setup/devices/retire", devices.retire, name="retire"),
    path("desk/hall/setup/<str:tab>", setup.setup, name="setup_tab"),
    path("desk/hall/setup/<str:tab>/save", setup.store, name="store"),
    path("desk/hall/setup/<str:tab>/switch", setup.switch, name="switch"),
    path("desk/hall/tickets/", tickets.tickets, name="tickets"),
    path("desk/hall/tickets/classes", tickets.classes, name="classes"),
    path("desk/hall/tickets/list", tickets.found, name="found"),
    path("desk/hall/tickets/issue", tickets.issue, name="issue"),
    path("desk/hall/tickets/checkin", tickets.check_in, name="checkin"),
    path("desk/hall/tickets/<str:number>", tickets.ticket, name="ticket"),
    path("desk/hall/tickets/<str:number>/do/<str:action>", tickets.do, name="ticket_do"),
]
