package mask

import (
	"strings"

	"golang.org/x/net/html"
)

// natureOf returns what an element is by itself, whatever the rules say: a
// control that holds what the user enters, and one that holds a secret.
func natureOf(n *html.Node) own {
	var o own
	switch n.Data {
	case "input":
		switch inputType(n) {
		case "submit", "reset", "button": // the value is the button's label
			return 0
		case "password":
			o = ownControl | ownSecret
		default:
			o = ownControl
		}
	case "textarea", "select":
		o = ownControl
	case "option", "optgroup", "datalist", "output", "meter", "progress":
		return ownControl
	case "script", "noscript":
		return ownInert
	default:
		if !editable(n) {
			return 0
		}
		o = ownControl
	}
	if o&ownSecret == 0 && isSecret(n) {
		o |= ownSecret
	}
	return o
}

// natureReads says whether a change of that attribute can change natureOf.
func natureReads(attr string) bool {
	switch attr {
	case "type", "contenteditable", "role", "name", "id", "autocomplete", "aria-label", "data-rr-is-password":
		return true
	}
	return false
}

// editable says whether the user can write into an element that is no form
// control. A nested contenteditable=false is as private as what is around it,
// which the level's inheritance sees to.
func editable(n *html.Node) bool {
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "data-rr-is-password": // rrweb's own mark
			return true
		case "contenteditable":
			if !strings.EqualFold(strings.TrimSpace(a.Val), "false") {
				return true
			}
		case "role":
			for r := range strings.FieldsSeq(a.Val) {
				if strings.EqualFold(r, "textbox") || strings.EqualFold(r, "searchbox") {
					return true
				}
			}
		}
	}
	return false
}

// isSecret says whether a control holds what is never to be shown, by what the
// page calls it.
func isSecret(n *html.Node) bool {
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "data-rr-is-password":
			return true
		case "autocomplete":
			if secretAutofill(a.Val) {
				return true
			}
		case "name", "id", "aria-label":
			if secretName(a.Val) {
				return true
			}
		}
	}
	return false
}

// secretAutofill looks at autocomplete's tokens, of which the field's name is
// one (HTML, "autofill detail tokens": "section-pay billing cc-number").
func secretAutofill(v string) bool {
	for t := range strings.FieldsSeq(strings.ToLower(v)) {
		switch {
		case strings.HasPrefix(t, "cc-"):
			return true
		case t == "one-time-code", t == "current-password", t == "new-password":
			return true
		}
	}
	return false
}

// secretParts are unmistakable wherever they are in a name.
var secretParts = [...]string{"password", "passwd", "passwort", "passphrase", "passcode", "creditcard", "cardnum"}

// secretWords are runs of whole words, as secretName puts them.
var secretWords = [...]string{
	"-card-", "-cc-num-", "-cc-number-", "-cc-no-", "-cc-exp-", "-cc-csc-", "-ccnum-", "-ccnumber-", "-ccno-",
	"-cvc-", "-cvv-", "-csc-", "-cardcvc-", "-cardcvv-", "-security-code-", "-securitycode-",
	"-iban-", "-account-number-", "-routing-number-", "-otp-", "-totp-", "-mfa-", "-one-time-code-", "-onetimecode-",
	"-verification-code-", "-pin-", "-pincode-", "-pwd-", "-userpwd-", "-pass-", "-secret-", "-ssn-",
	"-social-security-",
}

// secretName says whether a name, id or label speaks of a secret.
func secretName(v string) bool {
	if v == "" || len(v) > 256 {
		return false
	}
	words := wordsOf(v)
	if secretRuns.first(words) >= 0 {
		return true
	}
	if strings.IndexByte(words, 'p') < 0 && strings.IndexByte(words, 'c') < 0 {
		return false // no part is without
	}
	joined := strings.ReplaceAll(words, "-", "")
	for _, w := range secretParts {
		if strings.Contains(joined, w) {
			return true
		}
	}
	return false
}

var secretRuns = func() (r runs) {
	for i, w := range secretWords {
		r.add(i, w)
	}
	return r
}()

// runs are runs of whole words, by the first letter.
type runs [256][]placed

// A placed is a run with its place in a list.
type placed struct {
	run   string
	place int
}

func (r *runs) add(place int, run string) { r[run[1]] = append(r[run[1]], placed{run, place}) }

// first returns the least place of the runs that words has, as wordsOf puts
// them; -1 is none.
func (r *runs) first(words string) int {
	least := -1
	for i := 0; i < len(words)-1; i++ {
		if words[i] != '-' {
			continue
		}
		for _, n := range r[words[i+1]] {
			if (least < 0 || n.place < least) && strings.HasPrefix(words[i:], n.run) {
				least = n.place
			}
		}
	}
	return least
}

// wordsOf returns the words of a name in lower case, each between dashes. Words
// end at anything but letters, between letters and digits, and where camelCase
// has its humps.
func wordsOf(v string) string {
	buf := make([]byte, 0, 64)
	buf = append(buf, '-')
	var last byte
	for i := range len(v) {
		c := v[i]
		switch {
		case !isAlpha(c) && !isDigit(c):
			c = '-'
		case last != 0 && isDigit(c) != isDigit(last), isUpper(c) && isAlpha(last) && !isUpper(last):
			buf = append(buf, '-')
		}
		if c != '-' {
			last = v[i]
			buf = append(buf, c|0x20) // lower case; digits have the bit
		} else if last = 0; buf[len(buf)-1] != '-' {
			buf = append(buf, '-')
		}
	}
	if buf[len(buf)-1] != '-' {
		buf = append(buf, '-')
	}
	return string(buf)
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

func attrOf(n *html.Node, name string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			return n.Attr[i].Val
		}
	}
	return ""
}
