package pagetape_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/pagetape/pagetape"

// TestImports holds the arrows between the packages, as CONTRIBUTING.md has
// them.
func TestImports(t *testing.T) {
	allowed := map[string][]string{
		"":                  nil,
		"snapshot":          {"internal/css"},
		"format":            {"snapshot", "internal/wire", "internal/jsonscan", "internal/jsonstr"},
		"format/rrweb":      {"snapshot", "format", "internal/jsonscan", "internal/jsonstr"},
		"mask":              {"snapshot", "format", "internal/ahead", "internal/css", "internal/echo", "internal/jsonstr", "internal/selector"},
		"mask/masktest":     {"snapshot", "format", "mask"},
		"replay":            {"snapshot", "format", "internal/css", "internal/selector"},
		"replay/signals":    {"snapshot", "format", "replay", "internal/css", "internal/selector"},
		"replay/chart":      {"snapshot", "format", "replay"},
		"replay/replaytest": {"snapshot", "format", "replay"},
		"internal/css":      nil,
		"internal/echo":     nil,
		"internal/ahead":    {"format"},
		"internal/selector": {"snapshot"},
		"internal/wire":     nil,
		"internal/jsonscan": nil,
		"internal/jsonstr":  nil,
		"internal/sessions": {"snapshot", "format", "format/rrweb"},
	}
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...").Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		name := strings.TrimPrefix(strings.TrimPrefix(fields[0], module), "/")
		may, known := allowed[name]
		if strings.HasPrefix(name, "cmd/") || strings.HasPrefix(name, "examples/") {
			continue
		}
		assert.True(t, known, "%s has no row in this test", fields[0])
		for _, imported := range fields[1:] {
			if in, ok := strings.CutPrefix(imported, module+"/"); ok {
				assert.True(t, slices.Contains(may, in), "%s imports %s", name, in)
			}
			if strings.Contains(imported, "cascadia") {
				assert.Equal(t, "internal/selector", name, "only internal/selector compiles selectors")
			}
			if strings.Contains(imported, "go-analyze/charts") || strings.Contains(imported, "golang.org/x/image") {
				assert.Equal(t, "replay/chart", name, "only replay/chart draws")
			}
		}
	}
}
