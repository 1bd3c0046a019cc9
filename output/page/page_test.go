package page

import "testing"

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Count(0), "0"},
		{Count(999), "999"},
		{Count(1234567), "1\u202f234\u202f567"},
		{Count(-1000), "\u22121\u202f000"},
		{Percent(0), "0 %"},
		{Percent(1), "100 %"},
		{Percent(0.5), "50 %"},
		{Percent(0.0001), "< 0.1 %"}, // not none
		{Percent(0.99999), "> 99.9 %"},
		{Percent(0.1234), "12.3 %"},
		{Seconds(0), "0 s"},
		{Seconds(0.0312), "0.031 s"},
		{Seconds(3.44), "3.4 s"},
		{Seconds(119.6), "2 min 0 s"},
		{Seconds(7380), "2 h 3 min"},
		{Megabytes(12), "12 bytes"},
		{Megabytes(1_500_000), "1.5 MB"},
		{Figure(0.98765), "0.988"},
		{length(int64(3), 4), "75.0"},
		{length(1, 1_000_000), "0.4"}, // seen
		{length(0, 0), "0"},
		{Web("https://a.example/x"), "https://a.example/x"},
		{Web("javascript:alert(1)"), ""},
		{Web(" https://a.example"), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
