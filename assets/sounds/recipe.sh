#!/usr/bin/env bash
# Rebuilds zh-CN/ and en/ in this folder, on Debian 12: `assets/sounds/recipe.sh`. The program itself needs nothing of this.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

apt-get install -y -qq --no-install-recommends sox libsox-fmt-base flite python3 >/dev/null
cd "$work"
apt-get download -qq gcin-voice=0~20170223-3
dpkg-deb -x gcin-voice_*.deb .

mkdir flite
say() { flite -voice slt --setf duration_stretch=0.9 -t "$2" -o "flite/$1.wav"; } # say PART WORDS
for word in zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen \
	eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million point yuan cash received change; do
	say "$word" "$word"
done
say wechat "we chat"

rm -rf "$here/zh-CN" "$here/en"
/usr/bin/python3 "$here/build.py" "$work" "$here"
du -sh "$here/zh-CN" "$here/en"
