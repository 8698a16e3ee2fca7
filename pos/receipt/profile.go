package receipt

// Profile is what the printers of a family can do, on one paper. It is a value to read; [ProfileOf] finds one.
//
// There is no code page in it: text is always sent in Chinese mode, where none applies.
type Profile struct {
	Name  string // as the configuration names the family
	Paper Paper  // and with it columns and dots

	Chinese  bool         // it has the characters of GBK; without, everything is drawn and sent as a picture
	Size     SizeCommand  // what doubles a Chinese character
	Cut      CutMode      // the cut that works
	Feed     int          // lines between print head and blade or tear bar
	NativeQR bool         // it draws QRs itself; a printer that cannot prints gibberish instead
	Raster   RasterMethod // how it takes pictures
	Band     int          // rows of a picture that its buffer is sure to hold
	Status   StatusMethod // how it is asked for its state
	Ack      AckMethod    // how it is asked whether it has come to the end of a job
}

// SizeCommand is what a printer heeds for the size of Chinese characters.
type SizeCommand string

// The size commands.
const (
	SizeGS   SizeCommand = "gs"   // GS !
	SizeBoth SizeCommand = "both" // some clones heed only GS !, some only FS W: sent together they mean the same
)

// RasterMethod is how a picture is sent.
type RasterMethod string

// The raster methods.
const (
	RasterBits    RasterMethod = "gs-v-0"   // GS v 0: what most printers know
	RasterGraph   RasterMethod = "gs-(-l"   // GS ( L: Epson's own, stored, then printed
	RasterColumns RasterMethod = "esc-star" // ESC *: the oldest, 24 rows at a time in columns
)

// StatusMethod is how a printer is asked how it is.
type StatusMethod string

// The status methods.
const (
	StatusNone StatusMethod = "none"
	StatusDLE  StatusMethod = "dle" // DLE EOT n, each state for itself
	StatusASB  StatusMethod = "asb" // GS a n: it tells of every change by itself; it knows DLE EOT too
)

// AckMethod is how a printer is asked whether it has come to the end of a job.
type AckMethod string

// The ways to ask.
const (
	AckNone AckMethod = "none"
	AckGSr  AckMethod = "gsr" // GS r 1, answered in its turn
)

// profiles is the table of families, the usual one first. That somebody's printer is of a family is a matter of what it does, not
// of the name on its lid: each row differs from the others in something that the test page shows.
var profiles = []Profile{
	// family     paper    GBK    size      cut             feed QR     pictures       band status     ack
	{"generic", Paper80, true, SizeBoth, CutFeedPartial, 4, false, RasterBits, 128, StatusDLE, AckGSr},
	{"generic", Paper58, true, SizeBoth, CutNone, 4, false, RasterBits, 128, StatusDLE, AckGSr},
	{"epson", Paper80, true, SizeGS, CutFeedPartial, 4, true, RasterGraph, 128, StatusASB, AckGSr},
	{"epson", Paper58, true, SizeGS, CutFeedPartial, 4, true, RasterGraph, 128, StatusASB, AckGSr},
	{"xprinter", Paper80, true, SizeBoth, CutPartial, 4, false, RasterBits, 64, StatusDLE, AckGSr},
	{"xprinter", Paper58, true, SizeBoth, CutNone, 4, false, RasterBits, 64, StatusDLE, AckNone},
	{"gprinter", Paper80, true, SizeBoth, CutFeedPartial, 4, true, RasterBits, 128, StatusDLE, AckGSr},
	{"gprinter", Paper58, true, SizeBoth, CutNone, 4, true, RasterBits, 128, StatusDLE, AckNone},
	{"star", Paper80, true, SizeBoth, CutFeedPartial, 4, true, RasterColumns, 24, StatusDLE, AckNone},
	{"star", Paper58, true, SizeBoth, CutFeedPartial, 4, true, RasterColumns, 24, StatusDLE, AckNone},
	{"raster", Paper80, false, SizeGS, CutFeedPartial, 4, false, RasterBits, 128, StatusDLE, AckGSr},
	{"raster", Paper58, false, SizeGS, CutNone, 4, false, RasterBits, 128, StatusDLE, AckGSr},
}

// ProfileOf finds a family's profile for a paper: "generic", "epson", "xprinter", "gprinter", "star" (in its ESC/POS mode) or
// "raster" (a printer without Chinese characters). Any other name is generic.
func ProfileOf(name string, p Paper) Profile {
	usual := profiles[0]
	for _, f := range profiles {
		if f.Paper != p {
			continue
		}
		if f.Name == name {
			return f
		}
		if f.Name == usual.Name {
			usual = f
		}
	}
	return usual
}
