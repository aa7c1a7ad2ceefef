"""Installs Debian's Chromium for the browser tests where that is allowed; says so where it is not. Never fails the run."""

import os
import shutil
import subprocess

if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium for the browser tests …", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], env=environment, check=False, **quiet)
        subprocess.run(
            ["apt-get", "install", "-qy", "--no-install-recommends", "chromium", "fonts-noto-cjk"],
            env=environment,
            check=False,
            **quiet,
        )
    else:
        print("Chromium was not found and cannot be installed here: the browser tests are skipped.", flush=True)
