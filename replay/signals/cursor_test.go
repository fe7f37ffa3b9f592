package signals

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHandSelectors(t *testing.T) {
	for text, want := range map[string][]string{
		"a{cursor:pointer}": {"a"},
		".card , #x>b { color: red; CURSOR : Pointer !important }":                          {".card", "#x>b"},
		"a{cursor:default} b{color:pointer} c{x-cursor:pointer}":                            nil,
		"@import 'x'; @media (min-width: 1px), print { .m{cursor:pointer} .n{} }":           {".m"},
		"/* a{cursor:pointer} */ .t::after{content:'{cursor:pointer}'}":                     nil,
		":is(a, b) c{cursor:pointer}":                                                       {":is(a, b) c"},
		"a{cursor:url(x.cur), pointer}":                                                     {"a"},
		".outer{ .inner{cursor:pointer} } .after{cursor:pointer}":                           {".after"},
		"@layer x{ @supports (display:grid){ .deep{cursor:pointer} } } } .e{cursor:pointer": {".deep", ".e"},
		"a[b=','],d{cursor:pointer}":                                                        {"a[b=',']", "d"},
	} {
		assert.Equal(t, want, handSelectors(text), text)
	}
}
