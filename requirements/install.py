"""Make .venv and install one of the lists beside this file, checking hashes; do nothing when that was done before.

Usage: python3 requirements/install.py runtime|test|postgres

Run by the Python of the machine, so it uses the standard library only and keeps to words that an old Python can read.
"""

import hashlib
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python")
OLDEST = (3, 11)


def stop(sentence):
    sys.exit(sentence)


def check_python():
    if sys.version_info < OLDEST:
        stop(
            "ECS Lab needs Python 3.11 or newer, and %s is %d.%d. "
            "Install a newer one and name it: make run PYTHON=python3.12"
            % (sys.executable, sys.version_info[0], sys.version_info[1])
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            "This Python (%s) comes without its venv module, which ECS Lab needs to make its own environment. "
            "On Debian and Ubuntu: apt-get install python3-venv" % sys.executable
        )


def stamp_of(name):
    """Return what the stamp must hold: it changes with the list and with the Python."""
    with open(os.path.join(HERE, name + ".txt"), "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return "%s %s\n" % (digest, ".".join(str(part) for part in sys.version_info[:3]))


def is_done(stamp, wanted):
    if not os.path.exists(stamp) or not os.path.exists(PYTHON):
        return False
    with open(stamp) as file:
        return file.read() == wanted


def make_venv():
    marker = os.path.join(VENV, "python-version")
    version = "%s\n" % sys.version
    if is_done(marker, version):
        return
    if os.path.isdir(VENV):
        shutil.rmtree(VENV)
    print("Making an environment in .venv ...", flush=True)
    if subprocess.call([sys.executable, "-m", "venv", VENV]):
        stop(
            "The environment in .venv could not be made; what Python says about it stands above. "
            "On Debian and Ubuntu: apt-get install python3-venv"
        )
    with open(marker, "w") as file:
        file.write(version)


def pip_install(name):
    print("Installing requirements/%s.txt; this happens once and takes about half a minute ..." % name, flush=True)
    listed = os.path.join(HERE, name + ".txt")
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        listed,
    ]
    if subprocess.call(command):
        stop(
            "The packages of requirements/%s.txt could not be installed; what pip says about it stands above. "
            "Check the connection to the package index, then run the same command again." % name
        )


def main():
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if not os.path.exists(os.path.join(HERE, name + ".txt")):
        stop("Usage: python3 requirements/install.py runtime|test|postgres")
    check_python()
    make_venv()
    stamp = os.path.join(VENV, name + ".stamp")
    wanted = stamp_of(name)
    if not is_done(stamp, wanted):
        pip_install(name)
        with open(stamp, "w") as file:
            file.write(wanted)


if __name__ == "__main__":
    main()
