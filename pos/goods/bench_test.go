package goods

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

// benchItems is the catalogue that searches are measured with, and benchLimit how many results the window asks for.
const (
	benchItems = 200_000
	benchLimit = 40
)

// names are what a shop's goods are made of. There are few, so that each is in more items than in life.
var (
	makers = strings.Fields(`可口 百事 农夫 康师傅 统一 蒙牛 伊利 光明 三元 旺旺 德芙 士力架 奥利奥 乐事 上好佳 好丽友 徐福记 双汇 金锣 青岛 雪花 燕京 百威 红星
		牛栏山 张裕 长城 王朝 蓝月亮 立白 雕牌 汰渍 海飞丝 飘柔 力士 高露洁 云南 黑人 心相印 维达 清风 苏菲 南孚 双鹿 中华 玉溪 重庆 郫县 海底捞 老干妈 海天
		李锦记 太太乐 金龙鱼 鲁花 福临门 五得利 东北 盘锦 三只松鼠 良品铺子 绝味 周黑鸭 六神 隆力奇 得力 晨光 公牛 小米 飞科 Coca-Cola Nestle M&M's`)
	kinds = strings.Fields(`可乐 雪碧 山泉 冰红茶 绿茶 乌龙茶 茉莉花茶 蜜桃汁 柠檬水 橙汁 苹果醋 葡萄汁 纯牛奶 酸奶 鲜奶 雪饼 仙贝 饼干 巧克力 薯片 薯条 方便面 牛肉面
		酸菜面 火腿肠 鸡蛋 面包 蛋糕 月饼 啤酒 白酒 二锅头 干红 葡萄酒 洗衣粉 洗衣液 洗洁精 洗发水 沐浴露 牙膏 牙刷 毛巾 纸巾 抽纸 卷纸 卫生巾 电池 打火机
		香烟 小面 火锅底料 豆瓣酱 辣椒酱 酱油 生抽 老抽 陈醋 食盐 白砂糖 大米 面粉 挂面 花生油 豆油 豆腐 白菜 萝卜 土豆 西红柿 香蕉 西瓜 草莓 车厘子 坚果 鸭脖
		花露水 中性笔 笔记本 插座 数据线 剃须刀 奶茶 咖啡 口香糖 果冻 海苔 肉松 罐头 粽子 汤圆 水饺 馄饨`)
	tastes = strings.Fields(`原味 番茄味 烧烤味 黄瓜味 香辣 麻辣 五香 草莓味 香草味 芒果味 无糖 零度 低脂 高钙 经典 特级 家庭装 便携装 迷你 新品 礼盒 散装 大瓶 加量 儿童 女士 男士`)
	sizes  = strings.Fields("330ml 500ml 550ml 600ml 1L 1.5L 2L 5L 50g 100g 250g 400g 500g 1kg 2.5kg 5kg 10kg 5包 12包 6罐 24瓶 10支 XL M码 32G")
)

func manyGoods(n int) []pos.Item {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	all := make([]pos.Item, n)
	for i := range all {
		name := pick(makers) + pick(kinds)
		for range r.IntN(3) {
			name += pick(tastes)
		}
		if r.IntN(3) == 0 {
			name += " "
		}
		all[i] = pos.Item{ID: pos.ItemID(i + 1), Name: name + pick(sizes), Barcodes: []string{fmt.Sprintf("69%011d", r.Int64N(1e11))}, PLU: fmt.Sprint(10_000 + i)}
		if i%2 == 0 {
			all[i].Pinyin = Initials(all[i].Name)
		}
	}
	return all
}

// whole finds by looking at the texts of every item: what there would be without the lists.
func (x *Index) whole(text string, limit int) []pos.ItemID {
	q, t := parse(text), spellings()
	var by [rankIn + 1][]pos.ItemID
	for n := range x.ids {
		if r := q.rank(t, x.text[x.starts[n]:x.starts[n+1]]); r != rankNone {
			by[r] = append(by[r], x.ids[n])
		}
	}
	all := slices.Concat(by[rankWhole], by[rankFront], by[rankIn])
	return all[:min(limit, len(all))]
}

