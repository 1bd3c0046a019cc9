package pipeline

import "testing"

func TestSite(t *testing.T) {
	for _, tt := range []struct{ url, source, want string }{
		{"https://www.Example.org:8080/a", "dump/x/a.html", "example.org"},
		{"", "dump/www.example.org/press/a.txt", "example.org"}, // as crawlers write folders
		{"", "dump/xn--caf-dma.example/a.txt", "xn--caf-dma.example"},
		{"", "dump/press/a.txt", "dump/press"},
		{"", "dump/v1.2/a.txt", "dump/v1.2"},
		{"", "dump.zip!/press/a.txt", "dump.zip!/press"},
		{"", "./a.txt", "."},
		{"", "../a.b-/a.txt", "../a.b-"},
		{"/relative", "x/a.html", "x"},
	} {
		if got := site(tt.url, tt.source); got != tt.want {
			t.Errorf("site(%q, %q) = %q, want %q", tt.url, tt.source, got, tt.want)
		}
	}
}
