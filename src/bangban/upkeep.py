"""Opening the house and bringing its database to this version; for the command line, the demo and the measurements."""

from __future__ import annotations

import os


def open_house() -> None:
    """Set Django up; for commands that touch the database."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangban.settings")
    django.setup()


def migrate_now() -> None:
    """Run the migrations, make the ledger's coming months and add missing defaults: limits, hours, rating options."""
    from django.core.management import call_command
    from django.db import connection

    from bangban.foundation.clocks.defaults import install_defaults
    from bangban.foundation.clocks.moment import now
    from bangban.foundation.ledger.actions import make_partitions
    from bangban.oversight.evaluation.options import install_options
    from bangban.oversight.patrols.defaults import install_checklist
    from bangban.registry.catalog.defaults import install_defaults as install_sections
    from bangban.services.hotline.defaults import install_hotline
    from bangban.services.telephony.partitions import make_partitions as make_call_partitions

    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")
    call_command("migrate", interactive=False, verbosity=0)
    make_partitions(now())
    make_call_partitions(now())
    install_defaults()
    install_options()
    install_checklist()
    install_sections()
    install_hotline()
