#!/usr/bin/env python3
"""Makes the spoken parts from the recordings that recipe.sh brought: one Sun audio file (.au, mu-law, 16 kHz, mono) per part.

usage: build.py VOICES OUT    VOICES holds the unpacked gcin-voice and the words spoken by flite; OUT gets zh-CN/ and en/
"""
import array, math, os, struct, subprocess, sys

RATE = 16000
LOUD = 0.2     # RMS that the loudest tenth of a second of every part is brought to, of 1.0
PEAK = 0.85    # and what no sample goes beyond
QUIET = 0.012  # of the part's peak: below it the part has not begun, or is over
EDGE = 0.006   # seconds of fade at both ends, so that joins do not click

# Part -> its folder in gcin-voice. The number is the tone; zhuyin leaves out the first.
CHINESE = {
    "ling2": "ㄌㄧㄥ2", "yi1": "ㄧ", "yi2": "ㄧ2", "yi4": "ㄧ4", "er4": "ㄦ4", "liang3": "ㄌㄧㄤ3", "liang2": "ㄌㄧㄤ2",
    "san1": "ㄙㄢ", "si4": "ㄙ4", "wu3": "ㄨ3", "wu2": "ㄨ2", "liu4": "ㄌㄧㄡ4", "qi1": "ㄑㄧ", "ba1": "ㄅㄚ", "jiu3": "ㄐㄧㄡ3",
    "shi2": "ㄕ2", "bai3": "ㄅㄞ3", "bai2": "ㄅㄞ2", "qian1": "ㄑㄧㄢ", "wan4": "ㄨㄢ4", "dian3": "ㄉㄧㄢ3", "yuan2": "ㄩㄢ2",
    "wei1": "ㄨㄟ", "xin4": "ㄒㄧㄣ4", "xian4": "ㄒㄧㄢ4", "jin1": "ㄐㄧㄣ", "shou1": "ㄕㄡ", "kuan3": "ㄎㄨㄢ3", "zhao3": "ㄓㄠ3",
}
# Where the vowel was cut to a twentieth of a second to make room for the consonant, it is taken from the same syllable without one.
VOWEL = {"xin4": "ㄧㄣ4", "xian4": "ㄧㄢ4", "qi1": "ㄧ", "qian1": "ㄧㄢ"}
CONSONANT = 0.09  # seconds of it that stay there
HISS = 0.3        # how loud a consonant is at most, of the vowel: the recordings have it as loud as that
# A twelfth lower and slower than the input method has it: it was made for a click per key, not for a counter.
SLOWER = "0.92"
# The voice ends every third tone in a jump upward. Within a sentence nobody does, and at its end few.
THIRD_TAIL = 0.045

ENGLISH = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million point yuan wechat cash received
change""".split()


def read(path, *effects):
    cmd = ["sox", "-R", path, "-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-r", str(RATE), "-", *effects]
    raw = subprocess.run(cmd, check=True, capture_output=True).stdout
    return [v / 32768 for v in array.array("h", raw)]


def trim(x, tail=0.0):
    floor = QUIET * max(abs(v) for v in x)
    loud = [i for i, v in enumerate(x) if abs(v) > floor]
    pad = int(EDGE * RATE)
    x = x[max(0, loud[0] - pad) : loud[-1] + pad]
    return x[: len(x) - int(tail * RATE)]


def rms(x):
    return math.sqrt(sum(v * v for v in x) / max(1, len(x)))


def onset(x):
    """Where the voice begins: a hiss has nothing below 700 Hz."""
    low, a, step = [0.0], 1 - math.exp(-2 * math.pi * 700 / RATE), RATE // 200
    for v in x:
        low.append(low[-1] + a * (v - low[-1]))
    power = [rms(low[i : i + step]) for i in range(0, len(low) - step, step)]
    return next(i for i, p in enumerate(power) if p > 0.35 * max(power)) * step


def join(consonant, vowel):
    """The end of one recording's consonant and the other's vowel, blended over a hundredth of a second."""
    at, n = onset(consonant), RATE // 100
    x = consonant[max(0, at - int(CONSONANT * RATE)) : at]
    for i in range(n):
        x[-n + i] = x[-n + i] * (1 - i / n) + vowel[i] * i / n
    return x + vowel[n:]


def soften(x):
    at = onset(x)
    if at < RATE // 50:
        return x
    gain = min(1, HISS * rms(x[at:]) / max(1e-9, rms(x[:at])))
    n = RATE // 100
    return [v * (gain if i < at - n else gain + (1 - gain) * min(1, (i - at + n) / n)) for i, v in enumerate(x)]


def level(x):
    step, window = RATE // 100, RATE // 10
    loudest = max(rms(x[i : i + window]) for i in range(0, max(1, len(x) - window), step))
    gain = min(LOUD / loudest, PEAK / max(abs(v) for v in x))
    n = int(EDGE * RATE)
    for i in range(n):
        x[i] *= i / n
        x[-1 - i] *= i / n
    return [v * gain for v in x]


def mulaw(v):
    """ITU-T G.711."""
    s = max(-32635, min(32635, round(v * 32767)))
    sign = 0x80 if s < 0 else 0
    s = abs(s) + 0x84
    e = s.bit_length() - 8
    return ~(sign | e << 4 | (s >> (e + 3)) & 15) & 0xFF


def write(path, x):
    data = bytes(mulaw(v) for v in x)
    with open(path, "wb") as f:
        f.write(struct.pack(">4s6I", b".snd", 28, len(data), 1, RATE, 1, 0) + data)


def syllable(voices, folder):
    return trim(read(os.path.join(voices, "usr/share/gcin-voice/ogg", folder, "5.ogg"), "speed", SLOWER, "highpass", "120"))


def main(voices, out):
    for language in ("zh-CN", "en"):
        os.makedirs(os.path.join(out, language), exist_ok=True)
    for part, folder in CHINESE.items():
        x = syllable(voices, folder)
        if part in VOWEL:
            x = join(x, syllable(voices, VOWEL[part]))
        write(os.path.join(out, "zh-CN", part + ".au"), level(trim(soften(x), THIRD_TAIL if part.endswith("3") else 0)))
    for word in ENGLISH:
        x = read(os.path.join(voices, "flite", word + ".wav"), "highpass", "100")
        write(os.path.join(out, "en", word + ".au"), level(trim(x)))


if __name__ == "__main__":
    main(*sys.argv[1:])
