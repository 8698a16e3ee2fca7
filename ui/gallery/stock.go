package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"slices"
	"strings"
	"time"

	"guitai/pos"
	"guitai/ui"
	"guitai/ui/widgets"
)

// stock is the goods of the gallery as people change them.
type stock struct {
	shelf
	state string
	items []pos.Item
}

// manyGoods is a large shop.
const manyGoods = 200_000

func stockOf(state string) pos.Goods {
	s := &stock{state: state}
	switch state {
	case "empty":
		return s
	case "no-key":
		return nil
	}
	for i, it := range items {
		it.Pinyin, it.Unit, it.TaxRate, it.Cost = "", "", 1300, it.Price*7/10
		switch it.Category {
		case "饮料":
			it.Unit, it.Colour = "瓶", "blue"
		case "零食":
			it.Unit, it.Colour = "袋", "orange"
		case "生鲜":
			it.TaxRate, it.Colour = 900, "green"
		}
		it.Barcodes = []string{fmt.Sprintf("69010280%02d412", i)}
		s.items = append(s.items, it)
	}
	s.items[0].Member, s.items[0].Pinyin, s.items[0].Barcodes = 280, "kkkl330ml", append(s.items[0].Barcodes, "6901028042420")
	s.items[0].Photo = "cola.jpg"
	s.items[7].Retired = true
	apple := s.items[23]
	apple.Name, apple.Unit, apple.Weighed, apple.PLU, apple.Barcodes, apple.Price, apple.Cost = "香蕉", "500g", true, "00012", nil, 450, 460
	s.items[23] = apple
	s.items[22].Open, s.items[22].PLU = true, "18"
	if state == "many-goods" {
		for i := len(s.items); i < manyGoods; i++ {
			it := s.items[i%27]
			it.ID, it.Name, it.Barcodes, it.PLU = pos.ItemID(i+1), fmt.Sprintf("%s %06d", it.Name, i+1), []string{fmt.Sprintf("69%011d", i)}, ""
			s.items = append(s.items, it)
		}
	}
	return s
}

func (s *stock) Item(_ context.Context, codes ...string) (pos.Item, error) {
	for _, it := range s.items {
		for _, c := range codes {
			if slices.Contains(it.Barcodes, c) || c == it.PLU && c != "" {
				return it, nil
			}
		}
	}
	return pos.Item{}, pos.E(pos.CodeNotFound, "find item", nil)
}

func (s *stock) Items(_ context.Context, q pos.ItemQuery) (found []pos.Item, total int, err error) {
	if s.state == "broken" {
		return nil, 0, pos.E(pos.CodeCorrupt, "list items", nil)
	}
	for _, it := range s.items {
		in := strings.Contains(it.Name, q.Text) || strings.Contains(it.Pinyin, q.Text) || strings.Contains(it.Barcode(), q.Text) || it.PLU == q.Text
		if !in || q.Category != "" && it.Category != q.Category || it.Retired && !q.Retired || !q.Repriced.IsZero() && it.ID > 3 {
			continue
		}
		if total >= q.Offset && len(found) < q.Limit {
			found = append(found, it)
		}
		total++
	}
	return found, total, nil
}

// InCategory has only what is sold.
func (s *stock) InCategory(ctx context.Context, category string, limit int) ([]pos.Item, error) {
	found, _, err := s.Items(ctx, pos.ItemQuery{Category: category, Limit: limit})
	return found, err
}

func (s *stock) SaveItem(_ context.Context, it pos.Item, _ string, _ time.Time) (pos.Item, error) {
	if it.Name == "x" {
		return it, pos.E(pos.CodeFull, "save item", nil)
	}
	if it.ID == 0 {
		it.ID = pos.ItemID(len(s.items) + 1)
		s.items = append(s.items, it)
	} else {
		s.items[it.ID-1] = it
	}
	return it, nil
}

func (s *stock) Prices(_ context.Context, id pos.ItemID, _ int) ([]pos.PriceChange, error) {
	if id%2 == 0 {
		return nil, nil
	}
	at := func(days int) time.Time { return shownAt.AddDate(0, 0, -days) }
	return []pos.PriceChange{
		{At: at(2), By: "王芳", From: 320, To: 300, MemberTo: 280, Source: "edit"},
		{At: at(31), By: "陈刚", From: 300, To: 320, Source: "import"},
		{At: at(180), By: "陈刚", To: 300, Source: "import"},
	}, nil
}

