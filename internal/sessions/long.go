package sessions

import (
	"path/filepath"
	"runtime"
	"testing"
)

// Long returns the recordings of a quarter of an hour, in the order of their
// names. All has them not: what runs over each recording would take long.
func Long(t testing.TB) []Session {
	t.Helper()
	list, err := FindLong()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// FindLong is Long for a program.
func FindLong() ([]Session, error) {
	_, here, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(here), "../../testdata/long")
	return find(dir)
}
