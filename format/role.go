package format

import "strconv"

// roleNames are the names of the roles, as String and RoleOf have them.
var roleNames = [roles]string{
	RolePlain: "plain", RoleText: "text", RoleInput: "input", RoleURL: "url", RoleCSS: "css",
	RoleConsole: "console", RoleNetwork: "network", RoleCustom: "custom", RoleCanvas: "canvas",
	RoleFont: "font", RoleProperty: "property", RoleTagName: "tag-name", RoleMember: "member",
	RoleAttrName: "attr-name", RoleAttr: "attr", RoleClass: "class",
}

// String returns the name of the role, such as "attr-name"; "role-" and the
// number of one that is not known.
func (r Role) String() string {
	if r < roles {
		return roleNames[r]
	}
	return "role-" + strconv.Itoa(int(r))
}

// RoleOf returns the role with that name, and whether there is one.
func RoleOf(name string) (Role, bool) {
	for r, s := range roleNames {
		if s == name {
			return Role(r), true
		}
	}
	return 0, false
}
