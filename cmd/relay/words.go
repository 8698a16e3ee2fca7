package main

import (
	"fmt"
	"strings"
)

// The languages, as everywhere in this house.
const (
	chinese = "zh-CN"
	english = "en"
)

// words is one language.
type words struct{ lang string }

// words is the language of what people read: --lang, else the terminal's. The log is English, for machines.
func (p *program) words() words {
	if p.lang == chinese || p.lang == english {
		return words{p.lang}
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} { // the order of POSIX
		if lang := p.getenv(name); lang != "" {
			if strings.HasPrefix(strings.ToLower(lang), "zh") {
				return words{chinese}
			}
			break
		}
	}
	return words{english} // also where a terminal may not show anything else (LANG=C)
}

// langIn finds --lang before the flags are parsed, so that what is wrong with them is told in the right language too.
func langIn(args []string) string {
	for i, a := range args {
		name, value, joined := strings.Cut(strings.TrimPrefix(a, "-"), "=")
		if !strings.HasPrefix(a, "-") || strings.TrimPrefix(name, "-") != "lang" {
			continue
		}
		if !joined && i+1 < len(args) {
			value = args[i+1]
		}
		if value == chinese || value == english {
			return value
		}
	}
	return ""
}

func (p *program) checkLang() error {
	switch p.lang {
	case "", chinese, english:
		return nil
	}
	wrong := p.lang
	p.lang = ""
	return usage("lang", wrong)
}

