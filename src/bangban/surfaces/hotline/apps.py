from django.apps import AppConfig


class HotlinePages(AppConfig):
    name = "bangban.surfaces.hotline"
    label = "hotline_pages"
