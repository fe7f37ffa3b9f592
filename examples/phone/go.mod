module github.com/pagetape/pagetape/examples/phone

go 1.26.0

require (
	github.com/nyaruka/phonenumbers v1.8.1
	github.com/pagetape/pagetape v0.0.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/andybalholm/cascadia v1.3.5 // indirect
	github.com/go-json-experiment/json v1.27.2 // indirect
	github.com/klauspost/compress v1.20.3 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	google.golang.org/protobuf v1.36.11 // indirect
)

replace github.com/pagetape/pagetape => ../..
