// Package measure runs programs as whole processes, measures them, and keeps
// the figures in a document. It reads what Linux counts.
package measure

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A Usage is what a process took.
type Usage struct {
	Wall, CPU time.Duration // CPU sums up all threads, user and system
	Memory    int64         // resident at the worst moment, in bytes
	Disk      int64         // below the watched folder at the worst moment, if one was
}

// A Process is a program to run.
type Process struct {
	Args  []string
	Cores int    // cores that Go may use, 0 for all
	Watch string // a folder whose size is watched, "" for none
	Dir   string // to run in, "" for here
}

// Run runs the process to its end.
//
// Linux counts the memory of the program that starts another as that of the
// other until it has its own: a caller whose memory is large measures itself.
func (p Process) Run() (u Usage, err error) {
	cmd := exec.Command(p.Args[0], p.Args[1:]...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Dir = &said, &said, p.Dir
	cmd.Env = os.Environ()
	if p.Cores > 0 {
		cmd.Env = append(cmd.Env, fmt.Sprintf("GOMAXPROCS=%d", p.Cores))
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return u, err
	}
	stop, watched := make(chan bool), make(chan int64)
	if p.Watch != "" {
		go watch(p.Watch, stop, watched)
	}
	err = cmd.Wait()
	u.Wall = time.Since(start)
	if p.Watch != "" {
		close(stop)
		u.Disk = <-watched
	}
	if err != nil {
		return u, fmt.Errorf("%s: %w\n%s", strings.Join(p.Args, " "), err, said.Bytes())
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	u.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	u.Memory = usage.Maxrss << 10
	return u, nil
}

// watch sends the largest size that a folder had until stop is closed.
func watch(dir string, stop <-chan bool, largest chan<- int64) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	size := int64(0)
	for {
		s, _ := Size(dir) // files come and go
		size = max(size, s)
		select {
		case <-tick.C:
		case <-stop:
			largest <- size
			return
		}
	}
}

// Size returns the bytes and the number of the files below a folder.
func Size(dir string) (bytes int64, files int) {
	filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			bytes += info.Size()
			files++
		}
		return nil
	})
	return bytes, files
}

// Documents lists the files of a folder with this extension, or those of the
// fallback if there is no such folder.
func Documents(folder, fallback, ext string) (dir string, names []string, err error) {
	if _, err := os.Stat(folder); err != nil {
		fmt.Printf("no %s: the few documents of %s are taken\n", folder, fallback)
		folder = fallback
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return "", nil, err
	}
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ext {
			names = append(names, path)
		}
		return err
	})
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("no %s files in %s", ext, folder)
	}
	return folder, names, err
}

// Best returns the usage that took the least time, with the most memory and disk
// that any took.
func Best(all []Usage) (best Usage) {
	for i, u := range all {
		memory, disk := max(best.Memory, u.Memory), max(best.Disk, u.Disk)
		if i == 0 || u.Wall < best.Wall {
			best = u
		}
		best.Memory, best.Disk = memory, disk
	}
	return best
}

// Median returns the middle value, the mean of two if there is none.
func Median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	return (v[n/2] + v[(n-1)/2]) / 2
}

// Machine says on what the figures were taken.
func Machine() string {
	model, memory := runtime.GOARCH, ""
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, after, ok := strings.Cut(string(b), "model name\t: "); ok {
			model, _, _ = strings.Cut(after, "\n")
		}
	}
	var kb int64
	if b, err := os.ReadFile("/proc/meminfo"); err == nil {
		if _, err := fmt.Sscanf(string(b), "MemTotal: %d kB", &kb); err == nil {
			memory = fmt.Sprintf(", %d GB of memory", kb/1e6)
		}
	}
	cores := "cores"
	if runtime.NumCPU() == 1 {
		cores = "core"
	}
	return fmt.Sprintf("%d %s, %s%s, %s, %s", runtime.NumCPU(), cores, model, memory, runtime.GOOS, runtime.Version())
}

// Load returns how many processes wanted a core over the last minute, -1 if that
// is not known.
func Load() float64 {
	var load float64 = -1
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		fmt.Sscan(string(b), &load)
	}
	return load
}

// Write puts the text between the marks of a section of a Markdown file:
//
//	<!-- begin name -->
//	<!-- end name -->
func Write(doc, name, text string) error {
	b, err := os.ReadFile(doc)
	if err != nil {
		return err
	}
	begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
	before, rest, ok := strings.Cut(string(b), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no section %s%s", doc, begin, end)
	}
	return os.WriteFile(doc, []byte(before+begin+text+end+after), 0o666)
}

// A Table is text in columns. The first row is the head; the first column is
// aligned left, the others right.
type Table [][]string

// Add adds a row.
func (t *Table) Add(cells ...string) { *t = append(*t, cells) }

// String returns the table in Markdown, aligned for the eye too.
func (t Table) String() string {
	width := make([]int, len(t[0]))
	for _, row := range t {
		for i, c := range row {
			width[i] = max(width[i], len([]rune(c)))
		}
	}
	var b strings.Builder
	line := func(row []string) {
		for i, c := range row {
			pad := strings.Repeat(" ", width[i]-len([]rune(c)))
			if i == 0 {
				fmt.Fprintf(&b, "| %s%s ", c, pad)
			} else {
				fmt.Fprintf(&b, "| %s%s ", pad, c)
			}
		}
		b.WriteString("|\n")
	}
	line(t[0])
	for i, w := range width {
		if i == 0 {
			b.WriteString("|" + strings.Repeat("-", w+2))
		} else {
			b.WriteString("|" + strings.Repeat("-", w+1) + ":")
		}
	}
	b.WriteString("|\n")
	for _, row := range t[1:] {
		line(row)
	}
	return b.String()
}

// Bytes writes a size as "12.3 MB".
func Bytes(n int64) string {
	v, units := float64(n), []string{"B", "kB", "MB", "GB", "TB", "PB"}
	i := 0
	for v >= 1000 && i < len(units)-1 {
		v, i = v/1000, i+1
	}
	if i == 0 || v >= 100 {
		return fmt.Sprintf("%.0f %s", v, units[i])
	}
	return fmt.Sprintf("%.1f %s", v, units[i])
}

// ParseSize reads what Bytes writes, without the space: "100MB".
func ParseSize(s string) (int64, error) {
	number := strings.TrimRight(s, "kKMGTB")
	unit, ok := map[string]float64{"": 1, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}[s[len(number):]]
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !ok || !(v > 0) {
		return 0, fmt.Errorf("size %q: a number and a unit, such as 100MB", s)
	}
	return int64(v * unit), nil
}

// Seconds writes a time as "0.21 s" or "12.3 s".
func Seconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// MiB writes memory as "345 MiB", which is the unit of --memory.
func MiB(n int64) string { return fmt.Sprintf("%d MiB", (n+1<<19)>>20) }
