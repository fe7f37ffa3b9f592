package main

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	var b strings.Builder
	table(&b, "goos: linux\nBenchmarkJSONUnmarshalAny/corpus-a-2 \t 10 \t 2000000 ns/op \t 5 MB/s\nBenchmarkTapeRead/corpus-a-2 \t 10 \t 500000 ns/op\nPASS\n")
	for _, want := range []string{"| corpus-a | 2.0 |", " 0.25 | 0.00 |\n", "**0.25** |"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if _, _, _, ok := parse("BenchmarkX 1 2 ns/op"); ok {
		t.Error("a benchmark without a recording is none of a table")
	}
}
