package settings

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/config"
)

// The parts about the shop itself. A few settings of theirs are in force at once, the others when the till starts anew.
const (
	PartShop    Part = "shop"
	PartWeChat  Part = "wechat"
	PartOrders  Part = "orders"
	PartTenders Part = "tenders"
	PartLabels  Part = "barcodes"
	PartBackup  Part = "backup"
	PartOldAPIs Part = "apis"
)

// ofShop lists those parts.
var ofShop = []Part{PartShop, PartWeChat, PartOrders, PartTenders, PartLabels, PartBackup, PartOldAPIs}

// The fields of those parts, each named as its key in config.toml.
const (
	FieldName      Field = "shop.name"
	FieldLanguage  Field = "shop.language"
	FieldTimezone  Field = "shop.timezone"
	FieldDayStarts Field = "shop.day_starts"
	FieldShifts    Field = "shop.shifts"
	FieldVariance  Field = "shop.variance_limit"
	FieldAutoLock  Field = "staff.auto_lock"

	FieldAPI        Field = "wechat.api"
	FieldAppID      Field = "wechat.appid"
	FieldMchID      Field = "wechat.mch_id"
	FieldAPIKey     Field = "wechat.api_key"
	FieldClientCert Field = "wechat.client_cert"
	FieldClientKey  Field = "wechat.client_key"
	FieldSignType   Field = "wechat.sign_type"

	FieldExpires      Field = "wechat.order_expires"
	FieldAutoRefund   Field = "wechat.auto_refund_exceptions"
	FieldLimitPay     Field = "wechat.limit_pay"
	FieldInvoice      Field = "wechat.receipt"
	FieldGoodsTag     Field = "wechat.goods_tag"
	FieldStoreArea    Field = "wechat.store_area"
	FieldStoreAddress Field = "wechat.store_address"
	FieldBackupURL    Field = "wechat.backup_url"
	FieldBaseURL      Field = "wechat.base_url"
	FieldNotifyURL    Field = "wechat.notify_url"
	FieldListen       Field = "notify.listen"
	FieldCreateIP     Field = "wechat.create_ip"

	FieldOther     Field = "tenders" + ".other" // no id of words, which there are of this beginning
	FieldRoundCash Field = "tenders.round_cash"
	FieldLayouts   Field = "barcodes.layouts"

	FieldDays   Field = "backup.days"
	FieldMonths Field = "backup.months"
	FieldClosed Field = "backup.shifts"
	FieldCopyTo Field = "backup.copy_to"

	FieldTax Field = "receipt.tax"

	FieldMiniSecret Field = "phone.mini_secret"
	FieldLoginURL   Field = "phone.login_url"

	FieldV3Key          Field = "wechat.api_v3_key"
	FieldMerchantSerial Field = "wechat.merchant_serial"
	FieldMerchantKey    Field = "wechat.merchant_key"
	FieldPublicKeyID    Field = "wechat.public_key_id"
	FieldPublicKey      Field = "wechat.public_key"
	FieldV1AppID        Field = "apiv1.appid"
	FieldV1Secret       Field = "apiv1.app_secret"
	FieldV1Partner      Field = "apiv1.partner_id"
	FieldV1PartnerKey   Field = "apiv1.partner_key"
	FieldV1SignKey      Field = "apiv1.pay_sign_key"
	FieldV1BaseURL      Field = "apiv1.base_url"
)

// way is how a field of these parts is kept and filled in.
type way struct {
	part    Part
	at      func(c *config.Config) any // *string, *int, *bool, *time.Duration, *config.DayTime, *pos.Fen or *config.Secret
	choices []string                   // nil: it is typed, or more or less of something
	span    *span                      // of a number, or of minutes
	file    bool                       // a secret that is a file: its place is typed, not what is in it
	form    *regexp.Regexp             // of a secret while it is typed; nil: any text
	want    string                     // what form wants, as config says such things
	needed  bool                       // a secret that the till cannot do without
	real    bool                       // not of a practice shop, whose WeChat is its own
}

var (
	key32  = regexp.MustCompile(`^[0-9A-Za-z]{32}$`)
	yesNo  = []string{on, off}
	form32 = "32 letters or digits"
)

