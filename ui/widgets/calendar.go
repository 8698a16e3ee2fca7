package widgets

import (
	"strconv"

	"fyne.io/fyne/v2"

	"guitai/pos"
)

// Calendar is a month to tap a day in, weeks beginning on Monday. Keys move its choice through the screen, as everywhere.
type Calendar struct {
	title *Text
	days  [6 * 7]*Button
	later [6 * 7]*Text // of days that cannot be taken
	shows [6 * 7]pos.Day
	all   *fyne.Container
}

// NewCalendar makes a calendar. week names the days from Sunday; pick hears a tap on a day, page one on an arrow, with -1 or 1.
func NewCalendar(week [7]string, pick func(pos.Day), page func(int)) *Calendar {
	c := &Calendar{title: NewText("", Style{Size: SizeStrong, Bold: true, Align: fyne.TextAlignCenter, Fit: FitShrink})}
	earlier := NewButton("◀", "PgUp", Plain, func() { page(-1) }).Sized(SizeBody, Target)
	later := NewButton("▶", "PgDn", Plain, func() { page(1) }).Sized(SizeBody, Target)
	heads := make([]fyne.CanvasObject, 7)
	for i := range heads {
		heads[i] = NewText(week[(i+1)%7], Style{Size: SizeDetail, Color: InkSoft, Align: fyne.TextAlignCenter, Fit: FitShrink})
	}
	c.all = Rows(4, nil, Columns(Gap, Grow(c.title), earlier, c.title, later), Even(4, heads...))
	for row := range 6 {
		cells := make([]fyne.CanvasObject, 7)
		for col := range cells {
			i := row*7 + col
			c.days[i] = NewButton("", "", Tab, func() {
				if c.shows[i] != 0 {
					pick(c.shows[i])
				}
			}).Sized(SizeBody, Target)
			c.later[i] = NewText("", Style{Color: InkSoft, Align: fyne.TextAlignCenter})
			cells[col] = Sized(0, Target, Over(c.later[i], c.days[i]))
		}
		c.all.Add(Even(4, cells...))
	}
	return c
}

// Object is the calendar.
func (c *Calendar) Object() fyne.CanvasObject { return c.all }

// Set shows the month of the chosen day under a title. Days after last cannot be taken.
func (c *Calendar) Set(title string, chosen, last pos.Day) {
	c.title.Set(title)
	span := pos.MonthSpan(chosen.Month())
	at := span.From.Add(-(int(span.From.Weekday()) + 6) % 7)
	for i, b := range c.days {
		label, day := "", pos.Day(0)
		if at >= span.From && at <= span.To {
			label, day = strconv.Itoa(int(at)%100), at
		}
		c.shows[i] = day
		b.SetLabel(label)
		b.SetChosen(day != 0 && day == chosen)
		c.later[i].Set(label)
		if day == 0 || day > last {
			b.Hide()
		} else {
			b.Show()
		}
		if day > last {
			c.later[i].Show()
		} else {
			c.later[i].Hide()
		}
		at = at.Add(1)
	}
}

// CalendarSheet is a calendar over a dimmed window: a title, a word to go back, and the keys in words. away closes it.
func CalendarSheet(width float32, c *Calendar, title, keys, back string, away func()) fyne.CanvasObject {
	head := NewText(title, Style{Size: SizeTitle, Bold: true, Fit: FitShrink})
	how := NewText(keys, Style{Size: SizeDetail, Color: InkSoft, Fit: FitShrink})
	leave := NewButton(back, "Esc", Quiet, away)
	return Sheet(width, Rows(Gap, nil, Columns(Gap, Grow(head), head, leave), c.Object(), how), away)
}
