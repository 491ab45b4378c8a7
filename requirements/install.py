"""Make .venv and install one of the lists beside this file, checking hashes; do nothing when that was done before.

Usage: python3 requirements/install.py runtime|test|measure|postgres

Run by the Python of the machine, so it uses the standard library only and keeps to words that an old Python can read.
"""

import contextlib
import hashlib
import importlib
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


def say(sentence):
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def check_python():
    if sys.version_info < OLDEST:
        stop(
            "ECS Lab needs Python 3.11 or newer, and %s is %d.%d. "
            "Install a newer one and name it: make run PYTHON=python3.12"
            % (sys.executable, sys.version_info[0], sys.version_info[1])
        )
    try:
        importlib.import_module("ensurepip")
        importlib.import_module("venv")
    except ImportError:
        stop(
            "This Python (%s) comes without its venv module, which ECS Lab needs to make its own environment. "
            "On Debian and Ubuntu: apt-get install python3-venv" % sys.executable
        )


def check_folder():
    if not os.access(ROOT, os.W_OK) or (os.path.isdir(VENV) and not os.access(VENV, os.W_OK)):
        stop(
            "ECS Lab makes its environment in %s, and this user may not write there. "
            "Clone the project into a folder of your own, or give yourself the right to write in this one." % ROOT
        )


@contextlib.contextmanager
def alone():
    """Wait while another `make` in this folder is installing, so that neither removes what the other is making."""
    try:
        fcntl = importlib.import_module("fcntl")
    except ImportError:  # Windows
        yield
        return
    with open(os.path.abspath(__file__)) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (IOError, OSError):
            say("Waiting for another make that is installing in this folder ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


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
    marker = os.path.join(VENV, "made-by")
    maker = "%s\n%s\n" % (sys.version, VENV)  # its programs hold its address: a folder that was moved needs a new one
    if is_done(marker, maker):
        return
    check_folder()
    if os.path.lexists(VENV):
        remove_venv()
    say("Making an environment in .venv ...")
    if subprocess.call([sys.executable, "-m", "venv", VENV]):
        stop(
            "The environment in .venv could not be made; what Python says about it stands above. "
            "On Debian and Ubuntu: apt-get install python3-venv"
        )
    with open(marker, "w") as file:
        file.write(maker)


def remove_venv():
    try:
        if os.path.isdir(VENV) and not os.path.islink(VENV):
            shutil.rmtree(VENV)
        else:
            os.remove(VENV)
    except (IOError, OSError) as error:
        stop("The old environment in .venv cannot be removed (%s). Remove it, then run the same command again." % error)


def pip_install(name):
    say("Installing requirements/%s.txt; this happens once and takes about half a minute ..." % name)
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
    unfinished = unfinished_of(name)
    open(unfinished, "w").close()
    status = subprocess.call(command)
    os.remove(unfinished)
    if status:
        stop(
            "The packages of requirements/%s.txt could not be installed; what pip says about it stands above. "
            "Check the connection to the package index, then run the same command again." % name
        )


def unfinished_of(name):
    """Return the file that is there while pip works: one left behind tells that pip was cut off."""
    return os.path.join(VENV, name + ".unfinished")


def main():
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if not os.path.exists(os.path.join(HERE, name + ".txt")):
        stop("Usage: python3 requirements/install.py runtime|test|measure|postgres")
    check_python()
    with alone():
        install(name)


def install(name):
    make_venv()
    stamp = os.path.join(VENV, name + ".stamp")
    wanted = stamp_of(name)
    if is_done(stamp, wanted):
        return
    check_folder()
    if os.path.exists(unfinished_of(name)):  # in the middle of a package: nothing in there can be trusted
        remove_venv()
        make_venv()
    pip_install(name)
    with open(stamp, "w") as file:
        file.write(wanted)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("\nStopped before everything was installed. Run the same command again to go on.")
