"""Addresses: appointments on the portal and at the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.appointments.desk import booking as desk_booking
from bangban.surfaces.appointments.desk import case, closures, days, plans
from bangban.surfaces.appointments.desk import one as desk_one
from bangban.surfaces.appointments.portal import booking, mine, one

app_name = "appointments"
urlpatterns: list[URLPattern] = [
    path("appointments/", mine.mine, name="mine"),
    path("appointments/new/", booking.new, name="new"),
    path("appointments/new/periods/", booking.periods, name="periods"),
    path("appointments/find/", mine.find, name="find"),
    path("appointments/<str:number>/", one.one, name="one"),
    path("appointments/<str:number>", one.one),
    path("appointments/<str:number>/part/", one.live_part, name="part"),
    path("appointments/<str:number>/confirm/", one.confirm, name="confirm"),
    path("appointments/<str:number>/answer/", one.answer, name="answer"),
    path("appointments/<str:number>/change/", one.change, name="change"),
    path("appointments/<str:number>/cancel/", one.cancel, name="cancel"),
    path("appointments/<str:number>/materials/<str:key>/tick/", one.tick, name="tick"),
    path("appointments/<str:number>/materials/<str:key>/file/", one.upload, name="upload"),
    path("appointments/<str:number>/files/<uuid:attachment_id>/", one.file, name="file"),
    path("desk/appointments/", days.day, name="desk_day"),
    path("desk/appointments/new/", desk_booking.new, name="desk_new"),
    path("desk/appointments/new/periods/", desk_booking.periods, name="desk_periods"),
    path("desk/appointments/closures/", closures.closures, name="closures"),
    path("desk/appointments/closures/<str:number>/", closures.closure, name="closure"),
    path("desk/appointments/closures/<str:number>/do/<str:action>/", closures.do, name="closure_do"),
    path("desk/appointments/plans/", plans.plans, name="plans"),
    path("desk/appointments/plans/<int:plan_id>/remove/", plans.remove, name="plan_remove"),
    path("desk/appointments/<str:number>/", desk_one.one, name="desk_one"),
    path("desk/appointments/<str:number>/do/<str:action>/", desk_one.do, name="desk_do"),
    path("desk/appointments/<str:number>/contact/", desk_one.contact, name="desk_contact"),
    path("desk/appointments/<str:number>/change/", desk_one.change, name="desk_change"),
    path("desk/cases/<str:number>/appointment/", case.appointment, name="desk_case"),
]
