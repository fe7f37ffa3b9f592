package css_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pagetape/pagetape/internal/css"
)

func TestHides(t *testing.T) {
	for _, tt := range []struct {
		style               string
		display, visibility bool
	}{
		{"", false, false},
		{"display:none", true, false},
		{" DISPLAY : None ", true, false},
		{"color: red; display: none;", true, false},
		{"display: none; display: block", false, false},
		{"display: none !important; display: block", true, false},
		{"display: none !important; display: flex ! IMPORTANT", false, false},
		{"display: none!x", true, false},
		{"visibility: hidden; display: block", false, true},
		{"visibility: collapse", false, true},
		{"visibility: visible", false, false},
		{"display: none; visibility: hidden", true, true},
		{"content: none; overflow: hidden; --display: none; display", false, false},
	} {
		display, visibility := css.Hides(tt.style)
		assert.Equal(t, [2]bool{tt.display, tt.visibility}, [2]bool{display, visibility}, tt.style)
	}
}
