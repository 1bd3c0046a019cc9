package report

import (
	"fmt"
	"math"
	"strconv"
)

// columns is a plot of documents over time: a column for each month, year or
// decade, whichever makes few enough to be told apart.
type columns struct {
	Unit   string // "month", "year", "decade"
	List   []column
	Lines  []line // across the plot
	Labels []label
	Width  float64 // of a column, in percent of the plot
}

type column struct {
	Name     string
	Count    int64
	X, Y, Up float64 // left edge, top and height, in percent
}

// A line is one of the plot's heights, in percent of it from the bottom.
type line struct {
	Value  int64
	Bottom float64
}

// A label names a column below the plot.
type label struct {
	Name string
	X    float64
}

// maxColumns is the number of columns that can be told apart.
const maxColumns = 120

// monthOf returns the number of months from year 0 of an EDTF date, or -1 and
// whether the date tells a year at least. A span counts where it begins.
func monthOf(date string) (month int, year bool) {
	if len(date) < 4 {
		return -1, false
	}
	y, err := strconv.ParseUint(date[:4], 10, 16)
	if err != nil {
		return -1, false
	}
	if len(date) >= 7 && date[4] == '-' {
		if m, err := strconv.ParseUint(date[5:7], 10, 8); err == nil && 1 <= m && m <= 12 { // 21 is spring
			return int(y)*12 + int(m) - 1, true
		}
	}
	return -1, true
}

// newColumns returns the plot of documents by month, nil if there are none.
func newColumns(months map[int]int64) *columns {
	if len(months) == 0 {
		return nil
	}
	c := &columns{Unit: "month"}
	for _, u := range []struct {
		name   string
		months int
	}{{"month", 1}, {"year", 12}, {"decade", 120}, {"century", 1200}} {
		first, last := math.MaxInt, 0
		for m := range months {
			first, last = min(first, m/u.months), max(last, m/u.months)
		}
		if last-first >= maxColumns && u.name != "century" {
			continue
		}
		c.Unit = u.name
		c.List = make([]column, last-first+1)
		for m, n := range months {
			c.List[m/u.months-first].Count += n
		}
		for i := range c.List {
			c.List[i].Name = columnName(first+i, u.name)
		}
		break
	}
	var most int64
	for _, col := range c.List {
		most = max(most, col.Count)
	}
	top := c.scale(most)
	c.Width = 100 / float64(max(12, len(c.List))) // two months are no two walls
	for i := range c.List {
		col := &c.List[i]
		col.X = float64(i) * c.Width
		col.Up = 100 * float64(col.Count) / float64(top)
		if col.Count > 0 {
			col.Up = max(col.Up, 0.7) // a lone document is seen
		}
		col.Y = 100 - col.Up
	}
	every := (len(c.List) + 5) / 6
	for i := 0; i < len(c.List) && c.List[i].X < 88; i += every { // a label is some 12 % wide
		c.Labels = append(c.Labels, label{c.List[i].Name, c.List[i].X})
	}
	return c
}

func columnName(n int, unit string) string {
	switch unit {
	case "month":
		return fmt.Sprintf("%04d-%02d", n/12, n%12+1)
	case "year":
		return fmt.Sprintf("%04d", n)
	case "decade":
		return fmt.Sprintf("%03d0s", n)
	}
	return fmt.Sprintf("%02d00s", n)
}

// scale sets the lines at round numbers and returns the plot's height.
func (c *columns) scale(most int64) int64 {
	for p := int64(1); ; p *= 10 {
		for _, f := range []int64{1, 2, 5} {
			if step := p * f; most <= 4*step {
				top := (most + step - 1) / step * step
				for v := step; v <= top; v += step {
					c.Lines = append(c.Lines, line{v, 100 * float64(v) / float64(top)})
				}
				return top
			}
		}
	}
}
