package snapshot

import (
	"iter"
	"slices"
	"strings"

	"github.com/pagetape/pagetape/internal/css"
)

// propertyName returns the name of a property as CSSOM has it: in lower case,
// unless it is a custom property's.
func propertyName(raw string) string {
	if strings.HasPrefix(raw, "--") {
		return raw
	}
	name := lower(css.Unescape(raw))
	if c := scan(name); !c.Next() || c.Kind != css.Ident || c.End < len(name) || strings.Contains(name, `\`) {
		return raw // can only be spelt with escapes: no property's
	}
	return name
}

// canonical returns the name of which name, as propertyName returns it, is an
// alias in the browsers (Compatibility Standard § 3.1.2).
func canonical(name string) string {
	if name == "" || name[0] != '-' {
		switch name {
		case "grid-gap", "grid-row-gap", "grid-column-gap":
			return name[len("grid-"):]
		case "word-wrap":
			return "overflow-wrap"
		}
		return name
	}
	rest, vendor := strings.CutPrefix(name, "-webkit-")
	if !vendor {
		rest, vendor = strings.CutPrefix(name, "-moz-")
	}
	if !vendor {
		return name
	}
	first, _, _ := strings.Cut(rest, "-")
	switch first {
	case "align", "animation", "appearance", "backface", "column", "columns", "filter", "flex",
		"justify", "opacity", "order", "perspective", "transform", "transition":
		return rest
	}
	switch rest {
	case "background-clip", "background-origin", "background-size", "border-radius",
		"border-top-left-radius", "border-top-right-radius", "border-bottom-left-radius", "border-bottom-right-radius",
		"box-shadow", "box-sizing", "clip-path", "mask", "mask-clip", "mask-image", "mask-origin", "mask-position",
		"mask-repeat", "mask-size", "user-select":
		return rest
	}
	return name
}

// mapping returns the logical property group of a property, "" for most, and
// whether it is a flow-relative one of the group (CSS Logical 1 § 4).
func mapping(name string) (group string, logical bool) {
	switch name {
	case "top", "right", "bottom", "left":
		return "inset", false
	case "width", "height":
		return "size", false
	case "inline-size", "block-size":
		return "size", true
	}
	for _, g := range [...]string{
		"margin", "padding", "border", "inset", "overflow", "min", "max", "overscroll-behavior",
		"scroll-margin", "scroll-padding", "contain-intrinsic",
	} {
		if strings.HasPrefix(name, g) && (len(name) == len(g) || name[len(g)] == '-') {
			return g, strings.Contains(name, "inline") || strings.Contains(name, "block") ||
				strings.Contains(name, "-start-") || strings.Contains(name, "-end-")
		}
	}
	return "", false
}

// A shorthand is what a shorthand property is short for.
type shorthand struct {
	names []string                // its longhands
	split func([]string) []string // the longhands' values, nil where they are not plain to see
	more  []string                // longhands that it resets, or that not all browsers have
	every bool                    // it is short for all properties
}

func (s *shorthand) all() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, l := range [...][]string{s.names, s.more} {
			for _, n := range l {
				if !yield(n) {
					return
				}
			}
		}
	}
}

func (s *shorthand) has(name string) bool {
	if s.every {
		return name != "all" && name != "direction" && name != "unicode-bidi" && !strings.HasPrefix(name, "--")
	}
	return slices.Contains(s.names, name) || slices.Contains(s.more, name)
}

// includes says whether s sets all that o sets.
func (s *shorthand) includes(o *shorthand) bool {
	if s.every || o.every {
		return s.every
	}
	for n := range o.all() {
		if !s.has(n) {
			return false
		}
	}
	return true
}

// meets says whether s sets the property, or one that it is short for.
func (s *shorthand) meets(name string, o *shorthand) bool {
	if o == nil {
		return s.has(name)
	}
	if s.every || o.every {
		return true
	}
	for n := range o.all() {
		if s.has(n) {
			return true
		}
	}
	return false
}

// longhands returns the values of the longhands of d, which is a shorthand.
func (d *declaration) longhands() ([]string, bool) {
	n := len(d.short.names) + len(d.short.more)
	switch lower(d.value) {
	case "initial", "inherit", "unset", "revert", "revert-layer", "revert-rule":
		return slices.Repeat([]string{d.value}, n), true
	}
	parts, ok := components(d.value)
	if !ok || d.short.split == nil {
		return nil, false
	}
	values := d.short.split(parts)
	if values == nil {
		return nil, false
	}
	for len(values) < n {
		values = append(values, "initial")
	}
	return values, true
}

// components returns the component values of a value (CSS Syntax 3 § 5), if
// they are few and none is substituted later (CSS Values 5 § 7): a shorthand
// with var() in it has no longhands until it is computed.
func components(value string) ([]string, bool) {
	for c := scan(value); c.Next(); {
		if c.Kind == css.Function {
			switch name := lower(css.Unescape(value[c.Start : c.End-1])); name {
			case "var", "env", "attr", "if", "inherit":
				return nil, false
			default:
				if strings.HasPrefix(name, "--") {
					return nil, false
				}
			}
		}
	}
	var parts []string
	for c := scan(value); c.Next() && len(parts) <= 16; {
		start := c.Start
		if c.Opens() {
			c.Skip()
		} else if c.Kind == css.Space || c.Kind == css.Comment {
			continue
		}
		parts = append(parts, value[start:c.End])
	}
	return parts, len(parts) > 0 && len(parts) <= 16
}

// boxValues splits the values of top, right, bottom and left.
func boxValues(p []string) []string {
	switch {
	case len(p) > 4 || slices.ContainsFunc(p, isPunct):
		return nil
	case len(p) == 1:
		return []string{p[0], p[0], p[0], p[0]}
	case len(p) == 2:
		return []string{p[0], p[1], p[0], p[1]}
	case len(p) == 3:
		return []string{p[0], p[1], p[2], p[1]}
	}
	return p
}

func isPunct(s string) bool { return s == "/" || s == "," }

// pairValues splits two values of which the second is as the first if it is
// left out.
func pairValues(p []string) []string {
	if len(p) > 2 || slices.ContainsFunc(p, isPunct) {
		return nil
	}
	switch lower(p[0]) { // words of a value of place-content and the like
	case "first", "last", "safe", "unsafe", "legacy", "baseline":
		return nil
	}
	return []string{p[0], p[len(p)-1]}
}

// radiusValues splits border-radius, whose corners have two radii each.
func radiusValues(p []string) []string {
	i := slices.Index(p, "/")
	if i < 0 {
		return boxValues(p)
	}
	if i == 0 || i == len(p)-1 {
		return nil
	}
	h, v := boxValues(p[:i]), boxValues(p[i+1:])
	if h == nil || v == nil {
		return nil
	}
	out := make([]string, 4)
	for k := range out {
		out[k] = h[k] + " " + v[k]
	}
	return out
}

// sortValues puts each part where class says, "initial" where there is none.
func sortValues(p []string, n int, class func(string) int) []string {
	out := slices.Repeat([]string{"initial"}, n)
	seen := 0
	for _, s := range p {
		i := class(lower(s))
		if isPunct(s) || i < 0 || seen&(1<<i) != 0 {
			return nil
		}
		seen |= 1 << i
		out[i] = s
	}
	return out
}

// lineValues splits width, style and color, in any order.
func lineValues(p []string) []string {
	return sortValues(p, 3, func(s string) int {
		switch s {
		case "none", "hidden", "dotted", "dashed", "solid", "double", "groove", "ridge", "inset", "outset", "auto":
			return 1
		case "thin", "medium", "thick":
			return 0
		}
		if isSize(s) {
			return 0
		}
		return 2
	})
}

// isSize says whether a component is a length and such, not a color.
func isSize(s string) bool {
	c := scan(s)
	if !c.Next() {
		return false
	}
	switch s[:c.End] {
	case "calc(", "min(", "max(", "clamp(":
		return true
	}
	return c.Kind == css.Number
}

// borderValues and edgesValues split one line for four and for two edges.
func borderValues(p []string) []string { return repeatValues(lineValues(p), 4) }
func edgesValues(p []string) []string  { return repeatValues(lineValues(p), 2) }

func repeatValues(v []string, n int) []string {
	var out []string
	for _, s := range v {
		out = append(out, slices.Repeat([]string{s}, n)...)
	}
	return out
}

// flexValues splits grow, shrink and basis (CSS Flexbox 1 § 7.1.1).
func flexValues(p []string) []string {
	number := func(s string) bool {
		c := scan(s)
		return c.Next() && c.Kind == css.Number && strings.Trim(s, "+-.0123456789eE") == ""
	}
	if len(p) == 1 {
		switch {
		case lower(p[0]) == "none":
			return []string{"0", "0", "auto"}
		case number(p[0]):
			return []string{p[0], "1", "0%"}
		}
		return []string{"1", "1", p[0]}
	}
	switch n := len(p); {
	case n == 2 && number(p[0]) && number(p[1]):
		return []string{p[0], p[1], "0%"}
	case n == 2 && number(p[0]):
		return []string{p[0], "1", p[1]}
	case n == 2 && number(p[1]):
		return []string{p[1], "1", p[0]}
	case n == 3 && number(p[0]) && number(p[1]):
		return p
	}
	return nil
}

func flowValues(p []string) []string {
	return sortValues(p, 2, func(s string) int {
		if s == "nowrap" || s == "wrap" || s == "wrap-reverse" {
			return 1
		}
		return 0
	})
}

// listValues splits position, image and type, none being either of the latter.
func listValues(p []string) []string {
	none := 0
	p = slices.DeleteFunc(slices.Clone(p), func(s string) bool {
		if lower(s) != "none" {
			return false
		}
		none++
		return true
	})
	out := sortValues(p, 3, func(s string) int {
		switch {
		case s == "inside", s == "outside":
			return 0
		case strings.Contains(s, "(") && !strings.HasPrefix(s, "symbols("):
			return 1
		}
		return 2
	})
	for i := range out {
		if i > 0 && none > 0 && out[i] == "initial" {
			out[i] = "none"
		}
	}
	return out
}

func lineThroughValues(p []string) []string {
	var lines []string
	p = slices.DeleteFunc(slices.Clone(p), func(s string) bool {
		switch lower(s) {
		case "none", "underline", "overline", "line-through", "blink":
			lines = append(lines, s)
			return true
		}
		return false
	})
	out := sortValues(p, 4, func(s string) int {
		switch s {
		case "solid", "double", "dotted", "dashed", "wavy":
			return 1
		case "auto", "from-font":
			return 3
		}
		if isSize(s) {
			return 3
		}
		return 2
	})
	if out != nil && lines != nil {
		out[0] = strings.Join(lines, " ")
	}
	return out
}

func spaceValues(p []string) []string {
	if len(p) == 1 {
		switch lower(p[0]) {
		case "normal":
			return []string{"collapse", "wrap"}
		case "nowrap":
			return []string{"collapse", "nowrap"}
		case "pre":
			return []string{"preserve", "nowrap"}
		case "pre-wrap":
			return []string{"preserve", "wrap"}
		case "pre-line":
			return []string{"preserve-breaks", "wrap"}
		case "break-spaces":
			return []string{"break-spaces", "wrap"}
		}
	}
	return nil
}

// shorthands are the shorthand properties of CSS. A shorthand of shorthands is
// listed with the longhands of those.
var shorthands = map[string]*shorthand{
	"all":                 {every: true},
	"animation":           {names: []string{"animation-duration", "animation-timing-function", "animation-delay", "animation-iteration-count", "animation-direction", "animation-fill-mode", "animation-play-state", "animation-name"}, more: []string{"animation-timeline", "animation-range-start", "animation-range-end"}},
	"animation-range":     {names: []string{"animation-range-start", "animation-range-end"}},
	"background":          {names: []string{"background-image", "background-position-x", "background-position-y", "background-size", "background-attachment", "background-origin", "background-clip", "background-color"}, more: []string{"background-repeat", "background-repeat-x", "background-repeat-y"}},
	"background-position": {names: []string{"background-position-x", "background-position-y"}},
	"border": {names: []string{
		"border-top-width", "border-right-width", "border-bottom-width", "border-left-width",
		"border-top-style", "border-right-style", "border-bottom-style", "border-left-style",
		"border-top-color", "border-right-color", "border-bottom-color", "border-left-color",
	}, split: borderValues, more: []string{"border-image-source", "border-image-slice", "border-image-width", "border-image-outset", "border-image-repeat"}},
	"border-block":           {names: []string{"border-block-start-width", "border-block-end-width", "border-block-start-style", "border-block-end-style", "border-block-start-color", "border-block-end-color"}, split: edgesValues},
	"border-block-color":     {names: []string{"border-block-start-color", "border-block-end-color"}, split: pairValues},
	"border-block-end":       {names: []string{"border-block-end-width", "border-block-end-style", "border-block-end-color"}, split: lineValues},
	"border-block-start":     {names: []string{"border-block-start-width", "border-block-start-style", "border-block-start-color"}, split: lineValues},
	"border-block-style":     {names: []string{"border-block-start-style", "border-block-end-style"}, split: pairValues},
	"border-block-width":     {names: []string{"border-block-start-width", "border-block-end-width"}, split: pairValues},
	"border-bottom":          {names: []string{"border-bottom-width", "border-bottom-style", "border-bottom-color"}, split: lineValues},
	"border-color":           {names: []string{"border-top-color", "border-right-color", "border-bottom-color", "border-left-color"}, split: boxValues},
	"border-image":           {names: []string{"border-image-source", "border-image-slice", "border-image-width", "border-image-outset", "border-image-repeat"}},
	"border-inline":          {names: []string{"border-inline-start-width", "border-inline-end-width", "border-inline-start-style", "border-inline-end-style", "border-inline-start-color", "border-inline-end-color"}, split: edgesValues},
	"border-inline-color":    {names: []string{"border-inline-start-color", "border-inline-end-color"}, split: pairValues},
	"border-inline-end":      {names: []string{"border-inline-end-width", "border-inline-end-style", "border-inline-end-color"}, split: lineValues},
	"border-inline-start":    {names: []string{"border-inline-start-width", "border-inline-start-style", "border-inline-start-color"}, split: lineValues},
	"border-inline-style":    {names: []string{"border-inline-start-style", "border-inline-end-style"}, split: pairValues},
	"border-inline-width":    {names: []string{"border-inline-start-width", "border-inline-end-width"}, split: pairValues},
	"border-left":            {names: []string{"border-left-width", "border-left-style", "border-left-color"}, split: lineValues},
	"border-radius":          {names: []string{"border-top-left-radius", "border-top-right-radius", "border-bottom-right-radius", "border-bottom-left-radius"}, split: radiusValues},
	"border-right":           {names: []string{"border-right-width", "border-right-style", "border-right-color"}, split: lineValues},
	"border-style":           {names: []string{"border-top-style", "border-right-style", "border-bottom-style", "border-left-style"}, split: boxValues},
	"border-top":             {names: []string{"border-top-width", "border-top-style", "border-top-color"}, split: lineValues},
	"border-width":           {names: []string{"border-top-width", "border-right-width", "border-bottom-width", "border-left-width"}, split: boxValues},
	"column-rule":            {names: []string{"column-rule-width", "column-rule-style", "column-rule-color"}, split: lineValues},
	"columns":                {names: []string{"column-width", "column-count"}},
	"contain-intrinsic-size": {names: []string{"contain-intrinsic-width", "contain-intrinsic-height"}},
	"container":              {names: []string{"container-name", "container-type"}},
	"flex":                   {names: []string{"flex-grow", "flex-shrink", "flex-basis"}, split: flexValues},
	"flex-flow":              {names: []string{"flex-direction", "flex-wrap"}, split: flowValues},
	"font":                   {names: []string{"font-style", "font-weight", "font-size", "line-height", "font-family"}, more: []string{"font-stretch", "font-width", "font-variant-ligatures", "font-variant-caps", "font-variant-numeric", "font-variant-east-asian", "font-variant-alternates", "font-variant-position", "font-variant-emoji", "font-size-adjust", "font-kerning", "font-optical-sizing", "font-feature-settings", "font-variation-settings", "font-language-override"}},
	"font-synthesis":         {names: []string{"font-synthesis-weight", "font-synthesis-style", "font-synthesis-small-caps"}, more: []string{"font-synthesis-position"}},
	"font-variant":           {names: []string{"font-variant-ligatures", "font-variant-caps", "font-variant-numeric", "font-variant-east-asian"}, more: []string{"font-variant-alternates", "font-variant-position", "font-variant-emoji"}},
	"gap":                    {names: []string{"row-gap", "column-gap"}, split: pairValues},
	"grid":                   {names: []string{"grid-template-rows", "grid-template-columns", "grid-template-areas", "grid-auto-rows", "grid-auto-columns", "grid-auto-flow"}},
	"grid-area":              {names: []string{"grid-row-start", "grid-column-start", "grid-row-end", "grid-column-end"}},
	"grid-column":            {names: []string{"grid-column-start", "grid-column-end"}},
	"grid-row":               {names: []string{"grid-row-start", "grid-row-end"}},
	"grid-template":          {names: []string{"grid-template-rows", "grid-template-columns", "grid-template-areas"}},
	"inset":                  {names: []string{"top", "right", "bottom", "left"}, split: boxValues},
	"inset-block":            {names: []string{"inset-block-start", "inset-block-end"}, split: pairValues},
	"inset-inline":           {names: []string{"inset-inline-start", "inset-inline-end"}, split: pairValues},
	"list-style":             {names: []string{"list-style-position", "list-style-image", "list-style-type"}, split: listValues},
	"margin":                 {names: []string{"margin-top", "margin-right", "margin-bottom", "margin-left"}, split: boxValues},
	"margin-block":           {names: []string{"margin-block-start", "margin-block-end"}, split: pairValues},
	"margin-inline":          {names: []string{"margin-inline-start", "margin-inline-end"}, split: pairValues},
	"mask":                   {names: []string{"mask-image", "mask-repeat", "mask-size", "mask-origin", "mask-clip", "mask-composite", "mask-mode"}, more: []string{"mask-position", "mask-position-x", "mask-position-y", "-webkit-mask-position-x", "-webkit-mask-position-y"}},
	"mask-position":          {names: []string{"mask-position-x", "mask-position-y"}, more: []string{"-webkit-mask-position-x", "-webkit-mask-position-y"}},
	"offset":                 {names: []string{"offset-path", "offset-distance", "offset-rotate", "offset-anchor"}, more: []string{"offset-position"}},
	"outline":                {names: []string{"outline-width", "outline-style", "outline-color"}, split: lineValues},
	"overflow":               {names: []string{"overflow-x", "overflow-y"}, split: pairValues},
	"overscroll-behavior":    {names: []string{"overscroll-behavior-x", "overscroll-behavior-y"}, split: pairValues},
	"padding":                {names: []string{"padding-top", "padding-right", "padding-bottom", "padding-left"}, split: boxValues},
	"padding-block":          {names: []string{"padding-block-start", "padding-block-end"}, split: pairValues},
	"padding-inline":         {names: []string{"padding-inline-start", "padding-inline-end"}, split: pairValues},
	"place-content":          {names: []string{"align-content", "justify-content"}, split: pairValues},
	"place-items":            {names: []string{"align-items", "justify-items"}, split: pairValues},
	"place-self":             {names: []string{"align-self", "justify-self"}, split: pairValues},
	"position-try":           {names: []string{"position-try-order", "position-try-fallbacks"}},
	"scroll-margin":          {names: []string{"scroll-margin-top", "scroll-margin-right", "scroll-margin-bottom", "scroll-margin-left"}, split: boxValues},
	"scroll-margin-block":    {names: []string{"scroll-margin-block-start", "scroll-margin-block-end"}, split: pairValues},
	"scroll-margin-inline":   {names: []string{"scroll-margin-inline-start", "scroll-margin-inline-end"}, split: pairValues},
	"scroll-padding":         {names: []string{"scroll-padding-top", "scroll-padding-right", "scroll-padding-bottom", "scroll-padding-left"}, split: boxValues},
	"scroll-padding-block":   {names: []string{"scroll-padding-block-start", "scroll-padding-block-end"}, split: pairValues},
	"scroll-padding-inline":  {names: []string{"scroll-padding-inline-start", "scroll-padding-inline-end"}, split: pairValues},
	"scroll-timeline":        {names: []string{"scroll-timeline-name", "scroll-timeline-axis"}},
	"text-decoration":        {names: []string{"text-decoration-line", "text-decoration-style", "text-decoration-color"}, split: lineThroughValues, more: []string{"text-decoration-thickness"}},
	"text-emphasis":          {names: []string{"text-emphasis-style", "text-emphasis-color"}},
	"text-wrap":              {names: []string{"text-wrap-mode", "text-wrap-style"}},
	"transition":             {names: []string{"transition-property", "transition-duration", "transition-timing-function", "transition-delay"}, more: []string{"transition-behavior"}},
	"view-timeline":          {names: []string{"view-timeline-name", "view-timeline-axis"}, more: []string{"view-timeline-inset"}},
	"white-space":            {names: []string{"white-space-collapse", "text-wrap-mode"}, split: spaceValues},
	"-webkit-text-stroke":    {names: []string{"-webkit-text-stroke-width", "-webkit-text-stroke-color"}},
}
