"""`python -m huiyin.site.check`: what Django can check of itself, and that no migration is missing. Needs no database."""

import os
import sys
import tempfile
import warnings


def main() -> int:
    """Return 0 when all is well."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HUIYIN_HOME": folder, "DJANGO_SETTINGS_MODULE": "huiyin.site.settings"}
        import django
        from django.core.management import CommandError, call_command

        django.setup()
        warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
        try:
            call_command("check", fail_level="WARNING", verbosity=0)
            call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)
        except (CommandError, SystemExit) as error:
            print(f"check failed: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
