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
	text := `{"rules":[{"select":".a \u003e p","action":"allow"},{"select":".a \u003e p","action":"block"},` +
		`{"select":".b","action":"mask"}],"keep":["x","y"],"plugins":["p","q"]}`
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
	assert.Equal(t, []string{"Name", "Rules", "Text", "Labels", "Shape", "Keep", "Plugins", "Detect"}, fields(mask.Config{}))
	assert.Equal(t, []string{"Select", "Action", "Why"}, fields(mask.Rule{}))
}