// benchQueries are what is typed: a beginning of something that is there, or nothing that is.
func benchQueries(items []pos.Item) map[string][]string {
	r := rand.New(rand.NewPCG(3, 4))
	queries := map[string][]string{}
	part := func(s string, length int) string { // beginning anywhere
		all := []rune(s)
		i := r.IntN(max(1, len(all)-length+1))
		return string(all[i:min(len(all), i+length)])
	}
	full := func(name string) string {
		var b strings.Builder
		for _, c := range fold(name) {
			if all := spellings().at(c); all != nil && all[0] != 0 {
				b.WriteString(spellings().syllables[all[0]])
			} else if _, ok := symbol(c); ok {
				b.WriteRune(c)
			}
		}
		return b.String()
	}
	for range 300 {
		it := items[r.IntN(len(items))]
		for n := range 4 {
			queries[fmt.Sprintf("name/%d", n+1)] = append(queries[fmt.Sprintf("name/%d", n+1)], strings.TrimSpace(part(it.Name, n+1)))
		}
		for n := range 6 {
			queries[fmt.Sprintf("initials/%d", n+1)] = append(queries[fmt.Sprintf("initials/%d", n+1)], part(Initials(it.Name), n+1))
		}
		spelled := full(it.Name)
		queries["pinyin"] = append(queries["pinyin"], spelled[:1+r.IntN(min(12, len(spelled)))])
		queries["code"] = append(queries["code"], part(it.Barcode(), 1+r.IntN(13)))
		queries["words"] = append(queries["words"], part(it.Name, 2)+" "+part(Initials(it.Name), 2))
		queries["nothing"] = append(queries["nothing"], part(Initials(it.Name), 3)+part(Initials(items[r.IntN(len(items))].Name), 3), part(it.Name, 2)+part(items[r.IntN(len(items))].Name, 1))
	}
	return queries
}

// BenchmarkFind is one key of a search among 200,000 items, for each way of searching: its time, that of a look at every item, and how many
// items both found. It fails when they are not the same.
func BenchmarkFind(b *testing.B) {
	items := manyGoods(benchItems)
	x := build(items)
	queries := benchQueries(items)
	for name, texts := range queries {
		b.Run(name, func(b *testing.B) {
			all, scan := make([]time.Duration, len(texts)), []time.Duration{}
			for again := false; b.Loop(); again = true {
				for i, q := range texts {
					begin := time.Now()
					x.Find(q, benchLimit)
					if took := time.Since(begin); !again || took < all[i] { // noise only ever adds
						all[i] = took
					}
				}
			}
			found, want := 0, 0
			for _, q := range texts[:60] {
				begin := time.Now()
				should := x.whole(q, benchItems)
				scan = append(scan, time.Since(begin))
				got := x.Find(q, benchItems)
				found, want = found+len(got), want+len(should)
				if !slices.Equal(got, should) {
					b.Errorf("%q: %d items of %d, or others", q, len(got), len(should))
				}
			}
			report := func(name string, all []time.Duration) {
				slices.Sort(all)
				at := func(part float64) float64 { return float64(all[int(part*float64(len(all)-1))]) / 1e3 }
				b.ReportMetric(at(0.5), name+"p50-µs")
				b.ReportMetric(at(0.99), name+"p99-µs")
			}
			report("", all)
			report("scan-", scan)
			b.ReportMetric(1e6/60, "frame-µs")
			b.ReportMetric(float64(found), "found-items")
			b.ReportMetric(float64(want), "all-items")
		})
	}
}

// BenchmarkBuild is an index of 200,000 items, its time and what it keeps of the memory.
func BenchmarkBuild(b *testing.B) {
	items := manyGoods(benchItems)
	spellings()
	memory := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	before := memory()
	var x *Index
	for b.Loop() {
		x = build(items)
	}
	b.ReportMetric(memory()-before, "kept-bytes")
	b.ReportMetric(50<<20, "limit-bytes")
	b.ReportMetric(2e6, "limit-µs")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N), "build-µs")
	runtime.KeepAlive(x)
	runtime.KeepAlive(items)
}
