package replaytest_test

import (
	"testing"

	"github.com/pagetape/pagetape/replay/replaytest"
)

func TestBig(t *testing.T) {
	for seed := range uint64(300) {
		linear(t, replaytest.Generate(seeded(seed+7000), &replaytest.Options{Steps: 200, Nodes: 300}))
	}
}
func TestMany(t *testing.T) {
	for seed := range uint64(6000) {
		linear(t, replaytest.Generate(seeded(seed+10000), nil))
	}
}
