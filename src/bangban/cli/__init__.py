"""The command line `bangban`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

Command = Callable[[argparse.Namespace], int]


def parser() -> argparse.ArgumentParser:
    """Build the parser: each command names the function that runs it as `module:function`."""
    top = argparse.ArgumentParser(prog="bangban", description="Bangban 帮办: online government service")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: str, help_text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_text, description=help_text)
        command.set_defaults(run=run)
        return command

    serve = add("serve", "serving:serve", "serve pages, API and live streams")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    serve.add_argument("--processes", type=int, default=1)
    add("worker", "serving:worker", "do recurring work and let rooms follow the ledger")
    add("migrate", "data:migrate", "bring the database to this version, with the default limits and hours")

    demo = add("demo", "demo:demo", "set up the demo city and serve it")
    demo.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    demo.add_argument("--load-only", action="store_true", help="load the demo city into the database and stop")

    bring = add(
        "import", "data:bring", "import knowledge, items, the organisation, the hotline's catalogues… from a file"
    )
    bring.add_argument(
        "what",
        choices=[
            "knowledge", "items", "regions", "organisation", "staff", "workdays", "categories", "dispatch", "orders",
        ],
    )  # fmt: skip
    bring.add_argument("file")

    token = add("token", "tokens:token", "make a bearer token for an account")
    token.add_argument("user")
    token.add_argument("--name", default="command line")
    token.add_argument("--scopes", default="")
    token.add_argument("--days", type=int, default=90)
    token.add_argument("--revoke", action="store_true", help="revoke the account's tokens instead")

    check = add("conformance", "checking:conformance", "list clauses with the code and the test that prove them")
    check.add_argument("--json", action="store_true")
    check.add_argument("--write", action="store_true", help="renew the evidence and docs/clauses.md from this checkout")
    check.add_argument("--area", default="")

    ledger = add("ledger", "checking:ledger", "prove that the ledger was not touched, or seal it now")
    ledger.add_argument("what", choices=["verify", "seal"])

    backup = add("backup", "data:backup", "write database, files and keys into one folder")
    backup.add_argument("folder")
    restore = add("restore", "data:restore", "bring a backup back into an empty database")
    restore.add_argument("folder")

    from bangban.cli.hotline import add_arguments

    add_arguments(add("hotline", "hotline:hotline", "play or connect a telephone exchange, or make the token of one"))

    bench = add("bench", "measuring:bench", "measure; each line is one figure with its ratio")
    bench.add_argument("names", nargs="*", metavar="NAME [DIR]")
    bench.add_argument("--json", action="store_true")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangban.settings")
    module, function = given.run.split(":")
    from importlib import import_module

    from django.db import OperationalError, ProgrammingError

    run: Command = getattr(import_module(f"bangban.cli.{module}"), function)
    try:
        return run(given)
    except KeyboardInterrupt:
        return 130
    except (OSError, LookupError, PermissionError) as error:
        print(f"bangban {given.command}: {error}", file=sys.stderr)
        return 1
    except OperationalError as error:
        print(f"bangban {given.command}: the database does not answer: {error}".rstrip(), file=sys.stderr)
        return 1
    except ProgrammingError as error:
        if "does not exist" not in str(error):
            raise
        print(f"bangban {given.command}: the database is not of this version; run: bangban migrate", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"bangban {given.command}: {Path(error.cmd[0]).name} failed, see above.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
