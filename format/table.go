package format

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// A tape keeps every string and every kind of node once, in tables, and refers
// to them by number (SPEC.md, "Tables"). There is a table of strings for each
// Role, one of templates and one of the bytes that strings hold as base64.
const (
	tableTemplates = 16
	tableBytes     = 17
	tables         = 18
)

// tablesVersion is the version of the static tables: strings that every tape
// has without writing them.
const tablesVersion = 1

//go:embed static-v1.txt
var staticText string

// A staticTable is the strings of one role that have the lowest numbers.
type staticTable struct {
	list []string
	ids  map[string]uint32
}

// statics are the static tables. Number 0 of each is the empty string.
var statics = sync.OnceValue(func() *[roles]staticTable {
	var all [roles]staticTable
	for i := range all {
		all[i] = staticTable{[]string{""}, map[string]uint32{"": 0}}
	}
	role := RolePlain
	for line := range strings.Lines(staticText) {
		line = strings.TrimSuffix(line, "\n")
		if n, ok := strings.CutPrefix(line, "role "); ok {
			i, _ := strconv.Atoi(n)
			role = Role(i)
			continue
		}
		s, err := strconv.Unquote(line)
		if err != nil {
			continue // a comment
		}
		t := &all[role]
		t.ids[s] = uint32(len(t.list))
		t.list = append(t.list, s)
	}
	return &all
})

// attrRole is the role of the value of the attribute with that name.
func attrRole(name string) Role {
	switch name {
	case "class":
		return RoleClass
	case "style", "_cssText":
		return RoleCSS
	case "value":
		return RoleInput
	case "href", "src", "srcset", "xlink:href", "action", "formaction", "poster", "data", "cite", "background", "ping", "rr_src":
		return RoleURL
	case "rr_dataURL":
		return RoleCanvas
	}
	return RoleAttr
}

// valueRoles are the roles that attrRole knows, in the order of their columns.
var valueRoles = [...]Role{RoleAttr, RoleClass, RoleCSS, RoleInput, RoleURL, RoleCanvas}

// staticCount is how many numbers of a table are given from the start.
func staticCount(table int) uint32 {
	switch table {
	case tableTemplates:
		return 1 // no node
	case tableBytes:
		return 0
	}
	return uint32(len(statics()[table].list))
}

// staticCounts are those of all tables.
func staticCounts() (counts [tables]uint32) {
	for i := range counts {
		counts[i] = staticCount(i)
	}
	return counts
}

// valueColumn is the place of a role in valueRoles.
func valueColumn(role Role) int {
	for i, r := range valueRoles {
		if r == role {
			return i
		}
	}
	return 0
}
