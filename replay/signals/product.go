package signals

import (
	"encoding/json"
	"strings"

	"github.com/pagetape/pagetape/format"
)

// address returns the address that a Custom event of a product says the window
// is at, "" for one that says none. rrweb itself tells of addresses only where
// it takes a snapshot, so products add: PostHog "$url_changed" and "$pageview"
// with an href, Sentry breadcrumbs of the category "navigation" from and to,
// highlight "Navigate" and "Reload" with the address alone.
func address(e *format.Custom, at string) string {
	url := ""
	switch e.Tag {
	case "$url_changed", "$pageview":
		var p struct{ Href string }
		_ = json.Unmarshal([]byte(e.Payload), &p)
		url = p.Href
	case "breadcrumb":
		var p struct {
			Category string
			Data     struct{ To string }
		}
		if _ = json.Unmarshal([]byte(e.Payload), &p); p.Category == "navigation" {
			url = p.Data.To
		}
	case "Navigate", "Reload":
		_ = json.Unmarshal([]byte(e.Payload), &url)
		if !strings.Contains(url, "://") {
			return ""
		}
	}
	if strings.HasPrefix(url, "/") {
		if scheme, _, ok := strings.Cut(at, "://"); ok {
			return scheme + "://" + host(at) + url
		}
	}
	return url
}