// PlanImport knows a few files by their names.
func (s *stock) PlanImport(_ context.Context, path string) (pos.ImportPlan, error) {
	plan := pos.ImportPlan{Path: path}
	switch {
	case strings.Contains(path, "错"), s.state == "broken":
		return plan, pos.E(pos.CodeInvalid, "plan import", pos.ItemFaults{
			{Line: 3, ID: "code-check", Args: []string{"6901028042410"}, What: "code"},
			{Line: 17, ID: "price", Args: []string{"三块五"}, What: "price"},
			{Line: 18, ID: "code-twice", Args: []string{"6901028042413", "5"}, What: "twice"},
			{Line: 42, ID: "code-spreadsheet", Args: []string{"6.90103E+12"}, What: "short"},
		})
	case s.state == "many-goods":
		return plan, pos.E(pos.CodeConflict, "plan import", nil)
	}
	for i, it := range items[:7] {
		to := it
		to.Price += pos.Fen(20 + 10*i)
		if i%2 == 0 {
			to.Member, to.Cost = it.Price, it.Price*6/10
		}
		plan.Changed = append(plan.Changed, pos.ItemChange{From: it, To: to})
	}
	for i := range 5 {
		it := items[8+i]
		it.Name, it.Barcodes = "新品 "+it.Name, []string{fmt.Sprintf("69320100%02d417", i)}
		plan.New = append(plan.New, it)
	}
	plan.Same = 15
	return plan, nil
}

func (s *stock) Import(context.Context, pos.ImportPlan, string, time.Time) error {
	if s.state == "watched" {
		return pos.E(pos.CodeConflict, "import", errors.New("changed"))
	}
	return nil
}

func (s *stock) Deals(context.Context) ([]pos.Deal, error) {
	switch s.state {
	case "empty":
		return nil, nil
	case "broken":
		return nil, pos.E(pos.CodeCorrupt, "read promotions", nil)
	}
	return []pos.Deal{
		{ID: 1, Name: "饮料第二件半价", Kind: pos.DealNth, N: 2, Percent: 50_00, Category: "饮料", Mixed: true, From: 20261110, To: 20261130},
		{ID: 2, Name: "薯片 3 件 20 元", Kind: pos.DealBundle, N: 3, Price: 2000, Items: []pos.ItemID{9, 10, 11}, Mixed: true},
		{ID: 3, Name: "晚间生鲜 8 折", Kind: pos.DealCut, Percent: 20_00, Category: "生鲜", Starts: 20 * 60, Ends: 22 * 60, Days: 1<<time.Friday | 1<<time.Saturday | 1<<time.Sunday},
		{ID: 4, Name: "可乐特价", Kind: pos.DealPrice, Price: 250, Items: []pos.ItemID{1}, From: 20261201},
		{ID: 5, Name: "会员日", Kind: pos.DealCut, Percent: 5_00, Member: true, To: 20261101},
	}, nil
}

func (s *stock) SaveDeals(_ context.Context, deals []pos.Deal, _ string, _ time.Time) ([]pos.Deal, error) {
	return deals, nil
}

func goodsDesk(state string) ui.GoodsDesk {
	d := ui.GoodsDesk{
		TakePhoto: func(_ context.Context, path string) (string, error) {
			if strings.HasSuffix(path, ".txt") {
				return "", pos.E(pos.CodeInvalid, "take photo", nil)
			}
			return "cola.jpg", nil
		},
		ReadPhoto: func(context.Context, string) (image.Image, error) { return can(), nil },
		Initials:  initials,
	}
	d.Export = func(_ context.Context, f pos.ExportFormat) (string, int, error) {
		if state == "broken" {
			return "", 0, pos.E(pos.CodeFull, "export", nil)
		}
		return "exports/items-2026-11-20." + string(f), 27, nil
	}
	if state != "empty" {
		d.Lists = func(context.Context) []widgets.File {
			return []widgets.File{
				{Path: "/home/shop/下载/商品 11 月.xlsx", Size: 48_211, At: shownAt.Add(-3 * time.Minute)},
				{Path: "/home/shop/下载/商品（错）.csv", Size: 41_000, At: shownAt.Add(-21 * time.Hour)},
			}
		}
		d.Pictures = func(context.Context) []widgets.File {
			return []widgets.File{
				{Path: "/home/shop/下载/可口可乐.jpg", Size: 1_834_211, At: shownAt.Add(-3 * time.Minute)},
				{Path: "/home/shop/下载/IMG_20261119_181200.jpg", Size: 4_120_004, At: shownAt.Add(-21 * time.Hour)},
				{Path: "/home/shop/桌面/logo.png", Size: 18_211, At: shownAt.Add(-900 * time.Hour)},
			}
		}
	}
	return d
}

// initials are a few of them: the gallery has no dictionary.
func initials(name string) string {
	return strings.Map(func(r rune) rune {
		if k := strings.IndexRune("可口乐农夫山泉", r); k >= 0 {
			return rune("kklnfsq"[k/3])
		}
		if r < 0x80 && r != ' ' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

// can is a picture of a red can.
func can() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 120, 120))
	for y := range 120 {
		for x := range 120 {
			c := color.RGBA{0xF4, 0xF1, 0xEA, 0xFF}
			if x > 36 && x < 84 && y > 8 && y < 112 {
				c = color.RGBA{0xC6, 0x18, 0x1E, 0xFF}
				if y > 50 && y < 66 {
					c = color.RGBA{0xFF, 0xFF, 0xFF, 0xFF}
				}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}
