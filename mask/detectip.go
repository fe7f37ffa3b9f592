package mask

import (
	"net/netip"
	"strings"
)

// ipv4 finds an address of IPv4 in its usual form (RFC 6943, 3.1.1: strict).
// Versions have that form too: one that is called a version, that follows a
// product and a slash as in a user agent, or that ends in zeros is none; nor is
// one that is nobody's, as that of the machine itself.
func (f *finder) ipv4(i, end int) find {
	if end-i > 3 || f.at(end) != '.' {
		return find{}
	}
	switch b := f.before(i); {
	case isAlnum(b), b == '.', b == '-', b == '_', b == '*':
		return find{}
	case b == '/' && f.product(i-1):
		return find{}
	}
	to, dots := end, 0
	for to < len(f.s) && to-i <= 16 && (isDigit(f.s[to]) || f.s[to] == '.' && isDigit(f.at(to+1))) {
		if f.s[to] == '.' {
			dots++
		}
		to++
	}
	if dots != 3 || to-i > 15 || isAlnum(f.at(to)) || f.at(to) == '_' || f.at(to) == '-' {
		return find{}
	}
	addr, err := netip.ParseAddr(f.s[i:to])
	if err != nil || addr.IsLoopback() || addr.IsUnspecified() || strings.HasSuffix(f.s[i:to], ".0.0.0") || f.versioned(i) {
		return find{}
	}
	return find{i, to}
}

// product says whether the word before the slash at i is the product of a user
// agent, and no part of a path.
func (f *finder) product(i int) bool {
	from := i
	for from > f.floor && i-from < 32 && isAlnum(f.s[from-1]) {
		from--
	}
	return from < i && f.before(from) != '/'
}

// versioned says whether the word before i speaks of a version.
func (f *finder) versioned(i int) bool {
	for n := 0; n < 3 && i > f.floor && strings.IndexByte(" :=\"'", f.s[i-1]) >= 0; n++ {
		i--
	}
	from := i
	for from > f.floor && i-from < 9 && isAlpha(f.s[from-1]) {
		from--
	}
	switch strings.ToLower(f.s[from:i]) {
	case "v", "ver", "version", "versions", "build", "release", "rev", "revision", "firmware":
		return true
	}
	return false
}

// ipv6 finds an address of IPv6 (RFC 4291, 2.2) of which the colon at i is the
// first. It must have a digit, for words of programs have colons too.
func (f *finder) ipv6(i int) find {
	if i < f.group {
		return find{}
	}
	from, to := i, i
	for from > f.floor && i-from < 5 && isHexDigit(f.s[from-1]) {
		from--
	}
	digits, colons := 0, 0
	for p := from; p < i; p++ {
		if isDigit(f.s[p]) {
			digits++
		}
	}
	for to < len(f.s) {
		c := f.s[to]
		switch {
		case isDigit(c):
			digits++
		case isHexDigit(c):
		case c == ':':
			colons++
		case c == '.' && isDigit(f.at(to+1)):
		default:
			goto end
		}
		to++
	}
end:
	f.group = to
	if to-from > 2 && f.s[to-1] == ':' && f.s[to-2] != ':' {
		to--
		colons--
	}
	b := f.before(from)
	if colons < 2 || digits == 0 || to-from > 45 || isAlnum(b) || b == '_' || b == '.' || b == '*' || isAlnum(f.at(to)) || f.at(to) == '_' {
		return find{}
	}
	addr, err := netip.ParseAddr(f.s[from:to])
	if err != nil || addr.IsLoopback() || addr.IsUnspecified() {
		return find{}
	}
	return find{from, to}
}
