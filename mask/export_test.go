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
