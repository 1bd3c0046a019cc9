package measure

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A section is replaced; what stands around it stays.
func TestWrite(t *testing.T) {
	doc := filepath.Join(t.TempDir(), "doc.md")
	text := "# A\n<!-- begin x -->\nold\n<!-- end x -->\nB\n<!-- begin y -->\n<!-- end y -->\n"
	if err := os.WriteFile(doc, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"x", "y"} {
		if err := Write(doc, name, "new "+name+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(doc)
	want := "# A\n<!-- begin x -->\nnew x\n<!-- end x -->\nB\n<!-- begin y -->\nnew y\n<!-- end y -->\n"
	if err != nil || string(b) != want {
		t.Errorf("%v\ngot  %q\nwant %q", err, b, want)
	}
	if Write(doc, "z", "") == nil {
		t.Error("a section that is missing is no error")
	}
}

func TestSizes(t *testing.T) {
	for s, want := range map[string]int64{"100KB": 100_000, "1.5GB": 1_500_000_000, "12": 12} {
		if got, err := ParseSize(s); err != nil || got != want {
			t.Errorf("ParseSize(%q) = %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "MB", "10XB", "-1MB"} {
		if got, err := ParseSize(s); err == nil {
			t.Errorf("ParseSize(%q) = %d", s, got)
		}
	}
	for n, want := range map[int64]string{999: "999 B", 1500: "1.5 kB", 123_456_789: "123 MB", 2_500_000_000_000_000_000: "2500 PB"} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
	if got := MiB(1<<20 + 1<<19); got != "2 MiB" {
		t.Error(got)
	}
}

func TestBestAndMedian(t *testing.T) {
	best := Best([]Usage{{Wall: 2 * time.Second, CPU: 1, Memory: 10, Disk: 1}, {Wall: time.Second, CPU: 2, Memory: 5, Disk: 3}})
	if best != (Usage{Wall: time.Second, CPU: 2, Memory: 10, Disk: 3}) {
		t.Errorf("%+v", best)
	}
	if m := Median([]float64{9, 1, 2, 3}); m != 2.5 {
		t.Error(m)
	}
}

// What a process takes is told, and an end in failure with what it said.
func TestRun(t *testing.T) {
	u, err := Process{Args: []string{"sh", "-c", "sleep 0.05"}}.Run()
	if err != nil || u.Wall < 50*time.Millisecond || u.Memory <= 0 {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := (Process{Args: []string{"sh", "-c", "echo why >&2; exit 3"}}).Run(); err == nil || err.Error() != "sh -c echo why >&2; exit 3: exit status 3\nwhy\n" {
		t.Error(err)
	}
}
