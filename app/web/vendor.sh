#!/bin/sh
# Fetches what the pages have from others into static/: pinned, checked against its hash, and kept in the repository.
# Needs npm, and only for this; the service itself never does.
set -eu
cd "$(dirname "$0")/static"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# fetched PACKAGE SHA512: unpacks it into $folder/package
fetched() {
    rm -rf "$folder"/*
    npm pack --silent --pack-destination "$folder" "$1" >/dev/null
    archive=$(find "$folder" -name '*.tgz')
    actual=$(openssl dgst -sha512 -binary "$archive" | base64 -w0)
    [ "$actual" = "$2" ] || { echo "$1 has another hash than recorded: $actual" >&2; exit 1; }
    tar -xzf "$archive" -C "$folder"
}

# kept FILE NAME: takes a file of the package
kept() {
    cp "$folder/package/$1" "$2"
    chmod 644 "$2"
}

# Be Vietnam Pro, SIL Open Font License 1.1
fetched @fontsource/be-vietnam-pro@5.3.0 \
    xhAQBGHDxP5BF8IJxedy5MoWUmc1DlPCcZbMLhvnPkf8TaYCbbUVs3LjpuJ4BYdTrdiCLaewNaY8z+owq/FqFw==
for weight in 400 600; do
    for script in vietnamese latin-ext latin; do
        name=be-vietnam-pro-$script-$weight-normal.woff2
        kept "files/$name" "fonts/$name"
    done
done
kept LICENSE fonts/LICENSE

# forge, BSD 3-Clause (or GPL 2): reads key files and opens the old ciphers that WebCrypto does not know
fetched node-forge@1.4.3 \
    P6wzfh6t70avmV8FrVEAd/36sOPJQ+hkaJVX1Laap9J/77m7M0eyozDvc8SwnDf4P7MP94gwbAAo0rg3YVXT+g==
mkdir -p forge
kept dist/forge.min.js forge/forge.min.js
kept LICENSE forge/LICENSE
