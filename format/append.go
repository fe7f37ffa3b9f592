package format

import (
	"errors"
	"io"
	"os"
)

// Append opens the live tape in the file with that name to write on, as after
// a crash: what is behind the last whole frame is cut off, and a new part
// begins. A file that is no tape, or has whole frames behind damage, is left as
// it is; the error is a *CorruptError then. A file that is not there is made,
// and its header is h; otherwise h is the header of the new part, and its start
// should be that of the tape. The Writer's events come after those in the file;
// the caller closes both.
func Append(name string, h Header, opts *WriterOptions) (*Writer, *os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, nil, err
	}
	w, err := appendTo(f, h, opts)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return w, f, nil
}

func appendTo(f *os.File, h Header, opts *WriterOptions) (*Writer, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	end, err := wholeEnd(f, info.Size())
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(end); err != nil {
		return nil, err
	}
	if _, err := f.Seek(end, io.SeekStart); err != nil {
		return nil, err
	}
	o := WriterOptions{}
	if opts != nil {
		o = *opts
	}
	o.Live = true
	return NewWriter(f, h, &o), nil
}

// wholeEnd returns where the last whole frame of a tape ends, if all that is
// behind it is the torn tail of another.
func wholeEnd(r io.ReaderAt, size int64) (int64, error) {
	s := scanner{opts: ReaderOptions{Limits: Limits{}.withDefaults()}, heads: true}
	s.src.r = io.NewSectionReader(r, 0, size)
	end := int64(0)
	var torn error
	for {
		_, _, err := s.next()
		switch {
		case err == io.EOF:
			return end, nil
		case err == nil && torn != nil:
			return 0, torn
		case err == nil:
			end = s.pos
		case errors.Is(err, ErrGap), s.src.err != nil && s.src.err != io.EOF:
			return 0, err
		case end == 0 && !errors.Is(err, ErrTruncated):
			return 0, err
		case torn == nil:
			torn, s.opts.Salvage = err, true
		}
	}
}
