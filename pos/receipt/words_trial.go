package receipt

// TestWords is what the test page says by itself.
type TestWords struct {
	Title, How         string
	Chinese            string // both languages: it is there to be read by who knows Chinese and to be recognised by who does not
	Picture, QR        string
	Rulers             string
	Cutting            string // and what can have become of the end
	CutWhole           string
	CutThrough, CutNot string
	Last               string
}

var chineseTest = TestWords{
	Title: "打印机测试页", How: "每行开头有一个字母。记下看得清的那些行的字母，填到设置里。",
	Chinese: "中文 柜台收银 ￥12.50 ABC 123", Picture: "下面是方块图案：", QR: "下面是二维码，手机能扫出：",
	Rulers: "下面哪几行没有折成两行：", Cutting: "打印完后，纸怎样了？选一个：",
	CutWhole: "切在最后一行下面", CutThrough: "切了，但最后几行留在机器里", CutNot: "没有切纸",
	Last: "最后一行",
}

var englishTest = TestWords{
	Title: "PRINTER TEST PAGE", How: "Each line begins with a letter. Note the letters of those that came out well, and enter them in Settings.",
	Chinese: "中文 柜台收银 ￥12.50 ABC 123", Picture: "squares below:", QR: "a QR below that a phone can read:",
	Rulers: "Which of these are on one line, not broken in two?", Cutting: "When it is done, what became of the paper? Choose a letter:",
	CutWhole: "cut off below the last line", CutThrough: "cut off, but the last lines stayed in the printer", CutNot: "not cut",
	Last: "THE LAST LINE",
}
