"""Addresses: kiosk, slip, rating device, floor directory, and the phone page of a ticket."""

from __future__ import annotations

from django.urls import URLPattern, path

from bangban.surfaces.hall.kiosk.views import (
    checking_in,
    directory,
    guides,
    helping,
    home,
    pairing,
    places,
    progress,
    rating,
    slip,
    taking,
    ticket,
)

app_name = "kiosk"
urlpatterns: list[URLPattern] = [
    path("hall/pair/", pairing.pair, name="pair"),
    path("hall/kiosk/", home.home, name="home"),
    path("hall/kiosk/menu", home.menu, name="menu"),
    path("hall/kiosk/look", home.look, name="look"),
    path("hall/kiosk/take", taking.choose, name="take"),
    path("hall/kiosk/take/<int:class_id>", taking.take, name="class"),
    path("hall/kiosk/ticket/<str:number>/<str:code>", slip.on_screen, name="ticket"),
    path("hall/kiosk/checkin", checking_in.check_in, name="checkin"),
    path("hall/kiosk/progress", progress.progress, name="progress"),
    path("hall/kiosk/places", places.places, name="places"),
    path("hall/kiosk/items", guides.items, name="items"),
    path("hall/kiosk/items/<str:code>", guides.guide, name="guide"),
    path("hall/kiosk/help", helping.ask, name="help"),
    path("hall/kiosk/help/<str:number>", helping.coming, name="coming"),
    path("hall/slip/<str:number>/<str:code>/", slip.slip, name="slip"),
    path("hall/rating/", rating.device, name="rating"),
    path("hall/rating/now", rating.now_part, name="rating_now"),
    path("hall/rating/give", rating.give, name="rating_give"),
    path("hall/<str:code>/directory/", directory.directory, name="directory"),
    path("t/<str:code>", ticket.opened, name="opened"),
    path("tickets/<str:number>/", ticket.ticket, name="phone"),
    path("tickets/<str:number>/now", ticket.now_part, name="phone_now"),
    path("tickets/<str:number>/rejoin", ticket.rejoin_line, name="rejoin"),
    path("tickets/<str:number>/leave", ticket.leave_line, name="leave"),
    path("tickets/<str:number>/rate/", ticket.rate_visit, name="rate"),
]
