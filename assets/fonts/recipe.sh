#!/bin/sh
# Rebuilds NotoSansSC-Regular.ttf and NotoSansSC-Bold.ttf, byte for byte, and checks that it did.
# Needs npm and a Python with fontTools 4.38.0 (Debian 12: python3-fonttools); choose it with PYTHON=...
# Writes beside itself, or into the folder given as the first argument.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:-$here}"
out=$(cd "${1:-$here}" && pwd)
python=${PYTHON:-python3}
tools=4.38.0

have=$("$python" -c 'import fontTools; print(fontTools.version)') || have=none
if [ "$have" != "$tools" ]; then
	echo "recipe: fontTools $tools is needed for the same bytes, $python has $have" >&2
	exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

unpack() { # package@version, folder
	mkdir "$2"
	tar -xzf "$(npm pack --silent "$1")" -C "$2" --strip-components=1
}
unpack @expo-google-fonts/noto-sans-sc@0.4.3 base
unpack @expo-google-fonts/source-sans-3@0.4.1 donor

sha256sum -c <<'SUMS'
d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16  base/400Regular/NotoSansSC_400Regular.ttf
9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96  base/700Bold/NotoSansSC_700Bold.ttf
393fb5b878ceed04aebc34b097e853ae5138c51d0c34b496ce8e2b47e0d0b94a  donor/400Regular/SourceSans3_400Regular.ttf
7109021766e915ecd9721e28d11dfc732d57affda49e4ca15bb6d1529add7fdd  donor/700Bold/SourceSans3_700Bold.ttf
SUMS

for weight in 400Regular 700Bold; do
	PYTHONDONTWRITEBYTECODE=1 "$python" "$here/build.py" \
		"base/$weight/NotoSansSC_$weight.ttf" "donor/$weight/SourceSans3_$weight.ttf" \
		1.117 "NotoSansSC-${weight#?00}.ttf"
done

sha256sum -c <<'SUMS'
a51dcf8dda4f8f3f9d2e1597785a3b43a4e7fa8107f398b025f6f1e1c601559b  NotoSansSC-Regular.ttf
d27d496b310602a96de77a5915ec0745be4d4c153c4a21498f8d2cf0eaef5d02  NotoSansSC-Bold.ttf
SUMS
mv NotoSansSC-Regular.ttf NotoSansSC-Bold.ttf "$out/"
