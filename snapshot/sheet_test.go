package snapshot_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/snapshot"
)

func TestSheetRules(t *testing.T) {
	for _, tt := range []struct {
		name, css string
		rules     int
	}{
		{"empty", "", 0},
		{"one", "a{color:red}", 1},
		{"comment between", "a{} /* b{} */ c{}", 2},
		{"import and charset", `@charset "utf-8"; @import url(x;y.css); @namespace svg url(z); a{}`, 3},
		{"layer statement", "@layer a, b; @layer c { d{} }", 2},
		{"string with braces", `a::before{content:"}{"} b{}`, 2},
		{"escaped quote", `a::before{content:"\"}"} b{}`, 2},
		{"data url", "a{background:url(data:image/png;base64,AA==;{)} b{}", 2},
		{"escaped name of url", `a{background:\75rl(a;b}c)} b{}`, 2},
		{"brackets in selector", `a[x="}"]:is(b, c){} d{}`, 2},
		{"html comments", "<!-- a{} --> b{}", 2},
		{"unterminated block", "a{color:red; b:c", 1},
		{"unterminated string", `a{content:"x`, 1},
		{"unterminated comment", "a{} /* b", 1},
		{"media", "@media (width < 600px) { a{} b{} } c{}", 2},
		{"keyframes", "@keyframes x { from{} 50%{} to{} }", 1},
		{"split mark", "a{}/* rr_split */b{}", 2},
		{"selector without block", "a, b", 0},
		{"stray brace", "} a{} b{}", 1},
		{"stray semicolon", "a{}; b{} c{}", 2},
		{"escaped digit in selector", `.\31 6px{} .\32 5{} b{}`, 3},
		{"escaped name of url with a space", `a{background:\75 rl(a;b}c)} b{}`, 2},
		{"escaped line end in string", "a{content:\"x\\\r\ny}\"} b{}", 2},
		{"string broken by a line end", "a{content:\"x\n} b{}", 2},
		{"hash named url", "a#url(b){} c{}", 1},
		{"media without block", "@media print; a{}", 1},
		{"no selector", "{} a{} ,b{} c,{} > d{}", 1},
		{"custom property as selector", "--x:hover{} a{}", 1},
		{"unknown at-rules", "@new x; @new { a{} } b{}", 3},
		{"zero byte", "a\x00b{} c{}", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := snapshot.NewSheet(tt.css)
			assert.Equal(t, tt.rules, s.Len())
			assert.Equal(t, tt.css, s.Text(), "reading does not change the text")
		})
	}
}

