package mask

// What the tests of package mask_test see of the inside.
var (
	CleanURL    = cleanURL
	HideURL     = hideURL
	CleanSrcset = cleanSrcset
	CleanCSS    = cleanCSS
	MaskPayload = maskPayload
	MaskCanvas  = maskCanvas
	SecretName  = secretName
	Scrub       = scrub
)

// Known is how many nodes the filter knows something of.
func (f *Filter) Known() int {
	n := 0
	for _, w := range f.windows {
		n += w.nodes.count
	}
	return n
}
