package mask_test

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/mask"
)

func hash(t *testing.T, c mask.Config) string {
	t.Helper()
	p, err := mask.Compile(c)
	require.NoError(t, err)
	return p.Hash()
}

func TestPolicyHash(t *testing.T) {
	base := func() mask.Config {
		return mask.Config{
			Name:  "a",
			Rules: []mask.Rule{rule(".b", mask.Mask), rule(".a > p", mask.Allow), rule(".a > p", mask.Block)},
			Keep:  []string{"y", "x"}, Plugins: []string{"q", "p"},
			Detect: []string{},
		}
	}
	want := hash(t, base())
	// The promise: this text, and so this hash, is for ever that of the policy.
	text := `{"rules":[{"plugin":"p","action":"allow"},{"plugin":"q","action":"allow"},` +
		`{"tag":"x","action":"allow"},{"tag":"y","action":"allow"},{"select":".a \u003e p","action":"allow"},{"select":".a \u003e p","action":"block"},` +
		`{"select":".b","action":"mask"}]}`
	assert.Equal(t, fmt.Sprintf("%x", sha256.Sum256([]byte(text))), want)

	// The detectors of a policy that does not name them are in its hash by
	// name: should the default set change, so does the hash.
	c := base()
	c.Detect = nil
	text = strings.TrimSuffix(text, "}") + `,"detect":["card","credentials","email","iban","jwt","key","pem","ssn"]}`
	assert.Equal(t, fmt.Sprintf("%x", sha256.Sum256([]byte(text))), hash(t, c))
	c.Detect = []string{"ssn", "pem", "key", "jwt", "iban", "email", "credentials", "card", "card"}
	assert.Equal(t, fmt.Sprintf("%x", sha256.Sum256([]byte(text))), hash(t, c))

	for _, tt := range []struct {
		name   string
		change func(c *mask.Config)
		same   bool
	}{
		{"nothing", func(*mask.Config) {}, true},
		{"name", func(c *mask.Config) { c.Name = "b" }, true},
		{"why", func(c *mask.Config) { c.Rules[1].Why = "because" }, true},
		{"order", func(c *mask.Config) {
			slices.Reverse(c.Rules)
			slices.Reverse(c.Keep)
			slices.Reverse(c.Plugins)
		}, true},
		{"twice", func(c *mask.Config) {
			c.Rules = append(c.Rules, mask.Rule{Select: ".b", Action: mask.Mask, Why: "again"})
			c.Keep, c.Plugins = append(c.Keep, "y"), append(c.Plugins, "q")
		}, true},
		{"a rule less", func(c *mask.Config) { c.Rules = c.Rules[:2] }, false},
		{"a selector", func(c *mask.Config) { c.Rules[0].Select = ".c" }, false},
		{"an action", func(c *mask.Config) { c.Rules[0].Action = mask.Final }, false},
		{"text", func(c *mask.Config) { c.Text = mask.TextMask }, false},
		{"labels", func(c *mask.Config) { c.Labels = mask.TextMask }, false},
		{"shape", func(c *mask.Config) { c.Shape = mask.ShapeLength }, false},
		{"keep as rules", func(c *mask.Config) {
			c.Keep = []string{"x"}
			c.Rules = append(c.Rules, mask.Rule{Tag: "y", Action: mask.Allow})
		}, true},
		{"glyph", func(c *mask.Config) { c.Glyph = "x" }, false},
		{"default glyph", func(c *mask.Config) { c.Glyph = "*" }, true},
		{"paths", func(c *mask.Config) { c.Paths = true }, false},
		{"input", func(c *mask.Config) { c.Rules[0] = mask.Rule{Input: "tel", Action: mask.Mask} }, false},
		{"keep", func(c *mask.Config) { c.Keep = c.Keep[1:] }, false},
		{"plugins", func(c *mask.Config) { c.Plugins = nil }, false},
		{"detectors", func(c *mask.Config) { c.Detect = []string{"ip"} }, false},
		{"default detectors", func(c *mask.Config) { c.Detect = nil }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := base()
			tt.change(&c)
			got := hash(t, c)
			assert.Len(t, got, 64)
			assert.Equal(t, tt.same, got == want)
		})
	}
	// Every kind of rule counts, as does what it says.
	seen := map[string]bool{want: true}
	for _, r := range []mask.Rule{
		{Input: "tel", Action: mask.Allow}, {Input: "url", Action: mask.Allow}, {Name: "tel", Action: mask.Allow},
		{Attr: "tel", Action: mask.Allow}, {Param: "tel", Action: mask.Allow}, {Param: "tel", Action: mask.Drop},
		{Tag: "tel", Action: mask.Allow}, {Plugin: "tel", Action: mask.Allow}, {Select: "tel", Action: mask.Allow},
	} {
		c := base()
		c.Rules = append(c.Rules, r)
		assert.False(t, seen[hash(t, c)], "%+v", r)
		seen[hash(t, c)] = true
	}
	// Detectors given to Compile count by their names.
	find := func(string, func(int, int)) {}
	named := func(names ...string) string {
		var given []mask.Detector
		for _, name := range names {
			given = append(given, mask.Detector{Name: name, Find: find})
		}
		p, err := mask.Compile(base(), given...)
		require.NoError(t, err)
		return p.Hash()
	}
	assert.Equal(t, want, named())
	assert.NotEqual(t, want, named("a"))
	assert.NotEqual(t, named("b"), named("a"))
	assert.Equal(t, named("a", "b"), named("b", "a"))

	// Hash changes nothing: it sorts copies.
	c = base()
	hash(t, c)
	assert.Equal(t, base(), c)
	assert.NotEqual(t, hash(t, mask.Default()), hash(t, mask.Strict()))
	assert.Equal(t, hash(t, mask.Config{}), hash(t, mask.Config{Keep: []string{}, Rules: []mask.Rule{}}))
}

// A new field of a Config needs a decision: it is in the hash, which keeps that
// of policies that do not use it, or Hash takes it out, as a secret must be.
func TestPolicyHashKnowsEveryField(t *testing.T) {
	fields := func(v any) (names []string) {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
			names = append(names, f.Name)
		}
		return names
	}
	assert.Equal(t, []string{"Name", "Rules", "Text", "Labels", "Shape", "Glyph", "Paths", "Keep", "Plugins", "Detect", "Custom"}, fields(mask.Config{}))
	assert.Equal(t, []string{"Select", "Input", "Name", "Attr", "Param", "Tag", "Plugin", "Action", "Why"}, fields(mask.Rule{}))
}