func TestSheetEdits(t *testing.T) {
	type edit func(*snapshot.Sheet) error
	insert := func(rule string, path ...int) edit {
		return func(s *snapshot.Sheet) error { return s.Insert(path, rule) }
	}
	remove := func(path ...int) edit { return func(s *snapshot.Sheet) error { return s.Delete(path) } }
	set := func(name, value, priority string, path ...int) edit {
		return func(s *snapshot.Sheet) error { return s.SetProperty(path, name, value, priority) }
	}
	unset := func(name string, path ...int) edit {
		return func(s *snapshot.Sheet) error { return s.RemoveProperty(path, name) }
	}
	for _, tt := range []struct {
		name, css string
		edit      edit
		want      string
		err       error
	}{
		{"insert first", "a{}", insert("b{x:y}", 0), "b{x:y}\na{}", nil},
		{"insert clamped", "a{}", insert("b{}", 9), "a{}\nb{}", nil},
		{"insert into media", "@media print{a{}}", insert("b{}", 0, 1), "@media print {\n  a{}\n  b{}\n}", nil},
		{"insert two", "a{}", insert("b{} c{}", 0), "", snapshot.ErrBadRule},
		{"insert nothing", "a{}", insert("  ", 0), "", snapshot.ErrBadRule},
		{"insert into statement", "@import 'x';", insert("b{}", 0, 0), "", snapshot.ErrNoRule},
		{"insert through nothing", "a{}", insert("b{}", 3, 0), "", snapshot.ErrNoRule},
		{"negative", "a{}", insert("b{}", -1), "", snapshot.ErrNoRule},
		{"delete", "a{} b{} c{}", remove(1), "a{}\nc{}", nil},
		{"delete nested", "@media print{a{} b{}}", remove(0, 0), "@media print {\n  b{}\n}", nil},
		{"delete nothing", "a{}", remove(1), "", snapshot.ErrNoRule},
		{"delete without a path", "a{}", remove(), "", snapshot.ErrNoRule},
		{"set", "a { color: red; }", set("color", "blue", "", 0), "a { color: blue; }", nil},
		{"set important", "a{b:c}", set("COLOR", "blue", "important", 0), "a { b: c; color: blue !important; }", nil},
		{"set in media", "@media print{a{b:c}}", set("b", "d", "", 0, 0), "@media print {\n  a { b: d; }\n}", nil},
		{"set in keyframe", "@keyframes k{from{top:0} to{top:1px}}", set("top", "2px", "", 0, 1), "@keyframes k {\n  from{top:0}\n  to { top: 2px; }\n}", nil},
		{"set in font-face", "@font-face{font-family:f}", set("font-family", "g", "", 0), "@font-face { font-family: g; }", nil},
		{"set custom", "a{--X:1}", set("--X", "{a:b}", "", 0), "a { --X: {a:b}; }", nil},
		{"set on import", "@import 'x';", set("a", "b", "", 0), "", snapshot.ErrNoStyle},
		{"set a break-out", "a{}", set("color", "red} b{", "", 0), "", snapshot.ErrBadDeclare},
		{"set two", "a{}", set("color", "red; x: y", "", 0), "", snapshot.ErrBadDeclare},
		{"unset", "a{b:c;d:e}", unset("b", 0), "a { d: e; }", nil},
		{"unset what is not there", "a{b:c}", unset("z", 0), "a{b:c}", nil},
		{"insert nested declarations", "a{ & b{} }", insert("c:d", 0, 1), "a {\n  & b{}\n  c: d;\n}", nil},
		{"insert nested declarations in a group", "a{ @media x { b{} } }", insert("c:d;e:f", 0, 0, 0), "a {\n  @media x {\n  c: d; e: f;\n  b{}\n}\n}", nil},
		{"insert declarations at the top", "a{}", insert("c:d", 0), "", snapshot.ErrBadRule},
		{"insert an open rule", "a{}", insert(`b{c:"d`, 0), `b{c:"d"}` + "\na{}", nil},
		{"insert after an open rule", "a{b:url(c", insert("d{}", 1), "a{b:url(c)}\nd{}", nil},
		{"insert after an open statement", "@import 'x", insert("d{}", 1), "@import 'x';\nd{}", nil},
		{"insert charset", "a{}", insert("@charset 'x';", 0), "", snapshot.ErrBadRule},
		{"too deep", "a{}", insert("b{}", make([]int, 65)...), "", snapshot.ErrNoRule},
		{"set in page", "@page{a:b;@top-left{c:d}e:f}", set("e", "g", "", 0), "@page {\n  a: b; e: g;\n  @top-left{c:d}\n}", nil},
		{"set in margin box", "@page{@top-left{c:d}}", set("c", "e", "", 0, 0), "@page {\n  @top-left { c: e; }\n}", nil},
		{"escape at the end of a selector", `a\ {}`, set("b", "c", "", 0), `a\  { b: c; }`, nil},
		{"media in a rule", "a{ @media x { b:c; d{} } }", set("b", "e", "", 0, 0, 0), "a {\n  @media x {\n  b: e;\n  d{}\n}\n}", nil},
		{"declarations in media do not count", "@media x{ b:c; d{} }", set("b", "e", "", 0, 0), "@media x {\n  d { b: e; }\n}", nil},
		{"nested rule", "a{b:c; & d{e:f} g:h}", set("g", "i", "", 0, 1), "a {\n  b: c;\n  & d{e:f}\n  g: i;\n}", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := snapshot.NewSheet(tt.css)
			copied := s.Clone()
			err := tt.edit(s)
			if tt.err != nil {
				require.ErrorIs(t, err, tt.err)
				assert.Equal(t, tt.css, s.Text(), "a failed edit changes nothing")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, s.Text())
			assert.Equal(t, tt.css, copied.Text(), "a clone is its own")
		})
	}
}

