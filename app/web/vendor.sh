#!/bin/sh
# Fetches the font of the pages into static/fonts: pinned, checked against its hash, and kept in the repository.
# Needs npm, and only for this; the service itself never does.
set -eu
cd "$(dirname "$0")/static/fonts"
package=@fontsource/be-vietnam-pro@5.3.0   # Be Vietnam Pro, SIL Open Font License 1.1
sha512=xhAQBGHDxP5BF8IJxedy5MoWUmc1DlPCcZbMLhvnPkf8TaYCbbUVs3LjpuJ4BYdTrdiCLaewNaY8z+owq/FqFw==
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm pack --silent --pack-destination "$folder" "$package" >/dev/null
archive=$(find "$folder" -name '*.tgz')
actual=$(openssl dgst -sha512 -binary "$archive" | base64 -w0)
[ "$actual" = "$sha512" ] || { echo "$package has another hash than recorded: $actual" >&2; exit 1; }
tar -xzf "$archive" -C "$folder"
for weight in 400 600; do
    for script in vietnamese latin-ext latin; do
        name=be-vietnam-pro-$script-$weight-normal.woff2
        cp "$folder/package/files/$name" "$name"
        chmod 644 "$name"
    done
done
cp "$folder/package/LICENSE" LICENSE
chmod 644 LICENSE
