#!/bin/sh
# Sets up a bare Debian 12: system packages by apt, Python packages from uv.lock. Usage: ./setup.sh run|test|training
# Runs again in a moment when there is nothing left to do.
set -eu
cd "$(dirname "$0")"
purpose=${1:-run}
uv_version=0.13.9

# what the service itself calls: Tesseract, which tells how a page is turned, fonts for signature marks, the sandbox, a second
# renderer for what came after a signature
packages="tesseract-ocr tesseract-ocr-osd fonts-liberation2 bubblewrap ca-certificates libpoppler-glib8"
python3 -c 'import ensurepip, venv' 2>/dev/null || packages="$packages python3-venv"
if [ "$purpose" = test ]; then
    # outside judges (poppler's programs, veraPDF on Java), two browsers and what their driver links to, a
    # database server, tokens to sign with, Tesseract's data for Vietnamese
    packages="$packages poppler-utils chromium firefox-esr libatomic1 postgresql default-jdk-headless maven softhsm2
        tesseract-ocr-vie"
elif [ "$purpose" = training ]; then
    # what labels lines; what they are drawn in: likenesses of Times first, then others (ocr/training/fonts.py)
    packages="$packages tesseract-ocr-vie fonts-texgyre fonts-freefont-ttf fonts-freefont-otf fonts-croscore fonts-dejavu
        fonts-crosextra-carlito fonts-roboto-unhinted fonts-open-sans fonts-linuxlibertine fonts-noto-core
        fonts-ebgaramond fonts-lmodern fonts-lato fonts-sil-gentiumplus fonts-sil-charis"
fi

missing=""
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    install="apt-get install -y --no-install-recommends$missing"
    if [ "$(id -u)" = 0 ]; then as_root=""
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root="sudo"
    else
        echo "Cần gói hệ thống / System packages are needed. Run this, then start again:" >&2
        echo "    sudo sh -c 'apt-get update && $install'" >&2
        exit 1
    fi
    echo "Installing$missing" >&2
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get update -qq
    $as_root $install -qq >/dev/null
fi

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; this is $(python3 --version)." >&2
    exit 1
}
if [ ! -x .tools/bin/uv ] || [ "$(.tools/bin/uv --version | cut -d' ' -f2)" != "$uv_version" ]; then
    python3 -m venv .tools
    .tools/bin/python -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
fi
groups="--no-dev"
[ "$purpose" = test ] && groups=""
[ "$purpose" = run ] && [ -e .venv/.ready-test ] && groups=""
ready=".venv/.ready-$purpose"
if [ "$purpose" = training ]; then # gigabytes that nothing else needs: an environment of its own
    groups="--no-dev --group training"
    export UV_PROJECT_ENVIRONMENT=.venv-training
    ready=.venv-training/.ready
fi
export UV_PYTHON_DOWNLOADS=never
# certificates of the system's store: an agency's proxy has an authority of its own, which uv's list does not know
export UV_SYSTEM_CERTS=true
# by the interpreter's own path: given a shim (pyenv's, say), uv builds the environment anew at every run
python=$(python3 -c 'import sys; print(sys.executable)')
# shellcheck disable=SC2086
.tools/bin/uv sync --quiet --frozen --compile-bytecode --python "$python" $groups
touch "$ready"
