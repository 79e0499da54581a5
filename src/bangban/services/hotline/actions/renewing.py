"""The words of orders that were made by older rules, made anew in small batches: only the index changes, not the order."""

from __future__ import annotations

from django.db import transaction

from bangban.services.hotline.finding import VERSION, words_of_all
from bangban.services.hotline.models import WorkOrder

AT_ONCE = 100


def renew(most: int) -> int:
    """Renew the words of at most so many orders; returns of how many. What somebody works on now is left for later."""
    done = 0
    while done < most:
        with transaction.atomic():
            waiting = WorkOrder.objects.filter(words_version__lt=VERSION).select_for_update(
                skip_locked=True, of=("self",)
            )
            orders = list(waiting.order_by("id")[: min(AT_ONCE, most - done)])
            for order in orders:
                order.words, order.words_version = words_of_all(order), VERSION
            WorkOrder.objects.bulk_update(orders, ["words", "words_version"])
        done += len(orders)
        if not orders:
            break
    return done
