"""What supervision sends: a message to the unit, a word to the officer."""

from bangban.foundation.notify.purposes import Purpose, register

SUPERVISION = register(Purpose("supervision", "督办通知", urgent=False))