// wayOrder is the order in which these fields stand on their pages.
var wayOrder = []Field{
	FieldName, FieldLanguage, FieldDayStarts, FieldTimezone, FieldShifts, FieldVariance, FieldAutoLock,
	FieldAppID, FieldMchID, FieldAPIKey, FieldClientCert, FieldClientKey, FieldSignType, FieldAPI,
	FieldExpires, FieldAutoRefund, FieldLimitPay, FieldInvoice, FieldGoodsTag, FieldStoreArea, FieldStoreAddress,
	FieldBackupURL, FieldBaseURL, FieldNotifyURL, FieldListen, FieldCreateIP,
	FieldOther, FieldRoundCash, FieldLayouts,
	FieldDays, FieldMonths, FieldClosed, FieldCopyTo,
	FieldTax, FieldMiniSecret, FieldLoginURL,
	FieldV3Key, FieldMerchantSerial, FieldMerchantKey, FieldPublicKeyID, FieldPublicKey,
	FieldV1AppID, FieldV1Secret, FieldV1Partner, FieldV1PartnerKey, FieldV1SignKey, FieldV1BaseURL,
}

var ways = map[Field]way{
	FieldName:      {part: PartShop, real: true, at: func(c *config.Config) any { return &c.Shop.Name }},
	FieldLanguage:  {part: PartShop, real: true, choices: []string{"zh-CN", "en"}, at: func(c *config.Config) any { return &c.Shop.Language }},
	FieldDayStarts: {part: PartShop, span: &span{0, 12 * 60, 30}, at: func(c *config.Config) any { return &c.Shop.DayStarts }},
	FieldTimezone:  {part: PartShop, at: func(c *config.Config) any { return &c.Shop.Timezone }},
	FieldShifts:    {part: PartShop, choices: []string{"auto", "required"}, at: func(c *config.Config) any { return &c.Shop.Shifts }},
	FieldVariance:  {part: PartShop, at: func(c *config.Config) any { return &c.Shop.VarianceLimit }},
	FieldAutoLock:  {part: PartShop, choices: []string{"1m", "5m", "10m", "30m", "0s"}, at: func(c *config.Config) any { return &c.Staff.AutoLock }},

	FieldAppID:      {part: PartWeChat, real: true, at: func(c *config.Config) any { return &c.WeChat.AppID }},
	FieldMchID:      {part: PartWeChat, real: true, at: func(c *config.Config) any { return &c.WeChat.MchID }},
	FieldAPIKey:     {part: PartWeChat, real: true, needed: true, form: key32, want: form32, at: func(c *config.Config) any { return &c.WeChat.APIKey }},
	FieldClientCert: {part: PartWeChat, real: true, at: func(c *config.Config) any { return &c.WeChat.ClientCert }},
	FieldClientKey:  {part: PartWeChat, real: true, file: true, at: func(c *config.Config) any { return &c.WeChat.ClientKey }},
	FieldSignType:   {part: PartWeChat, real: true, choices: []string{"HMAC-SHA256", "MD5"}, at: func(c *config.Config) any { return &c.WeChat.SignType }},
	FieldAPI:        {part: PartWeChat, real: true, choices: []string{"v2", "v3"}, at: func(c *config.Config) any { return &c.WeChat.API }},

	FieldExpires:      {part: PartOrders, span: &span{2, 120, 1}, at: func(c *config.Config) any { return &c.WeChat.OrderExpires }},
	FieldAutoRefund:   {part: PartOrders, choices: yesNo, at: func(c *config.Config) any { return &c.WeChat.AutoRefundExceptions }},
	FieldLimitPay:     {part: PartOrders, choices: []string{"", "no_credit"}, at: func(c *config.Config) any { return &c.WeChat.LimitPay }},
	FieldInvoice:      {part: PartOrders, choices: yesNo, at: func(c *config.Config) any { return &c.WeChat.Receipt }},
	FieldGoodsTag:     {part: PartOrders, at: func(c *config.Config) any { return &c.WeChat.GoodsTag }},
	FieldStoreArea:    {part: PartOrders, at: func(c *config.Config) any { return &c.WeChat.StoreArea }},
	FieldStoreAddress: {part: PartOrders, at: func(c *config.Config) any { return &c.WeChat.StoreAddress }},
	FieldBackupURL:    {part: PartOrders, real: true, at: func(c *config.Config) any { return &c.WeChat.BackupURL }},
	FieldBaseURL:      {part: PartOrders, real: true, at: func(c *config.Config) any { return &c.WeChat.BaseURL }},
	FieldNotifyURL:    {part: PartOrders, real: true, at: func(c *config.Config) any { return &c.WeChat.NotifyURL }},
	FieldListen:       {part: PartOrders, real: true, at: func(c *config.Config) any { return &c.Notify.Listen }},
	FieldCreateIP:     {part: PartOrders, real: true, at: func(c *config.Config) any { return &c.WeChat.SpbillCreateIP }},

	FieldOther:     {part: PartTenders, at: func(c *config.Config) any { return &c.Tenders.Other }},
	FieldRoundCash: {part: PartTenders, choices: roundings(), at: func(c *config.Config) any { return &c.Tenders.RoundCash }},
	FieldLayouts:   {part: PartLabels, at: func(c *config.Config) any { return &c.Barcodes.Layouts }},

	FieldDays:   {part: PartBackup, span: &span{1, 60, 1}, at: func(c *config.Config) any { return &c.Backup.Days }},
	FieldMonths: {part: PartBackup, span: &span{0, 120, 6}, at: func(c *config.Config) any { return &c.Backup.Months }},
	FieldClosed: {part: PartBackup, span: &span{1, 200, 1}, at: func(c *config.Config) any { return &c.Backup.Shifts }},
	FieldCopyTo: {part: PartBackup, at: func(c *config.Config) any { return &c.Backup.CopyTo }},

	FieldTax: {part: PartReceipt, choices: yesNo, at: func(c *config.Config) any { return &c.Receipt.Tax }},

	FieldMiniSecret: {part: PartPhone, real: true, form: key32, want: form32, at: func(c *config.Config) any { return &c.Phone.MiniSecret }},
	FieldLoginURL:   {part: PartPhone, real: true, at: func(c *config.Config) any { return &c.Phone.LoginURL }},

	FieldV3Key:          {part: PartOldAPIs, real: true, form: key32, want: form32, at: func(c *config.Config) any { return &c.WeChat.APIv3Key }},
	FieldMerchantSerial: {part: PartOldAPIs, real: true, at: func(c *config.Config) any { return &c.WeChat.MerchantSerial }},
	FieldMerchantKey:    {part: PartOldAPIs, real: true, file: true, at: func(c *config.Config) any { return &c.WeChat.MerchantKey }},
	FieldPublicKeyID:    {part: PartOldAPIs, real: true, at: func(c *config.Config) any { return &c.WeChat.PublicKeyID }},
	FieldPublicKey:      {part: PartOldAPIs, real: true, at: func(c *config.Config) any { return &c.WeChat.PublicKey }},
	FieldV1AppID:        {part: PartOldAPIs, real: true, at: func(c *config.Config) any { return &c.APIv1.AppID }},
	FieldV1Secret:       {part: PartOldAPIs, real: true, at: func(c *config.Config) any { return &c.APIv1.AppSecret }},
	FieldV1Partner:      {part: PartOldAPIs, real: true, at: func(c *config.Config) any { return &c.APIv1.PartnerID }},
	FieldV1PartnerKey:   {part: PartOldAPIs, real: true, at: func(c *config.Config) any { return &c.APIv1.PartnerKey }},
	FieldV1SignKey:      {part: PartOldAPIs, real: true, at: func(c *config.Config) any { return &c.APIv1.PaySignKey }},
	FieldV1BaseURL:      {part: PartOldAPIs, real: true, at: func(c *config.Config) any { return &c.APIv1.BaseURL }},
}

