"""build.py BASE DONOR SCALE OUT: subset BASE to charset.py and take what it lacks from DONOR.

BASE is a static Noto Sans SC with TrueType outlines, DONOR the Source Sans 3 of the same weight: the Latin of
Noto Sans SC is Source Sans, enlarged by SCALE, so a glyph taken over looks as if it had always been there.
Nothing in the output depends on the clock, the machine or the order of a hash.
"""

import sys

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.roundingPen import RoundingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from charset import charset

# Layout features (no consumer of ours applies them, and kerning would only disturb columns), vertical metrics
# and hinting (outlines are drawn as they are at every size) are left out.
DROP = ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "DSIG", "vhea", "vmtx", "VORG", "gasp", "meta"]
NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # copyright, names, version, licence


def cut(path, codes):
    options = subset.Options()
    options.drop_tables += DROP
    options.layout_features = []
    options.hinting = False
    options.glyph_names = False
    options.legacy_cmap = False
    options.notdef_outline = True
    options.name_IDs = NAMES
    options.name_languages = [0x409]
    options.recalc_timestamp = False
    options.recalc_bounds = True
    font = subset.load_font(path, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    return font


def graft(font, donor, codes, scale):
    """Adds donor's glyphs for codes, flattened and enlarged by scale, at the end of font."""
    have = font["hmtx"].metrics
    glyf = font["glyf"]
    outlines = donor.getGlyphSet()
    names = donor.getBestCmap()
    order = list(font.getGlyphOrder())
    # Format 14 (variation selectors) chooses between forms nobody asks for.
    tables = font["cmap"].tables = [t for t in font["cmap"].tables if t.format != 14]
    for code in codes:
        record = DecomposingRecordingPen(outlines)
        outlines[names[code]].draw(record)
        pen = TTGlyphPen(None)
        record.replay(TransformPen(RoundingPen(pen), (scale, 0, 0, scale, 0, 0)))
        glyph = pen.glyph()
        glyph.recalcBounds(glyf)
        name = f"u{code:04X}"
        order.append(name)
        glyf.glyphs[name] = glyph
        advance = round(donor["hmtx"][names[code]][0] * scale)
        have[name] = (advance, glyph.xMin if glyph.numberOfContours else 0)
        for table in tables:
            table.cmap[code] = name
    font.setGlyphOrder(order)
    glyf.glyphOrder = order


def main(base_path, donor_path, scale, out):
    wanted = charset()
    source = TTFont(base_path)
    present = set(source.getBestCmap())
    source.close()
    donor = TTFont(donor_path)
    lacking = sorted(wanted - present)
    nowhere = [c for c in lacking if c not in donor.getBestCmap()]
    if nowhere:
        sys.exit("in neither font: " + " ".join(f"U+{c:04X}" for c in nowhere))

    font = cut(base_path, wanted & present)
    graft(font, donor, lacking, float(scale))
    for record in font["name"].names:
        if record.nameID == 0:
            record.string = f"{record.toUnicode()} {donor['name'].getDebugName(0)}"
        if record.nameID == 5:
            record.string = f"{record.toUnicode()}; subset to GB 2312 and Latin"
    font.recalcTimestamp = False
    font.save(out, reorderTables=True)
    print(f"{out}: {len(wanted)} characters, {len(lacking)} of them from the donor")


if __name__ == "__main__":
    main(*sys.argv[1:])
