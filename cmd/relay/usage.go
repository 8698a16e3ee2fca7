package main

const usageEN = `relay takes WeChat Pay's notices on a public host and hands them to tills behind shop routers, so that a
paid code turns green at once. It holds no merchant key: it can neither take nor fake a payment. Without it
tills go on by asking WeChat.

Usage: relay --host NAME [OPTIONS]                         https with a certificate of its own
       relay --listen ADDR --cert FILE --key FILE          https with your certificate
       relay --listen 127.0.0.1:PORT --base-url https://…  behind your own https proxy
       relay till add|code|list|revoke ...                 the tills; see relay till --help
       relay guide                                         the whole guide, for shops and dealers

First start on a public host:

  sudo relay --host pay.example.cn

It gets a certificate, adds a till and prints one line. Paste that line into the till: Settings, Relay.
The name must lead to this host, and ports 80 and 443 be open.

  --host NAME          the name by which WeChat and the tills reach this host; its certificate comes from
                       Let's Encrypt (whose terms you accept by this) and renews itself
  --listen ADDR        where to answer (default with --host: :443)
  --http ADDR          with --host: where port 80 arrives (default :80; none: not at all)
  --cert FILE          certificate chain, PEM; read again when it changes, and on SIGHUP
  --key FILE           its private key, PEM
  --base-url URL       what the world calls this relay, when that does not follow from --host or --cert
  --db FILE|postgres://USER:PASSWORD@HOST/NAME
                       where everything is kept (default: relay.db in $STATE_DIRECTORY of systemd, in
                       /var/lib/guitai-relay for root, else in the user's data folder). $GUITAI_RELAY_DB does the same and hides a password from
                       the list of processes. Several relays may share one PostgreSQL
  --metrics ADDR       Prometheus metrics, plain http, for your own network (default: off)
  --log json|text      the log, on stderr (default: text on a terminal); no payment is ever in it
  --acme-directory URL another CA than Let's Encrypt
  --acme-ca FILE       trust that CA's own https by these certificates too, PEM
  --acme-email ADDR    where the CA may write to
  --lang zh-CN|en      language of what is printed (default: $LANG)
  --version, --help

Examples:
  relay --host pay.example.cn --db postgres://relay@db.internal/relay --metrics 127.0.0.1:9090
  relay --listen :8443 --cert fullchain.pem --key privkey.pem
  relay till add --shop 东门店 T2

GET /healthz answers 200 while the relay and its database work. SIGTERM and Ctrl+C end it cleanly.
Exit codes: 0 stopped as asked; 1 it failed; 2 bad usage.
`

const usageZH = `relay 是消息中转站：放在公网主机上接收微信支付的通知，转给店里路由器后面的柜台，付款码当即变绿。
它没有商户密钥，拿不走钱，也伪造不了付款。没有它，柜台照样自己向微信查询。

用法：relay --host 域名 [选项]                             自己申请证书，提供 https
      relay --listen 地址 --cert 文件 --key 文件           用你的证书
      relay --listen 127.0.0.1:端口 --base-url https://…   放在你自己的 https 代理后面
      relay till add|code|list|revoke ...                  管理收银台；见 relay till --help
      relay guide                                          完整说明，给门店和服务商

在公网主机上第一次启动：

  sudo relay --host pay.example.cn

它会申请证书，加上第一台收银台，打印一行字。在柜台里打开 设置 → 中转站，把这一行粘贴进去。
域名要指向这台主机，80 和 443 端口要开放。

  --host 域名          微信和柜台用来找到这台主机的名字；证书由 Let's Encrypt 签发（使用即表示接受其条款），
                       自动续期
  --listen 地址        在哪里应答（写了 --host 时默认 :443）
  --http 地址          和 --host 一起用：80 端口的请求从哪里进来（默认 :80；none 表示不要）
  --cert 文件          证书链，PEM；文件变了自动重读，收到 SIGHUP 也重读
  --key 文件           证书的私钥，PEM
  --base-url 网址      外面怎么称呼这个中转站；从 --host 或 --cert 看不出来时才要写
  --db 文件|postgres://用户:密码@主机/库名
                       数据放在哪里（默认：systemd 的 $STATE_DIRECTORY 里的 relay.db；root 是 /var/lib/guitai-relay，
                       其他用户在自己的数据文件夹）。
                       也可以用环境变量 $GUITAI_RELAY_DB，进程列表里就看不到密码。多个中转站可以共用一个 PostgreSQL
  --metrics 地址       Prometheus 指标，明文 http，只给自己的内网（默认关）
  --log json|text      日志，写到标准错误（终端上默认 text）；日志里没有付款内容
  --acme-directory 网址 换一家证书机构
  --acme-ca 文件       连接这家机构时，另外信任的 CA 证书，PEM
  --acme-email 邮箱    证书机构的联系邮箱
  --lang zh-CN|en      显示的语言（默认看 $LANG）
  --version, --help

例子：
  relay --host pay.example.cn --db postgres://relay@db.internal/relay --metrics 127.0.0.1:9090
  relay --listen :8443 --cert fullchain.pem --key privkey.pem
  relay till add --shop 东门店 T2

GET /healthz 在中转站和数据库都正常时返回 200。SIGTERM 和 Ctrl+C 让它干净地停下。
退出码：0 按要求停止；1 没成功；2 用法有误。
`

const usageTillEN = `relay till works on the relay's database, also while the relay runs.

  relay till add [--shop NAME] TILL   adds a till, and its shop if it is new; prints the line to paste into
                                      the till. Without --shop: the first shop
  relay till code TILL                prints another line for a till: the first is too old, or the till
                                      has a new machine
  relay till list [--format table|json] [--all]
                                      the tills, when they were last connected, how many notices wait for
                                      them, and their addresses; --all: also those that are revoked
  relay till revoke TILL              cuts a till off for ever: stolen, sold, closed

TILL is an ID from the list, SHOP/TILL, or a name that only one till has.
--db names the database as for the relay; --base-url URL what the world calls the relay, if none has
served from this database yet.
`

const usageTillZH = `relay till 管理中转站数据库里的收银台，中转站运行时也可以用。

  relay till add [--shop 门店] 收银台   加一台收银台，门店没有就一起加；打印要粘贴到柜台里的一行。
                                        不写 --shop 就是第一家门店
  relay till code 收银台                再打印一行：原来的过期了，或者收银台换了机器
  relay till list [--format table|json] [--all]
                                        列出收银台、最近在线、等着取的通知和各自的地址；
                                        --all 连停用的也列出
  relay till revoke 收银台              永久停用：被盗、卖掉、关店

“收银台”可以写列表里的编号、门店/收银台，或唯一的名字。
--db 和中转站一样；还没有中转站用这个数据库提供过服务时，用 --base-url 写明中转站的网址。
`
