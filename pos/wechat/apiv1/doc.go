// Package apiv1 is the retired interface of WeChat Pay for apps (2014): access_token, package, app_signature.
//
// What it was. An app that wanted to take WeChat Pay between the spring and the autumn of 2014 got five secrets: AppSecret, for an
// access_token that lives 7200 s and may be fetched some 200 times a day; partnerKey, by which the package (what is to be paid) and the
// notices are signed with MD5; paySignKey, a text of 128 characters by which everything else is signed with SHA-1. An order is a call of
// genprepay, what the app hands to WeChat is signed a second time, and the notice comes in the query of notify_url and is answered with the
// word success, or anything else to have it again.
//
// Why nobody can open a new account. Accounts made since about 2014-10-09 speak the XML interface that is called API v2 today, and WeChat has
// moved the old ones there one after another. The pages that documented this one are gone.
//
// What it is still good for. A merchant whose app of that time is still installed somewhere; and reading what such a shop has kept: packages,
// notices and signatures prove themselves here as they did then.
//
// What proves money. A notice is signed: MD5 by partnerKey over every field. The answer to a query is not signed at all, by whatever key: all
// that proves it is the certificate of api.weixin.qq.com, so nothing but https is spoken (http to this machine only, for practice), and what
// the answer says of partner, number and amount is compared. There is no call to close an order and none of ours to give money back: an order
// ends by its time_expire, and a refund is made by hand, in the merchant platform or in cash.
//
// Everything here is safe for concurrent use.
package apiv1
