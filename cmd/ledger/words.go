package main

import (
	"fmt"
	"strings"

	"guitai/pos"
	"guitai/pos/i18n"
)

// words is one language: the till's words, and the labels of this program.
type words struct{ *i18n.Words }

// label gives the words of id, filled from args.
func (w words) label(id string, args ...any) string {
	l, ok := labels[id]
	if !ok {
		return id
	}
	text := l.zh
	if w.Lang() == i18n.English {
		text = l.en
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

func (w words) usage() string { return w.label("usage") }

// tender names a way of paying; one that has no words names itself, and one that only the cashier vouches for says so.
func (w words) tender(t pos.Tender) string {
	return w.TenderTaken(t)
}

// next is what happens next to something pending; what has no words names itself.
func (w words) next(id string) string {
	if _, ok := labels["next-"+id]; ok {
		return w.label("next-" + id)
	}
	return id
}

// heading begins a table: whose books these are, and that they are play money if they are.
func (w words) heading(shop pos.Shop, title string) string {
	var parts []string
	if shop.Practice {
		parts = append(parts, w.T("mark.practice"))
	}
	if shop.Name != "" {
		parts = append(parts, shop.Name)
	}
	return strings.Join(append(parts, title), " · ")
}

// list is choices in a sentence.
func list(choices []string) string { return strings.Join(choices, ", ") }

// label is the same words in both languages, with the places of fmt. A line that ends the program says what happened, what
// it means for the money and what to do.
type label struct{ zh, en string }

var labels = map[string]label{
	"usage": {usageZH, usageEN},

	// Tables.
	"takings":         {"营业额 %s", "Takings %s"},
	"days":            {"%v 至 %v", "%v to %v"},
	"day":             {"营业日", "Day"},
	"sales":           {"笔数", "Sales"},
	"gross":           {"合计", "Gross"},
	"discount":        {"优惠", "Discount"},
	"rounding":        {"抹零", "Rounding"},
	"net":             {"净额", "Net"},
	"count":           {"笔", "n"},
	"exceptions":      {"异常款", "Exceptions"},
	"refunded":        {"退款", "Refunded"},
	"kept":            {"退后净额", "Kept"},
	"total":           {"总计", "Total"},
	"undecided":       {"等人处理的异常：%d 笔。用 ledger pending 查看", "Exceptions that need a decision: %d. See ledger pending"},
	"waiting":         {"待确认的付款：%d 笔，有结果前不计入营业额。用 ledger pending 查看", "Payments without a result yet, not counted: %d. See ledger pending"},
	"refunding":       {"没有结果的退款：%d 笔。用 ledger pending 查看", "Refunds not proven yet: %d. See ledger pending"},
	"pending":         {"未了结：%d 笔", "Unfinished: %d"},
	"nothing-pending": {"没有未了结的付款和退款，也没有待处理的异常", "No payment or refund is waiting, no exception needs a decision"},
	"opened-at":       {"下单时间", "Opened"},
	"number":          {"单号", "Number"},
	"tender":          {"方式", "Tender"},
	"state":           {"状态", "State"},
	"asked":           {"应收", "Asked"},
	"taken":           {"到账", "Taken"},
	"next":            {"接下来", "Next"},
	"exception-of":    {"异常：%s", "Exception: %s"},
	"next-ask":        {"继续向微信查询，直到有结果", "the till asks WeChat until it knows"},
	"next-close":      {"向微信关单并继续核对；若已付会入账", "the till has it closed and keeps checking; money already paid is booked"},
	"next-decide":     {"店长处理：退款，或归到它的销售", "the manager decides: give it back, or settle its sale"},
	"next-reverse":    {"向微信撤销并继续核对；若已付会退回", "the till has it reversed and keeps checking; money already taken goes back"},
	"next-refund":     {"继续办理并向微信核对，直到有结果", "the till sends it again if need be and asks WeChat until it knows"},
	"next-finish":     {"收完余款，或整单退回已收的钱", "take the rest, or give back what was paid of the sale"},
	"next-act":        {"店长到微信商户平台处理；收银台继续核对", "the manager acts in WeChat's merchant platform; the till keeps checking"},
	"wait":            {"已有人在退款：不要再退，继续向微信核对", "somebody is giving it back already: do not refund it; the till keeps asking WeChat"},
	"refund-at":       {"%s 自动退款；可在收银台停止", "refunds itself at %s unless somebody stops it at the till"},

	"refund-state-asked":    {"退款：微信还没有受理", "Refund: not accepted by WeChat yet"},
	"refund-state-accepted": {"退款：微信已受理，在途", "Refund: accepted by WeChat, on its way"},
	"refund-state-stuck":    {"退款异常：没退到顾客账户", "Refund: the customer's account does not take it"},

	"copy-mark": {"补打 由账本输出", "COPY FROM THE LEDGER"},

	// What a fault of the books is of, by the noun of the check.
	"fault":                     {"%s %s 对不上：%s", "%s %s: %s"},
	"fault-sale":                {"销售", "sale"},
	"fault-payment":             {"付款", "payment"},
	"fault-refund":              {"退款", "refund"},
	"fault-exception":           {"异常款", "exception"},
	"fault-day":                 {"营业日", "day"},
	"fault-entry":               {"分录", "entry"},
	"fault-job":                 {"打印任务", "job"},
	"fault-item":                {"商品", "item"},
	"fault-notice":              {"通知", "notice"},
	"fault-evidence of payment": {"付款证据", "evidence of payment"},
	"fault-evidence of refund":  {"退款证据", "evidence of refund"},
	"fault-shift":               {"班次", "shift"},
	"fault-count":               {"点钞", "count"},
	"fault-movement":            {"现金进出", "movement"},
	"fault-person":              {"人员", "person"},
	"fault-Z":                   {"交班单", "Z"},
	"fault-posting of entry":    {"分录的过账", "posting of entry"},

	// The proof of a journal's file, and what can be wrong with one.
	"journal-proven":  {"日记账核验通过：%s，%d 条分录，%v 至 %v", "The journal proves itself: %s, entries %d, %v to %v"},
	"journal-head":    {"最后一条是第 %d 条，哈希 %s。与账本或更晚的交班单核对它，才知道后面没有少", "Its last entry is %d, with the hash %s. Compare it with the books or a later Z report: only that proves that nothing is missing behind it"},
	"journal-z":       {"其中最后一张是第 %d 号交班单：第 %d 条分录，交班单的 SHA-256 是 %s", "The last Z report in it is No. %d: entry %d, SHA-256 of the report %s"},
	"journal-found":   {"给出的哈希是第 %d 条分录的：到这一条为止，和印那个哈希时一模一样", "The hash that was given is that of entry %d: up to there nothing has changed since it was printed"},
	"journal-mangled": {"电子表格改写过列 %q 的 %d 行（如 %q，在第 %d 行）；意思没有变，核验不靠它", "A spreadsheet has rewritten the column %q (rows: %d, such as %q in row %d); it still says the same, and the proof does not need it"},

	"chain-at":         {"%s：%s", "%s: %s"},
	"chain-comma":      {"，", ", "},
	"chain-row":        {"第 %d 行", "row %d"},
	"chain-entry":      {"第 %d 条分录", "entry %d"},
	"chain-gap":        {"前一条是第 %s 条：中间有缺失、重复或换过顺序", "it follows entry %s: entries are missing, repeated or out of order"},
	"chain-prev":       {"没有带着前一条的哈希：这一条或前面有改动", "it does not carry the hash of the entry before it: this one or one before it was changed"},
	"chain-hash":       {"内容被改过：哈希对不上", "it was changed: its hash is not that of what it says"},
	"chain-epoch":      {"代数 %s 比前一条还早", "its epoch %s is earlier than that of the entry before it"},
	"chain-body":       {"body 读不懂", "its body cannot be read"},
	"chain-opening":    {"账本要以开账的分录开头，而且只有一条（这里是 %s）", "a ledger begins with the entry that opens it, once (this is %s)"},
	"chain-kind":       {"种类和内容不一致（内容说是 %s）", "it is of another kind than it says (%s)"},
	"chain-unbalanced": {"借贷不平", "its postings do not sum to zero"},
	"chain-empty":      {"里面没有分录", "there are no entries in it"},
	"chain-workbook":   {"这是工作簿（XLSX），不能核验；请用 CSV 或 JSON 行导出", "it is a workbook (XLSX), which cannot be verified; export the journal as CSV or JSON lines"},
	"chain-packed":     {"文件是压缩的；请先解压", "it is compressed; unpack it first"},
	"chain-encoding":   {"文字不是 UTF-8，多半被电子表格另存过；请用原来导出的文件", "its text is not UTF-8: a spreadsheet has probably saved it anew. Take the file as it was exported"},
	"chain-column":     {"没有列 %q", "there is no column %q"},
	"chain-twice":      {"列 %q 有两个", "there are two columns %q"},
	"chain-long":       {"这一行太长，不会是分录", "the row is longer than any entry"},
	"chain-row-bad":    {"这一行读不懂（%s）", "the row cannot be read (%s)"},
	"chain-cell":       {"列 %q 里不是该有的内容", "the column %q does not hold what belongs there"},
	"chain-rounded":    {"列 %q 被电子表格变成了数字；请用原来导出的文件", "a spreadsheet has made a number of the column %q. Take the file as it was exported"},
	"chain-cut":        {"body 被电子表格截断了（一格最多 32767 个字符）；请用原来导出的文件", "a spreadsheet has cut the body (a cell holds 32767 characters). Take the file as it was exported"},
	"chain-differs":    {"列 %q 和分录的内容不一致：这一列被改过", "the column %q says something else than the entry: the column was changed"},

	// A match with WeChat's bill.
	"reconcile":      {"%s 对账 %v", "%s of %v against the books"},
	"class":          {"结果", "Result"},
	"cause":          {"原因", "Cause"},
	"time":           {"时间", "Time"},
	"numbers":        {"单号", "Numbers"},
	"theirs":         {"微信账单", "At WeChat"},
	"ours":           {"本机账上", "Here"},
	"proposed":       {"建议", "Proposed"},
	"bill-sides":     {"微信账单：收款 %d 笔 %v，退款 %d 笔 %v；本机账上：收款 %d 笔 %v，退款 %d 笔 %v", "At WeChat: payments %d, %v; refunds %d, %v. Here: payments %d, %v; refunds %d, %v"},
	"bill-fees":      {"手续费 %v，合 %v 元", "Fees %v, rounded to %v"},
	"bill-other":     {"不是本机的：%s 收款 %d 笔 %v，退款 %d 笔 %v", "Not of this till: %s payments %d, %v; refunds %d, %v"},
	"bill-elsewhere": {"其他程序", "other programs"},
	"bill-payout":    {"提现到银行 %v（%s）", "Paid out to the bank: %v (%s)"},
	"bill-summary": {
		"%s %v：%d 行，一致 %d，仅本机有 %d，仅微信有 %d，不一致 %d",
		"%s of %v: rows %d, match %d, ours-only %d, theirs-only %d, differs %d",
	},
	"bill-identity": {
		"微信净额 %v + 仅本机 %v - 仅微信 %v - 差额 %v = 本机净额 %v",
		"WeChat's net %v + ours-only %v - theirs-only %v - differences %v = our net %v",
	},
	"bill-kept": {"对账结果已存入账本，当天的手续费和提现已入账（同一份账单不会重复入账）", "What was found is kept, and the day's fees and payouts are booked (the same bill books nothing twice)"},
	"bill-part": {"这份账单只有付款或只有退款，没有存入账本。请用“全部”账单入账", "This bill has payments or refunds alone, so nothing was kept. Book the bill of ALL"},

	"reconcile-file":  {"没有说对哪份账单。账目没有动过。请写 ledger reconcile --bill FILE。", "the bill was not named. The books were not touched. Write ledger reconcile --bill FILE."},
	"bill-unreadable": {"账单 %s 读不了（%v）。没有对账，账目没有动过。请检查文件名和权限。", "the bill %s cannot be read (%v). Nothing was compared, the books were not touched. Check its name and access."},
	"bill-refused":    {"账单 %s 没有采用：%s。账目没有动过。请用从微信下载的原文件再试。", "the bill %s was not used: %s. The books were not touched. Try again with the file as it came from WeChat."},
	"bill-differs":    {"有 %s 处对不上，见上。没有自动动钱。请在收银台的“对账”里逐条决定。", "Differences: %s, see above. No money was moved. Decide each of them at the till, under Reconcile."},

	"fault-bill":    {"账单", "bill"},
	"fault-finding": {"对账差异", "finding"},
	"fault-payout":  {"提现", "payout"},

	// Summaries.
	"proven": {
		"账本核验通过：%d 条分录，%d 笔销售，%d 笔付款",
		"The ledger proves itself: entries %d, sales %d, payments %d",
	},
	"summary": {
		"%s %v 至 %v：行数 %d，合计 %v；%s",
		"%s %v to %v: rows %d, sum %v; %s",
	},
	"chain-summary": {
		"%s：行数 %d，分录 %d 至 %d，最后一条的哈希 %s；%s",
		"%s: rows %d, entries %d to %d, the last one's hash %s; %s",
	},
	"and":           {"；", "; "},
	"whole":         {"%s 总是整本导出：只有一部分的哈希链什么也证明不了", "%s is always exported whole: a part of a chain proves nothing"},
	"cut":           {"太长放不进单元格、被截短的文字：%d", "Texts too long for a cell, which were cut: %d"},
	"progress":      {"%d 行", "%d rows"},
	"progress-part": {"%d 行，%d%%", "%d rows, %d%%"},
	"foreign":       {"其他币种的行，未计入合计：%d", "Rows of another currency, which are in no sum: %d"},
	"imported":      {"已导入：新增 %d 个，更新 %d 个，不变 %d 个", "Imported: %d added, %d updated, %d unchanged"},
	"preview":       {"预览：新增 %d 个，更新 %d 个，不变 %d 个。没有写入", "Preview: %d to add, %d to update, %d unchanged. Nothing was written"},
	"new-item":      {"%s %s %v", "%s %s %v"},
	"changed-item":  {"%s %s：%s", "%s %s: %s"},
	"backed-up":     {"已备份并检查：%s（%d 字节）", "Backed up and checked: %s (%d bytes)"},

	"staff":      {"员工：%d 人", "Staff: %d"},
	"staff-left": {"已离开", "has left"},
	"staff-pin": {
		"%s 的新 PIN 是 %s，旧的作废。这件事已记入账本。请马上到收银台 F10 → 员工 改成只有本人知道的。",
		"The new PIN of %s is %s, the old one is void. The journal says so. Change it at the till at once, F10, Staff, to one that nobody else knows.",
	},
	"restored":       {"已从 %s 恢复账本：%d 条分录，现在是第 %d 代", "The ledger is now that of %s: entries %d, and a new epoch: %d"},
	"restored-aside": {"换下来的账本在 %s", "The ledger it replaced is kept in %s"},
	"restored-into":  {"已把 %s 恢复到 %s：%d 条分录，现在是第 %d 代", "%s is restored in %s: entries %d, and a new epoch: %d"},
	"restored-into-next": {
		"原来的账本没有动。要用这一份，请先关掉收银台，再用 cashier %s 打开；两份不要同时收款",
		"The books in use were not touched. To go on with these, close the till and start it with cashier %s; never sell on both",
	},
	"restored-next": {
		"备份以后的销售不在这本账里；新小票号会带上第几代（R2…）。收银台打开后会向微信核对备份里没有了结的付款；备份里没有的付款，等微信通知后会作为异常列出",
		"Sales made after the backup are not in these books; new receipt numbers show the epoch (R2…). When the till opens it asks WeChat about every payment that was open; one that these books do not know shows as an exception once WeChat tells of it",
	},

	"item-name": {"品名", "name"}, "item-price": {"售价", "price"}, "item-category": {"分类", "category"},
	"item-unit": {"单位", "unit"}, "item-pinyin": {"拼音", "pinyin"}, "item-plu": {"店内码", "PLU"},
	"item-cost": {"进价", "cost"}, "item-tax": {"税率", "tax"}, "item-barcode": {"条码", "barcode"},
	"item-member": {"会员价", "members' price"}, "item-weighed": {"称重", "weighed"}, "item-open": {"时价", "open price"},
	"item-retired": {"下架", "retired"}, "item-colour": {"颜色", "colour"}, "yes": {"是", "yes"}, "no": {"否", "no"},

	"no-logo": {"小票上没有店标：%v。请检查设置里的 receipt.logo", "The receipt is without the shop's logo: %v. Check receipt.logo in the settings"},

	// Bad usage: nothing was read or changed.
	"no-command":       {"没有说要做什么。账目没有动过。请从上面的命令里选一个。", "no command was given. The books were not touched. Choose one of the commands above."},
	"unknown-command":  {"没有 %q 这个命令。账目没有动过。ledger help 列出所有命令。", "there is no command %q. The books were not touched. ledger help lists them all."},
	"later":            {"%s 要到以后的版本才有。账目没有动过。ledger help 列出这个版本能做的。", "%s comes with a later version. The books were not touched. ledger help lists what this one does."},
	"flag":             {"参数不对：%v。账目没有动过。ledger help 列出所有参数。", "bad flag: %v. The books were not touched. ledger help lists the flags."},
	"extra":            {"%s 后面多了 %q。账目没有动过。ledger help 有用法。", "%s does not take %q. The books were not touched. See ledger help."},
	"lang":             {"--lang %q 不认识。账目没有动过。请写 zh-CN 或 en。", "--lang %q is not known. The books were not touched. Write zh-CN or en."},
	"format":           {"%s 没有 --format %q。账目没有动过。可用：%s。", "%s has no --format %q. The books were not touched. It can be: %s."},
	"bad-day":          {"%s %q 不是日期。账目没有动过。营业日写作 2026-11-20。", "%s %q is no day. The books were not touched. A business day is written 2026-11-20."},
	"backwards":        {"从 %v 到 %v 是倒过来的。账目没有动过。请把较早的一天写在前面。", "%v to %v runs backwards. The books were not touched. Give the earlier day first."},
	"too-long":         {"%v 到 %v 超过 %d 年。账目没有动过。请检查年份。", "%v to %v is more than %d years. The books were not touched. Check the year."},
	"from-to":          {"没有说导出哪几天。账目没有动过。请加 --from DAY --to DAY（含首尾）。", "the days to export were not named. The books were not touched. Add --from DAY --to DAY, both included."},
	"export-what":      {"没有说导出什么。账目没有动过。可以写在 ledger export 后面的：%s。", "what to export was not named. The books were not touched. After ledger export it can be: %s."},
	"export-unknown":   {"不能导出 %q。账目没有动过。可以导出：%s。", "%q cannot be exported. The books were not touched. It can be: %s."},
	"head-alone":       {"--head 要和 --journal FILE 一起用。账目没有动过。", "--head goes with --journal FILE. The books were not touched. Name the journal's file too."},
	"head-form":        {"--head %q 不是哈希。账目没有动过。请照交班单写，至少写前 16 位。", "--head %q is no hash. The books were not touched. Write it as the Z report has it, at least its first 16 digits."},
	"export-screen":    {"工作簿不能显示在终端里。账目没有动过。请用 -o FILE 写进文件。", "a workbook cannot be shown in a terminal. The books were not touched. Write it to a file with -o FILE."},
	"receipt-screen":   {"%s 不是文字，不能显示在终端里。账目没有动过。请用 -o FILE 写进文件，或改用 --format text。", "%s is no text and cannot be shown in a terminal. The books were not touched. Write it to a file with -o FILE, or use --format text."},
	"receipt-which":    {"没有说哪张小票。账目没有动过。请写小票号，如 S001-T1-20261120-0001。", "which receipt was not named. The books were not touched. Give its number, such as S001-T1-20261120-0001."},
	"receipt-form":     {"%q 不是小票号。账目没有动过。小票号写作 S001-T1-20261120-0001。", "%q is no receipt number. The books were not touched. One is written S001-T1-20261120-0001."},
	"import-what":      {"没有说导入什么。账目没有动过。请写 ledger import items FILE.csv。", "what to import was not named. The books were not touched. Write ledger import items FILE.csv."},
	"import-file":      {"没有说导入哪个文件。账目没有动过。请写 ledger import items FILE.csv。", "the file to import was not named. The books were not touched. Write ledger import items FILE.csv."},
	"backup-file":      {"没有说备份到哪个文件。账目没有动过。请写 ledger backup FILE。", "the file to back up to was not named. The books were not touched. Write ledger backup FILE."},
	"backup-not-file":  {"%s 不是普通文件。没有备份，账目没有动过。请给一个文件名。", "%s is no ordinary file. Nothing was backed up, the books were not touched. Give a file's name."},
	"staff-what":       {"staff 后面只能写 pin，没有 %s。什么都没有改。请写 ledger staff，或 ledger staff pin 名字。", "staff takes only pin, not %s. Nothing was changed. Write ledger staff, or ledger staff pin NAME."},
	"staff-who":        {"没有说是谁的 PIN。什么都没有改。请写 ledger staff pin 名字；名字看 ledger staff。", "it was not said whose PIN. Nothing was changed. Write ledger staff pin NAME; ledger staff has the names."},
	"restore-file":     {"没有说从哪个文件恢复。账目没有动过。请写 ledger restore FILE。", "the backup to restore was not named. The books were not touched. Write ledger restore FILE."},
	"restore-not-file": {"%s 不是普通文件。没有恢复，账目没有动过。请给备份文件的名字。", "%s is no ordinary file. Nothing was restored, the books were not touched. Give the name of a backup."},
	"no-folder":        {"找不到数据文件夹（%v）。账目没有动过。请用 --data 指定。", "the data folder cannot be found (%v). The books were not touched. Name it with --data."},
	"bad-config":       {"店铺设置有错，见上。账目没有动过。请改好上面列出的各行再试。", "the shop's settings are wrong, see above. The books were not touched. Correct the lines named there and try again."},
	"mode-practice":    {"%s 里是练习账本。没有读取，账目没有动过。看练习账用 --practice（会在文件夹名后加 -practice）；看真账请用 --data 指定真账的文件夹。", "the ledger in %s is a practice one. Nothing was read or changed. Read practice books with --practice, which adds -practice to the folder's name; for the real ones, name their folder with --data."},
	"other-till":       {"%s 里的账本属于门店 %s 的收银台 %s，设置里写的是 %s %s。没有写入，账目没有动过。请把设置改回来，或给新收银台另用一个文件夹。", "the ledger in %s belongs to shop %s till %s, and the settings say %s %s. Nothing was written; the books were not touched. Set shop and till back, or give the new till a folder of its own."},
	"mode-real":        {"%s 里是真账本，不是练习账本。没有读取，账目没有动过。请去掉 --practice，并用 --data 指定这个文件夹。", "the ledger in %s is a real one, not a practice one. Nothing was read or changed. Leave out --practice and name this folder with --data."},

	// Faults.
	"no-ledger":          {"%s 里没有账本。没有账目受影响。请用 --data 指定数据文件夹；收银台第一次启动时才会建账本。", "there is no ledger in %s. No books are affected. Name the data folder with --data; the till makes the ledger when it first starts."},
	"only-practice":      {"%s 里没有账本，旁边只有练习账本。没有账目受影响。看练习账请加 --practice，看真账请用 --data 指定数据文件夹。", "there is no ledger in %s, only practice books beside it. No books are affected. Add --practice to read those, or name the data folder with --data."},
	"no-practice-ledger": {"%s 里没有练习账本。没有账目受影响。先用 cashier --practice 开一次练习，或去掉 --practice 看真账。", "there is no practice ledger in %s. No books are affected. Start cashier --practice once, or leave out --practice to read the real books."},
	"damaged":            {"账本损坏（%v）。什么都没有改动，账里的钱以微信账单和备份为准。请保留这个文件夹，停止使用，从 backups 里恢复。", "the ledger is damaged (%v). Nothing was changed; WeChat's own records and the backups still say what was paid. Keep this folder as it is, stop selling with it, and restore from backups."},
	"unproven":           {"账本核验不通过：%d 处，第一处 %v。什么都没有改动；对不上的地方，钱以微信账单和备份为准。请保留这个文件夹，找店长，从 backups 里恢复。", "the ledger does not prove itself; faults: %d, the first is %v. Nothing was changed; where it fails, WeChat's own records and the backups say what was paid. Keep this folder as it is, call the manager, and restore from backups."},
	"journal-unreadable": {"读不了 %s（%v）。没有核验，账目没有动过。请检查文件名和权限。", "%s cannot be read (%v). Nothing was verified, the books were not touched. Check the file's name and permissions."},
	"journal-bad":        {"%s 不能核验：%s。这个文件什么也证明不了，账本没有动过。请重新导出日记账（CSV 或 JSON 行）再核验。", "%s cannot be verified: %s. This file proves nothing; the books were not touched. Export the journal again, as CSV or JSON lines, and verify that."},
	"journal-no-head":    {"%s 自身没有改动过（%d 条分录），但没有一条的哈希是 %s：它不是印那张单子的账本，或者缺了后面。账本没有动过。请核对抄写，再与账本核对。", "%s has not been changed within itself (%d entries), but none of them has the hash %s: it is not of the books that printed it, or its end is missing. The books were not touched. Check what you typed, then compare with the books."},
	"journal-unproven":   {"%s 核验不通过：%s。到第 %d 条为止是好的，后面的不能作为凭据；账本没有动过。请与账本、交班单核对，或重新导出。", "%s does not prove itself: %s. Up to entry %d it does; what follows proves nothing. The books were not touched. Compare it with the books and the Z reports, or export it again."},
	"busy":               {"收银台正在写账本（%v）。没有导入任何商品，钱不受影响。请过几秒再试。", "the till is writing to the ledger just now (%v). No item was imported, no money is affected. Try again in a few seconds."},
	"cannot-open":        {"账本打不开（%v）。什么都没有改动，账里的钱不受影响。请检查数据文件夹，再试一次。", "the ledger cannot be opened (%v). Nothing was changed, the money in it is not affected. Check the data folder and try again."},
	"no-receipt":         {"账里没有小票 %v。没有钱受影响。请核对号码，或换一个数据文件夹（--data、--practice）。", "the books have no receipt %v. No money is affected. Check the number, or name another data folder (--data, --practice)."},
	"items-unreadable":   {"读不了 %s（%v）。没有导入任何商品，账目没有动过。请检查文件名和权限。", "%s cannot be read (%v). No item was imported, no money is affected. Check the file's name and permissions."},
	"bad-rows":           {"%s 有 %d 处错误，第一处在第 %d 行：%s。没有导入任何商品，钱不受影响。请改好后再导入。", "faults in %s: %d, the first on line %d: %s. No item was imported, no money is affected. Correct them and import again."},
	"output-gone":        {"输出没有写完（%v）。账目没有动过，但收到的内容不完整。请重新运行。", "the output was cut short (%v). The books were not touched, but what came out is not whole. Run it again."},
	"output-file":        {"写不了 %s（%v）。账目没有动过，原来的文件没有变。请检查文件夹和空间，或换个文件名。", "%s cannot be written (%v). The books were not touched, and an older file of that name is as it was. Check the folder and its space, or give another name."},
	"backup-failed":      {"没有备份到 %s（%v）。账目没有动过，但这次没有备份。请检查文件夹和空间，再试一次。", "no backup was made in %s (%v). The books were not touched, but there is no new copy of them. Check the folder and its space, and try again."},
	"staff-nobody":       {"在职员工里没有 %s。什么都没有改。名字看 ledger staff。", "nobody who works here is called %s. Nothing was changed. See the names with ledger staff."},
	"staff-in-use":       {"%s 的收银台开着。PIN 没有改。请先关掉收银台，再做一次。", "the till on %s is open. No PIN was changed. Close the till, then do it again."},
	"restore-unreadable": {"读不了备份 %s（%v）。没有恢复，账目没有动过。请检查文件名和权限。", "the backup %s cannot be read (%v). Nothing was restored, the books were not touched. Check the file's name and permissions."},
	"restore-folder":     {"没有 %s 这个文件夹。没有恢复，没有账目受影响。请核对 --data；新机器上请先建好这个文件夹。", "there is no folder %s. Nothing was restored, no books are affected. Check --data; on a new machine make the folder first."},
	"restore-into":       {"用不了文件夹 %s（%v）。没有恢复，账目没有动过。请换一个能写的文件夹。", "the folder %s cannot be used (%v). Nothing was restored, the books were not touched. Name a folder that can be written."},
	"restore-into-full":  {"文件夹 %s 不是空的。没有恢复，账目没有动过。--into 要一个新的或空的文件夹。", "the folder %s is not empty. Nothing was restored, the books were not touched. --into takes a new or empty folder."},
	"restore-in-use":     {"收银台正开着，用的是 %s。没有恢复，账目没有动过。请先关掉收银台再试。", "a till is open on %s. Nothing was restored, the books were not touched. Close the till and try again."},
	"restore-other-till": {"备份 %s 属于门店 %s 的收银台 %s，设置里写的是 %s %s。没有恢复，账目没有动过。请核对备份，或用 --data 指定那台收银台的文件夹。", "the backup %s belongs to shop %s till %s, and the settings say %s %s. Nothing was restored, the books were not touched. Check the backup, or name that till's folder with --data."},
	"restore-practice":   {"备份 %s 是练习账本。没有恢复，账目没有动过。恢复到练习账请加 --practice。", "the backup %s is a practice one. Nothing was restored, the books were not touched. Add --practice to restore it to the practice books."},
	"restore-real":       {"备份 %s 是真账本，不是练习账本。没有恢复，账目没有动过。请去掉 --practice。", "the backup %s is a real one, not a practice one. Nothing was restored, the books were not touched. Leave out --practice."},
	"restore-bad":        {"备份 %s 不能用（%v）。没有恢复，账目没有动过。请换一份较早的备份，或用新版本的程序。", "the backup %s is of no use (%v). Nothing was restored, the books were not touched. Take another backup, or a newer version of this program."},
	"restore-failed":     {"没有从 %s 恢复（%v）。原来的账本没有丢：还在原处，或在 backups 里。请检查文件夹和空间，再试一次。", "%s was not restored (%v). The books are not lost: they are where they were, or in backups. Check the folder and its space, and try again."},
	"interrupted":        {"被中断，没有做完。账目没有动过，输出可能不完整。请重新运行。", "interrupted before it was done. The books were not touched; what came out may not be whole. Run it again."},
	"trouble":            {"%s（%v）。%s。%s。", "%s (%v). %s. %s."},
}