func roundings() (all []string) {
	for _, r := range pos.Roundings {
		all = append(all, string(r))
	}
	return all
}

// partings are what a person may put between names, besides a blank.
var partings = strings.NewReplacer("、", " ", "，", " ", ",", " ", "；", " ", ";", " ")

// wayFields are the fields of a part that are kept by [ways].
func wayFields(part Part, practice bool) (all []Field) {
	for _, f := range wayOrder {
		if w := ways[f]; w.part == part && !(practice && w.real) {
			all = append(all, f)
		}
	}
	return all
}

// secretField reports whether what is typed into a field is a secret itself: it is stored elsewhere, and never shown again.
func secretField(f Field) bool {
	w, ok := ways[f]
	if !ok || w.file {
		return false
	}
	_, secret := w.at(new(config.Config)).(*config.Secret)
	return secret
}

// remove is what is typed over a secret to have none any more.
const remove = "-"

// getWay is what a field says.
func (d *draft) getWay(f Field, w way) string {
	if typed, ok := d.typed[f]; ok {
		return typed
	}
	switch p := w.at(&d.c).(type) {
	case *string:
		return *p
	case *int:
		return strconv.Itoa(*p)
	case *bool:
		if *p {
			return on
		}
		return off
	case *time.Duration:
		if w.span != nil {
			return strconv.Itoa(int(*p / time.Minute))
		}
		return config.Short(*p)
	case *config.DayTime:
		return strconv.Itoa(int(*p))
	case *pos.Fen:
		return p.String()
	case *config.Secret:
		if w.file {
			return strings.TrimPrefix(p.String(), "file:")
		}
	}
	return ""
}