func TestSheetReplace(t *testing.T) {
	s := snapshot.NewSheet("a{}")
	s.Replace("@import url(x); b{}")
	assert.Equal(t, "b{}", s.Text())
	s.Replace("")
	assert.Zero(t, s.Len())
}

func TestInsertThenDelete(t *testing.T) {
	s := snapshot.NewSheet(bigSheet())
	n := s.Len()
	require.NoError(t, s.Insert([]int{n}, "z{}"))
	require.NoError(t, s.Delete([]int{n}))
	want := s.Text()
	for i := range 100 {
		path := []int{i * 40}
		require.NoError(t, s.Insert(path, "@media x{ a{} b{ c{} } }"))
		require.NoError(t, s.Insert([]int{i * 40, 1, 0}, "d{}"))
		require.NoError(t, s.Delete([]int{i * 40, 1, 0}))
		require.NoError(t, s.Delete(path))
	}
	assert.Equal(t, want, s.Text())
	assert.Equal(t, n, snapshot.NewSheet(want).Len())
}

// TestHostileSheets does with each text what would take hours, and the test
// run's time limit, if any of it took quadratic time for each level.
func TestHostileSheets(t *testing.T) {
	for _, part := range []string{"{", "a{", "a:{", "(", "a:b{}", "a:hover{} ", "/*", "url(", "\"", "\\", "@a{", "@media{a:b{", "a:", "}", "<!--", "a{b:c}"} {
		t.Run(part, func(t *testing.T) {
			css := strings.Repeat(part, 30_000/len(part))
			for _, css := range []string{css, "a{" + css, "@media x{" + css} {
				s := snapshot.NewSheet(css)
				s.Len()
				path := []int{0}
				for range 64 {
					_ = s.SetProperty(path, "a", "b", "")
					_ = s.Insert(path, css)
					path = append(path, 0)
				}
				_ = s.Text()
			}
		})
	}
}

func FuzzSheet(f *testing.F) {
	for _, s := range []string{"a{b:c}", "@media x{a{}b{c:d;}}", `a{content:"\`, "a{b:url(", "@a;{}}", "a{&b{c:d}e:f}", "@import 'x", "--x:{a}", "a{b:c!important}"} {
		f.Add(s, "x{y:z}")
	}
	f.Fuzz(func(t *testing.T, css, rule string) {
		s := snapshot.NewSheet(css)
		n := s.Len()
		assert.Equal(t, n, snapshot.NewSheet(s.Text()).Len())
		if s.Insert([]int{0}, rule) == nil {
			assert.Equal(t, n+1, s.Len())
			require.NoError(t, s.Delete([]int{0}))
		}
		for i := range min(n, 3) {
			_ = s.SetProperty([]int{i}, "color", "red", "")
			_ = s.Insert([]int{i, 0}, rule)
			_ = s.SetProperty([]int{i, 0}, "color", "red", "")
		}
		// Edited text has the rules that the sheet has.
		assert.Equal(t, s.Len(), snapshot.NewSheet(s.Text()).Len(), "%q", s.Text())
	})
}

func bigSheet() string {
	var b strings.Builder
	for i := range 5000 {
		b.WriteString(".class-" + strconv.Itoa(i) + ":hover > .x, .y::before { color: var(--c, #fff); background: url(data:image/png;base64,AAAA) no-repeat; margin: 1px 2px; }\n")
	}
	return b.String()
}

func BenchmarkSheetParse(b *testing.B) {
	css := bigSheet()
	b.SetBytes(int64(len(css)))
	for b.Loop() {
		snapshot.NewSheet(css).Len()
	}
}

func BenchmarkSheetInsert1000(b *testing.B) {
	css := bigSheet()
	for b.Loop() {
		s := snapshot.NewSheet(css)
		for i := range 1000 {
			_ = s.Insert([]int{i}, "a{b:c}")
		}
	}
}
