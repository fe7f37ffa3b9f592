package format_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagetape/pagetape/internal/sessions"
	"github.com/pagetape/pagetape/snapshot"
)

// overwrite changes all that v refers to, as a reader does that uses the memory
// of an event again. The bytes of strings stay.
func overwrite(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			overwrite(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			overwrite(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			overwrite(v.Field(i))
		}
	case reflect.String:
		v.SetString("overwritten")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Float64:
		v.SetFloat(v.Float() + 1)
	case reflect.Uint8:
		v.SetUint(v.Uint() + 1)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(v.Int() + 1)
	default:
		panic(v.Kind())
	}
}

// Nothing of an event but strings is kept by the page that it is applied to.
func TestOverwrittenEvents(t *testing.T) {
	for _, s := range sessions.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			events := s.Events(t)
			var p, q snapshot.Page
			for i := range events {
				data := taped(t, events[i].Data)
				require.Equal(t, events[i].Data.Apply(&p), data.Apply(&q))
				overwrite(reflect.ValueOf(data))
				if i%100 == 0 {
					require.Equal(t, p.Image(), q.Image(), "event %d", i)
				}
			}
			same(t, &p, &q, "at the end")

			// A tree of Page.Snapshot has live state.
			root := p.Snapshot()
			require.NoError(t, q.Load(root))
			before, err := json.Marshal(q.Image()) // an image shares values with its page
			require.NoError(t, err)
			overwrite(reflect.ValueOf(root))
			after, err := json.Marshal(q.Image())
			require.NoError(t, err)
			require.Equal(t, string(before), string(after))
		})
	}
}