// setWay makes a field say something. What it cannot mean stays as it was typed, with [draft.odd] to say so.
func (d *draft) setWay(f Field, w way, s string) {
	delete(d.typed, f)
	switch p := w.at(&d.c).(type) {
	case *string:
		*p = s
	case *bool:
		*p = s == on
	case *int:
		if v, err := strconv.Atoi(s); err == nil {
			*p = v
		}
	case *time.Duration:
		if v, err := strconv.Atoi(s); w.span != nil && err == nil {
			*p = time.Duration(v) * time.Minute
		} else if v, err := time.ParseDuration(s); w.span == nil && err == nil {
			*p = v
		}
	case *config.DayTime:
		if v, err := strconv.Atoi(s); err == nil {
			*p = config.DayTime(v)
		}
	case *pos.Fen:
		v, err := pos.ParseYuan(strings.TrimSpace(s))
		if err == nil {
			*p = v
		}
		if err != nil || v.String() != s {
			d.keep(f, s)
		}
	case *config.Secret:
		if !w.file {
			if s != "" {
				d.keep(f, s)
			}
			return
		}
		ref, err := fileSecret(s)
		if err == nil {
			*p = ref
		} else {
			d.keep(f, s)
		}
	}
}

func (d *draft) keep(f Field, s string) {
	if d.typed == nil {
		d.typed = map[Field]string{}
	}
	d.typed[f] = s
}

// fileSecret is a secret by the place of its file; another reference may be typed, too.
func fileSecret(s string) (config.Secret, error) {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasPrefix(s, "keyring:") || strings.HasPrefix(s, "env:") || strings.HasPrefix(s, "file:") {
		return config.ParseSecret(s)
	}
	return config.ParseSecret("file:" + s)
}

// tidyWay puts right what a person should not be troubled with: what came along with something pasted, the full-width characters of a
// Chinese keyboard, yuan without their places.
func (d *draft) tidyWay(f Field, w way) {
	switch p := w.at(&d.c).(type) {
	case *string:
		switch f {
		case FieldName, FieldStoreAddress, FieldClientCert, FieldPublicKey, FieldCopyTo:
			*p = strings.TrimSpace(*p)
		case FieldOther:
			*p = strings.Join(strings.Fields(partings.Replace(*p)), " ")
		case FieldLayouts:
			*p = strings.ToUpper(strings.Join(strings.Fields(pos.ASCII(partings.Replace(*p))), " "))
		default:
			if w.choices == nil {
				*p = config.Compact(*p)
			}
		}
	case *pos.Fen:
		if typed, ok := d.typed[f]; ok {
			d.setWay(f, w, config.Compact(typed))
			if _, err := pos.ParseYuan(d.typed[f]); err == nil {
				delete(d.typed, f)
			}
		}
	case *config.Secret:
		if typed, ok := d.typed[f]; ok && !w.file {
			d.typed[f] = config.Compact(typed)
		}
	}
}

// secrets puts the secrets that were typed into c, as ones that have no place yet.
func (d *draft) secrets(c *config.Config) {
	for f, typed := range d.typed {
		w := ways[f]
		p, ok := w.at(c).(*config.Secret)
		switch {
		case !ok || w.file:
		case typed == remove && !w.needed:
			*p = config.Secret{}
		default:
			*p = config.GivenSecret(typed)
		}
	}
}

// odd is what is wrong with what was typed into a field and cannot be kept as a setting; nil for nothing.
func (d *draft) odd(f Field) *config.Error {
	typed, ok := d.typed[f]
	if !ok {
		return nil
	}
	w := ways[f]
	switch p := w.at(&d.c).(type) {
	case *pos.Fen:
		if _, err := pos.ParseYuan(strings.TrimSpace(typed)); err != nil {
			return &config.Error{Key: string(f), Problem: config.Format, Want: `an amount in yuan, like "10.00"`}
		}
	case *config.Secret:
		switch {
		case w.file:
			return &config.Error{Key: string(f), Problem: config.Format, Want: "keyring:NAME, env:NAME or file:PATH"}
		case w.form != nil && !w.form.MatchString(typed) && (typed != remove || w.needed):
			return &config.Error{Key: string(f), Problem: config.Format, Want: w.want}
		case strings.ContainsAny(typed, "\n\r\t "):
			return &config.Error{Key: string(f), Problem: config.Format, Want: "one line of text without control characters"}
		}
		_ = p
	}
	return nil
}

// shown is what a field says, for people: minutes as a time of day or as a span.
func (d *draft) shown(f Field) string {
	if w, ok := ways[f]; ok {
		switch p := w.at(&d.c).(type) {
		case *config.DayTime:
			return p.String()
		case *time.Duration:
			if w.span != nil && *p%time.Minute != 0 {
				return strconv.FormatFloat(p.Minutes(), 'f', -1, 64)
			}
		}
	}
	return d.get(f)
}
