"""The command line: ``registry``.

What belongs here: what people type and see. Each command opens its home, calls what computes elsewhere,
writes down the pull, and shows rows. Imports of weight happen inside the commands, so that a reading
command starts at once; none of those imports Dagster.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn

from registry_pipelines.failures import CHECK_FAILED, DONE, USAGE, CommandError, describe, one_line

STOPPED = "stopped; nothing was published, no file was taken from the inbox: give the command again"
_TYPER_INTERRUPTED = 130


def main() -> NoReturn:
    """The console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit status. Whatever happens, people see one line and no traceback."""
    warnings.simplefilter("ignore")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        status = _dispatch(arguments)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return DONE


def _dispatch(arguments: Sequence[str]) -> int:
    from typer import Abort
    from typer._click.exceptions import ClickException
    from typer.main import get_command

    from registry_pipelines.cli.app import app

    try:
        result = get_command(app).main(list(arguments), prog_name="registry", standalone_mode=False)
        if result == _TYPER_INTERRUPTED:
            return _stop(STOPPED, CHECK_FAILED)
        return result if isinstance(result, int) else DONE
    except Abort:
        return _stop("the input ended before the answer: nothing was decided", USAGE)
    except CommandError as error:
        return _stop(error.line, error.status)
    except ClickException as error:
        return _stop(
            f"{_command_name(error)}: {error.format_message()}; see {_command_name(error)} --help", USAGE
        )
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        return _stop(
            "stopped; nothing was published, the files are still in the inbox: run again", CHECK_FAILED
        )
    except MemoryError:
        return _stop("out of memory; nothing was published: run on a machine with more memory", CHECK_FAILED)
    except OSError as error:
        return _stop(
            f"{error.filename or 'a file'}: {error.strerror}: check its place, owner and mode", USAGE
        )
    except Exception as error:
        status = getattr(error, "exit_status", None)
        if isinstance(status, int):
            return _stop(str(error), status)
        return _stop(
            f"unforeseen fault ({describe(error)}); nothing was published: report this line", CHECK_FAILED
        )


def _command_name(error: object) -> str:
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context is not None else "registry"


def _stop(line: str, status: int) -> int:
    sys.stdout.flush()
    sys.stderr.write(one_line(line) + "\n")
    return status
