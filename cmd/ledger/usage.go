package main

const usageEN = `ledger reads the books of a till from a terminal. All but restore and staff pin may run while the till is open.

Usage: ledger [OPTIONS] COMMAND ...

  takings [--day DAY] [--to DAY] [--format table|csv|json|html|png] [-o FILE]
          what the shop took, by day and tender; today when no day is named;
          html is a report to print, png its chart
  export sales|lines|payments|refunds|shifts --from DAY --to DAY [--format csv|xlsx|jsonl] [-o FILE]
          every closed sale, their lines, every order, every refund asked for, or every closed shift, of these days
  export journal [--format csv|xlsx|jsonl] [-o FILE]
          the journal, whole, so that the file alone can be verified
  reconcile --bill FILE [--day DAY] [--format table|csv|xlsx|json] [-o FILE] [--book]
          the books against WeChat's trade or fund-flow bill, as downloaded; exit code 1 if anything differs;
          --book keeps what was found and books the day's fees and payouts, once
  pending
          payments and refunds not yet at an end, exceptions not decided, and what happens next
  verify
          prove the books: hash chain, postings, day totals, receipts
  verify --journal FILE [--head HASH]
          prove a journal that was exported as CSV or JSON lines, by the file alone; with --head, that it
          has the entry with this hash, as a Z report prints it
  receipt NO [--format text|escpos|png|pdf] [-o FILE]
          the receipt of a closed sale, marked as a copy: as text, for a printer, as a picture, or to send
  import items FILE.csv|.xlsx [--preview]
          add and update items; nothing is imported unless every row is good
  backup FILE
          a checked copy of the ledger
  restore FILE [--into DIR]
          go on from such a copy; the till must be closed, and the ledger it replaces is kept in backups;
          with --into in a new folder, the books in use stay as they are
  staff   who works here
  staff pin NAME
          a new PIN for somebody who forgot it, printed once; the till must be closed, and the journal says so
  help    print this

Options, before or after the command:
  --data DIR         the data folder (default: $GUITAI_HOME, else the system's)
  --practice         the practice books: -practice is added to the folder's name
  --lang zh-CN|en    language of tables and messages (default: the shop's)
  --version          print the version

DAY is a business day, written 2026-11-20; --from and --to are both included.
Without -o, or with -o -, the output goes to stdout. A file appears whole or not at all.

Exit codes: 0 done; 1 it failed; 2 bad usage or bad configuration;
3 the till is open (restore, staff pin); 4 the ledger cannot be opened or fails verification.
`

const usageZH = `ledger 在终端里查看收银台的账本。除了 restore 和 staff pin，收银台开着时也可以用。

用法：ledger [选项] 命令 ...

  takings [--day DAY] [--to DAY] [--format table|csv|json|html|png] [-o FILE]
          营业额，按营业日和收款方式；不写日期就是今天；html 是可打印的报表，png 是其中的图
  export sales|lines|payments|refunds|shifts --from DAY --to DAY [--format csv|xlsx|jsonl] [-o FILE]
          导出这几天的已结销售、销售明细、付款单、退款，或已交的班次
  export journal [--format csv|xlsx|jsonl] [-o FILE]
          导出整本日记账，凭这个文件就能核验
  reconcile --bill FILE [--day DAY] [--format table|csv|xlsx|json] [-o FILE] [--book]
          用微信的交易账单或资金账单核对账本；有对不上的，退出码是 1；
          加 --book 把结果存进账本，当天的手续费和提现入账一次
  pending
          还没了结的付款和退款、还没处理的异常，以及接下来会怎样
  verify
          核验账本：哈希链、分录、日合计、小票
  verify --journal FILE [--head HASH]
          只凭导出的日记账文件（CSV 或 JSON 行）核验；加 --head，核对其中有交班单上印的这个哈希
  receipt NO [--format text|escpos|png|pdf] [-o FILE]
          一笔已结销售的小票，标明是补打；可以是文字、打印机数据、图片，或方便发送的 PDF
  import items FILE.csv|.xlsx [--preview]
          新增和更新商品；有一行不对就一个也不导入
  backup FILE
          备份账本，并检查这份备份
  restore FILE [--into DIR]
          从备份恢复账本；收银台要先关上，换下来的账本留在 backups 里；
          写 --into 就恢复到一个新文件夹，正在用的账本不动
  staff   员工名单
  staff pin NAME
          忘了 PIN 的人换一个新的，只显示一次；收银台要先关上，这件事记入账本
  help    显示这些说明

选项，写在命令前后都可以：
  --data DIR         数据文件夹（默认：$GUITAI_HOME，否则用系统的）
  --practice         练习账本：文件夹名后加 -practice
  --lang zh-CN|en    表格和提示的语言（默认：店铺设置的语言）
  --version          显示版本

DAY 是营业日，写作 2026-11-20；--from 和 --to 都包含在内。
不写 -o，或写 -o -，输出到标准输出。文件要么完整出现，要么不出现。

退出码：0 完成；1 没成功；2 用法或设置有误；3 收银台开着（restore、staff pin）；
4 账本打不开或核验不通过。
`
