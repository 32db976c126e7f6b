package reports_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/reports"
)

// BenchmarkWorkbook10k is the wanted 1.5 s and 96 MB.
func BenchmarkWorkbook10k(b *testing.B) { workbook(b, 10_000) }

// BenchmarkWorkbook100k is the wanted 15 s and 128 MB.
func BenchmarkWorkbook100k(b *testing.B) { workbook(b, 100_000) }

// BenchmarkDocuments10k is the share of the above that decoding takes.
func BenchmarkDocuments10k(b *testing.B) {
	src := newStored(b, 10_000)
	for b.Loop() {
		if _, err := reports.Overlook(context.Background(), reports.Input{}.Query, src); err != nil {
			b.Fatal(err)
		}
	}
}

func workbook(b *testing.B, n int) {
	src, in := newStored(b, n), input(b, darasa.Swahili)
	in.Runs = []enrolment.Run{run(5)}
	file := filepath.Join(b.TempDir(), "out.xlsx")
	debug.FreeOSMemory()
	forgetPeak(b)
	before := used(b)
	size := int64(0)
	for b.Loop() {
		f, err := os.Create(file)
		if err != nil {
			b.Fatal(err)
		}
		got, err := reports.Progress(context.Background(), f, in, src)
		if err != nil || got != n {
			b.Fatal(got, err)
		}
		if st, err := f.Stat(); err == nil {
			size = st.Size()
		}
		f.Close()
	}
	b.ReportMetric((used(b)-before)/float64(b.N), "cpu-s/op")
	b.ReportMetric(peak(b), "MB-peak")
	b.ReportMetric(float64(size)/1e6, "MB-file")
}

// used is the processor time of this process so far, in seconds.
func used(b *testing.B) float64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
}

// forgetPeak sets the kernel's mark of the greatest resident size back (proc(5)).
func forgetPeak(b *testing.B) {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Logf("the peak counts from the start of the process: %v", err)
	}
}

// peak is the greatest resident size in MB.
func peak(b *testing.B) float64 {
	s, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(s)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(v)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kb * 1024 / 1e6
		}
	}
	return 0
}
