from django.apps import AppConfig


class GuidanceConfig(AppConfig):
    name = "bangban.services.guidance"
    label = "guidance"
    verbose_name = "导办帮办"