// label gives the words of id, filled from args.
func (w words) label(id string, args ...any) string {
	l, ok := labels[id]
	if !ok {
		return id
	}
	text := l.zh
	if w.lang == english {
		text = l.en
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// label is the same words in both languages, with the places of fmt. A line that ends the program says what happened, what it means for the
// money and what to do.
type label struct{ zh, en string }

var labels = map[string]label{
	"usage":      {usageZH, usageEN},
	"usage-till": {usageTillZH, usageTillEN},

	// Pairing.
	"first-till": {"中转站里还没有收银台，已加上第一台 %s。", "The relay has no till yet. The first one, %s, was added."},
	"first-code": {"收银台 %s 还没有配对。", "The till %s is not paired yet."},
	"till-added": {"已加上收银台 %s。", "The till %s was added."},
	"code-new":   {"收银台 %s 的新配对码，以前的作废。", "Another pairing code for the till %s; the one before is void."},
	"code-again": {"收银台 %s 的新配对码。用了以后，原来那台柜台就收不到通知了（照常收款）。", "Another pairing code for the till %s. Once it is used, the till that was paired before gets no notices any more (it goes on selling)."},
	"paste":      {"在柜台里打开 设置 → 中转站，粘贴下面这一行，%d 分钟内有效，只能用一次：", "In the till open Settings, Relay, and paste this line. It works once, within %d minutes:"},
	"later-code": {"过期了就运行：relay till code %s", "When it is too old: relay till code %s"},
	"revoked":    {"已停用收银台 %s：令牌和通知地址永久作废，不到几秒就断开。钱没有受影响：那台柜台照常收款，改为自己向微信查询。要再接上，请用 relay till add 重新加。", "The till %s is revoked: its token and its address are void for ever, and it is cut off within seconds. No money is affected: that till goes on selling and asks WeChat itself. To connect it again, add it anew with relay till add."},

	// The list.
	"id":             {"编号", "ID"},
	"shop":           {"门店", "Shop"},
	"till":           {"收银台", "Till"},
	"state":          {"状态", "State"},
	"seen":           {"最近在线", "Last connected"},
	"waiting":        {"待取通知", "Waiting"},
	"state-unpaired": {"未配对", "not paired"},
	"state-paired":   {"已配对", "paired"},
	"state-revoked":  {"已停用", "revoked"},
	"callback":       {"支付回调URL", "callback"},
	"prepay":         {"下单地址", "prepay"},
	"no-tills":       {"还没有收银台。用 relay till add 名字 加一台", "There is no till yet. Add one with relay till add NAME"},

	// Bad usage: nothing was started or changed.
	"no-address":           {"没有说在哪里提供服务。什么都没有启动，收款不受影响。写 relay --host 域名，或 relay --help 看说明。", "where to serve was not said. Nothing was started, no payment is affected. Write relay --host NAME, or see relay --help."},
	"unknown-command":      {"没有 %q 这个命令。什么都没有启动，收款不受影响。relay --help 有用法。", "there is no command %q. Nothing was started, no payment is affected. See relay --help."},
	"no-till-command":      {"没有说要做什么。什么都没有改。请从上面选一个。", "what to do was not said. Nothing was changed. Choose one of the above."},
	"unknown-till-command": {"relay till 后面没有 %q。什么都没有改。可以是 add、code、list、revoke。", "there is no relay till %q. Nothing was changed. It can be add, code, list or revoke."},
	"flag":                 {"参数不对：%v。什么都没有启动，收款不受影响。relay --help 列出所有参数。", "bad flag: %v. Nothing was started, no payment is affected. relay --help lists the flags."},
	"extra":                {"%s 后面多了 %q。什么都没有改。relay till --help 有用法。", "%s does not take %q. Nothing was changed. See relay till --help."},
	"lang":                 {"--lang %q 不认识。什么都没有启动，收款不受影响。请写 zh-CN 或 en。", "--lang %q is not known. Nothing was started, no payment is affected. Write zh-CN or en."},
	"bad-format":           {"--format %q 不认识。什么都没有改。请写 table 或 json。", "--format %q is not known. Nothing was changed. Write table or json."},
	"bad-log":              {"--log %q 不认识。什么都没有启动，收款不受影响。请写 json 或 text。", "--log %q is not known. Nothing was started, no payment is affected. Write json or text."},
	"host-and-cert":        {"--host 自己申请证书，不能再写 --cert 和 --key。什么都没有启动，收款不受影响。二选一：--host 域名，或 --listen 地址 --cert 文件 --key 文件。", "--host gets its own certificate and takes no --cert and --key. Nothing was started, no payment is affected. Choose: --host NAME, or --listen ADDR --cert FILE --key FILE."},
	"cert-without-key":     {"--cert 和 --key 要一起写。什么都没有启动，收款不受影响。请补上另一个。", "--cert and --key go together. Nothing was started, no payment is affected. Add the other one."},
	"acme-without-host":    {"--http 和 --acme-… 只和 --host 一起用。什么都没有启动，收款不受影响。请加 --host 域名，或去掉它们。", "--http and --acme-… belong to --host. Nothing was started, no payment is affected. Add --host NAME, or leave them out."},
	"bad-host":             {"--host %q 不是域名。什么都没有启动，收款不受影响。请写别人打开时用的名字，如 pay.example.cn；IP 地址申请不到证书。", "--host %q is no domain name. Nothing was started, no payment is affected. Write the name that the world calls this host, such as pay.example.cn; there are no certificates for addresses."},
	"bad-address":          {"%s %q 不是地址。什么都没有启动，收款不受影响。请写 主机:端口，如 127.0.0.1:8080 或 :8443。", "%s %q is no address. Nothing was started, no payment is affected. Write HOST:PORT, such as 127.0.0.1:8080 or :8443."},
	"plain-for-all":        {"--listen %q 没有证书，别的机器又能连到，付款通知会被人看到。什么都没有启动，收款不受影响。请用 --host 域名，或加 --cert 和 --key；放在自己的 https 代理后面时写 127.0.0.1:端口。", "--listen %q is without a certificate and other machines reach it, so that others could read the notices. Nothing was started, no payment is affected. Use --host NAME, or add --cert and --key; behind an https proxy of your own write 127.0.0.1:PORT."},
	"bad-base-url":         {"--base-url %q 用不了：要 https:// 开头，不带 ? 和 #（http 只能是本机）。什么都没有启动，收款不受影响。例如 https://pay.example.cn。", "--base-url %q is of no use: it begins with https:// and has neither ? nor # (http is for this machine only). Nothing was started, no payment is affected. Write it like https://pay.example.cn."},
	"bad-directory":        {"--acme-directory %q 不是网址。什么都没有启动，收款不受影响。请写 https:// 开头的目录地址。", "--acme-directory %q is no URL. Nothing was started, no payment is affected. Write the CA's directory, https://…"},
	"bad-acme-ca":          {"--acme-ca %s 读不了（%v）。什么都没有启动，收款不受影响。请给一个 PEM 格式的 CA 证书文件。", "--acme-ca %s cannot be used (%v). Nothing was started, no payment is affected. Name a file of CA certificates in PEM."},
	"bad-cert":             {"证书 %s 和私钥 %s 用不了（%v）。什么都没有启动，收款不受影响：柜台自己向微信查询。请检查这两个文件：PEM 格式、是一对、本用户可读。", "the certificate %s and the key %s cannot be used (%v). Nothing was started; no payment is lost, the tills ask WeChat themselves. Check both files: PEM, a pair, readable by this user."},
	"cert-expired":         {"证书 %s 在 %s 过期了。什么都没有启动，收款不受影响：柜台自己向微信查询。请换上新证书，或用 --host 让中转站自己申请。", "the certificate %s has expired on %s. Nothing was started; no payment is lost, the tills ask WeChat themselves. Renew it, or let --host get one by itself."},
	"cert-no-name":         {"证书 %s 里没有可用的域名。什么都没有启动，收款不受影响。请加 --base-url https://域名。", "the certificate %s names no host. Nothing was started, no payment is affected. Add --base-url https://NAME."},
	"no-folder":            {"系统没有说用户数据放在哪里。什么都没有启动，收款不受影响。请加 --db 文件。", "the system names no folder for data. Nothing was started, no payment is affected. Add --db FILE."},
	"bad-db":               {"--db %s:// 不认识。什么都没有启动，收款不受影响。请写一个文件名，或 postgres://…", "--db %s:// is not known. Nothing was started, no payment is affected. Write a file's name, or postgres://…"},
	"bad-db-url":           {"--db（或 $GUITAI_RELAY_DB）的网址里，用户名或密码有要转义的字符：/ ? # @ 请写成 %2F %3F %23 %40。什么都没有启动，收款不受影响。", "in the URL of --db (or $GUITAI_RELAY_DB) the user's name or password has characters that must be escaped: write / ? # @ as %2F %3F %23 %40. Nothing was started, no payment is affected."},
	"db-no-folder":         {"--db（或 $GUITAI_RELAY_DB）里的文件夹不存在。什么都没有启动，收款不受影响。请核对路径；新的中转站请先建好文件夹。", "the folder of --db (or $GUITAI_RELAY_DB) is not there. Nothing was started, no payment is affected. Check the path; for a new relay make the folder first."},
	"db-no-file":           {"--db（或 $GUITAI_RELAY_DB）既不是文件名，也不是 postgres://用户:密码@主机/库名。什么都没有启动，收款不受影响。", "--db (or $GUITAI_RELAY_DB) is neither a file's name nor postgres://USER:PASSWORD@HOST/NAME. Nothing was started, no payment is affected."},
	"which-till":           {"relay till %s 后面要写一台收银台。什么都没有改。relay till list 列出它们。", "relay till %s takes one till. Nothing was changed. relay till list shows them."},
	"bad-name":             {"这个名字用不了（%v）。什么都没有改。请换一个短的，没有斜杠和控制字符。", "that name cannot be used (%v). Nothing was changed. Take a short one, without slashes and control characters."},
	"several-tills":        {"叫 %q 的收银台不止一台：%s。什么都没有改。请写编号，或 门店/收银台。", "more than one till is called %q: %s. Nothing was changed. Write its ID, or SHOP/TILL."},
	"no-base-url":          {"不知道中转站的网址：还没有中转站用这个数据库提供过服务。什么都没有改。请先启动中转站，或加 --base-url https://域名。", "the relay's address is not known: none has served from this database yet. Nothing was changed. Start the relay first, or add --base-url https://NAME."},

	// It failed.
	"no-till":       {"没有叫 %q 的收银台（停用的不算）。什么都没有改。relay till list 列出它们。", "there is no till %q (revoked ones do not count). Nothing was changed. relay till list shows them."},
	"till-there":    {"这家门店已经有收银台 %q。什么都没有改。要新的配对码：relay till code %s；要再加一台，请换个名字。", "there is a till %q already. Nothing was changed. For another pairing code: relay till code %s; for another till take another name."},
	"port-taken":    {"%s 已被别的程序占用（%v）。中转站没有启动；收款不受影响：柜台自己向微信查询。请停掉那个程序，或用 --listen 换一个地址。", "%s is taken by another program (%v). The relay does not run; no payment is lost, the tills ask WeChat themselves. End that program, or choose another address with --listen."},
	"port-denied":   {"本用户不能使用 %s（%v）。中转站没有启动；收款不受影响：柜台自己向微信查询。请用 systemd 启动（guitai-relay.service 已带权限），或执行一次 sudo setcap cap_net_bind_service=+ep 程序文件。", "this user may not use %s (%v). The relay does not run; no payment is lost, the tills ask WeChat themselves. Start it by systemd (guitai-relay.service has the right), or once: sudo setcap cap_net_bind_service=+ep PROGRAM."},
	"cannot-listen": {"用不了地址 %s（%v）。中转站没有启动；收款不受影响：柜台自己向微信查询。请检查 --listen、--http 和 --metrics。", "the address %s cannot be used (%v). The relay does not run; no payment is lost, the tills ask WeChat themselves. Check --listen, --http and --metrics."},
	"stopped":       {"中转站停了（%v）。答复过“成功”的通知都在数据库里，其余的微信会重发。请重新启动。", "the relay stopped (%v). Every notice that was answered with success is in the database, WeChat repeats the others. Start it again."},
	"no-db":         {"没有数据库 %s。什么都没有改。请先启动中转站，或用 --db 指定它在用的那个。", "there is no database %s. Nothing was changed. Start the relay first, or name the one it uses with --db."},
	"db-denied":     {"本用户打不开数据库 %s（%v）。什么都没有改；收款不受影响。请用启动中转站的用户，或 sudo。", "this user may not open the database %s (%v). Nothing was changed, no payment is affected. Use the relay's own user, or sudo."},
	"db-other":      {"数据库 %s 不能用（%v）：它属于别的程序或更新版本的中转站，或者服务器不接受这个用户。没有动它；收款不受影响：柜台自己向微信查询。请检查 --db，或换上更新的版本。", "the database %s cannot be used (%v): it is another program's or a newer relay's, or its server refuses this user. It was not touched; no payment is lost, the tills ask WeChat themselves. Check --db, or use the newer version."},
	"db-damaged":    {"数据库 %s 坏了（%v）。没有动它；钱没有丢：账在柜台里，柜台自己向微信查询。请恢复备份，或把它移开后重新启动，再给每台柜台配对。", "the database %s is damaged (%v). It was not touched; no money is lost: the books are in the tills, which ask WeChat themselves. Restore a copy, or move it away, start again and pair every till anew."},
	"db-open":       {"数据库 %s 打不开（%v）。中转站没有启动；收款不受影响：柜台自己向微信查询。请检查文件夹、权限和磁盘空间。", "the database %s cannot be opened (%v). The relay does not run; no payment is lost, the tills ask WeChat themselves. Check the folder, its access and its space."},
	"db-no-server":  {"连不上数据库 %s（%v）。中转站没有启动；收款不受影响：柜台自己向微信查询。请检查地址、用户、密码和网络；systemd 会自动重试。", "the database %s is not reached (%v). The relay does not run; no payment is lost, the tills ask WeChat themselves. Check its address, user, password and network; systemd tries again by itself."},

	"db-unreachable": {"数据库没有应答（%v）。这一步可能没有做；收款不受影响。请用 relay till list 看一下，再试一次。", "the database does not answer (%v). This step may not be done; no payment is affected. See relay till list, and try again."},
	"db-full":        {"磁盘满了（%v）。这一步没有做；收款不受影响：微信会重发通知。请腾出空间再试。", "the disk is full (%v). This step was not done; no payment is lost, WeChat repeats its notices. Make room and try again."},
	"db-read-only":   {"数据库不能写（%v）。这一步没有做；收款不受影响。请检查权限，或用 sudo。", "the database cannot be written (%v). This step was not done; no payment is affected. Check its access, or use sudo."},
	"db-invalid":     {"数据库不接受（%v）。这一步没有做；收款不受影响。请检查写的名字，再试一次。", "the database refuses that (%v). This step was not done; no payment is affected. Check the names and try again."},
	"db-trouble":     {"没有成功（%v）。收款不受影响：柜台自己向微信查询。请再试一次；还不行就查看日志。", "it failed (%v). No payment is affected: the tills ask WeChat themselves. Try again; if it stays, see the log."},
	"interrupted":    {"被中断。收款不受影响。请重新运行。", "interrupted. No payment is affected. Run it again."},
	"output-gone":    {"输出没有写完（%v）。已经做的改动有效，收款不受影响。请用 relay till list 看一下。", "the output was cut off (%v). What was changed holds, no payment is affected. See relay till list."},
}
