//go:build browser

// Package browser tests the pages that tamis writes in a headless Chromium:
// "make test-browser". The tests above these packages need none.
package browser

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/websocket"
)

// chromium returns the path of the browser: $CHROMIUM, else what is installed.
func chromium(t *testing.T) string {
	t.Helper()
	if p := os.Getenv("CHROMIUM"); p != "" {
		return p
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	t.Fatal("no Chromium: install it, or set CHROMIUM to its path")
	return ""
}

// A tab is a page in the browser, driven by the DevTools protocol.
type tab struct {
	t    *testing.T
	conn *websocket.Conn
	id   int

	mu      sync.Mutex
	answers map[int]chan answer
	trouble []string // what the console and the network said
	loaded  chan struct{}
}

type answer struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

// open starts a browser and loads a file.
func open(t *testing.T, file string) *tab {
	t.Helper()
	cmd := exec.Command(chromium(t), "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0",
		"--remote-allow-origins=*", "--user-data-dir="+t.TempDir(), "--no-first-run", "about:blank")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	listening := regexp.MustCompile(`ws://[^/]+`)
	host := ""
	for host == "" && lines.Scan() {
		host = listening.FindString(lines.Text())
	}
	go func() {
		for lines.Scan() {
		}
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		time.Sleep(200 * time.Millisecond) // its children still write to the folder
	})
	if host == "" {
		t.Fatal("the browser does not listen")
	}
	b := dial(t, host+lastPath(lines.Text()))
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	p := dial(t, host+"/devtools/page/"+target.TargetID)
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		p.call(domain+".enable", nil, nil)
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	p.call("Page.navigate", map[string]any{"url": (&url.URL{Scheme: "file", Path: abs}).String()}, nil)
	select {
	case <-p.loaded:
	case <-time.After(30 * time.Second):
		t.Fatal("the page does not load")
	}
	return p
}

func lastPath(line string) string {
	_, rest, _ := strings.Cut(line, "ws://")
	return rest[strings.IndexByte(rest, '/'):]
}

func dial(t *testing.T, address string) *tab {
	t.Helper()
	conn, err := websocket.Dial(address, "", "http://localhost/")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.MaxPayloadBytes = 256 << 20
	p := &tab{t: t, conn: conn, answers: make(map[int]chan answer), loaded: make(chan struct{})}
	go p.read()
	return p
}

func (p *tab) read() {
	for {
		var m struct {
			ID     int
			Method string
			Params json.RawMessage
			answer
		}
		if websocket.JSON.Receive(p.conn, &m) != nil {
			return
		}
		p.mu.Lock()
		switch {
		case m.ID != 0:
			p.answers[m.ID] <- m.answer
		case m.Method == "Page.loadEventFired":
			close(p.loaded)
		case m.Method == "Runtime.exceptionThrown", m.Method == "Runtime.consoleAPICalled", m.Method == "Log.entryAdded", m.Method == "Page.javascriptDialogOpening":
			p.trouble = append(p.trouble, m.Method+" "+string(m.Params))
		case m.Method == "Network.requestWillBeSent":
			var r struct{ Request struct{ URL string } }
			json.Unmarshal(m.Params, &r)
			if !strings.HasPrefix(r.Request.URL, "file://") && !strings.HasPrefix(r.Request.URL, "data:") {
				p.trouble = append(p.trouble, "request for "+r.Request.URL)
			}
			if strings.HasPrefix(r.Request.URL, "file://") && !strings.HasSuffix(r.Request.URL, ".html") {
				p.trouble = append(p.trouble, "request for "+r.Request.URL)
			}
		}
		p.mu.Unlock()
	}
}

// call calls a method of the protocol.
func (p *tab) call(method string, params any, result any) {
	p.t.Helper()
	p.mu.Lock()
	p.id++
	id, ch := p.id, make(chan answer, 1)
	p.answers[id] = ch
	p.mu.Unlock()
	if params == nil {
		params = struct{}{}
	}
	if err := websocket.JSON.Send(p.conn, map[string]any{"id": id, "method": method, "params": params}); err != nil {
		p.t.Fatal(err)
	}
	select {
	case a := <-ch:
		if a.Error != nil {
			p.t.Fatalf("%s: %s", method, a.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(a.Result, result); err != nil {
				p.t.Fatalf("%s: %v", method, err)
			}
		}
	case <-time.After(30 * time.Second):
		p.t.Fatalf("%s: no answer", method)
	}
}

// eval returns the value of an expression, as JSON writes it.
func (p *tab) eval(expression string) string {
	p.t.Helper()
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	p.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &r)
	if r.ExceptionDetails != nil {
		p.t.Fatalf("%s: %s %s", expression, r.ExceptionDetails.Text, r.ExceptionDetails.Exception.Description)
	}
	var v any
	if json.Unmarshal(r.Result.Value, &v) != nil {
		return "" // undefined
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // one way of writing, whatever the browser's
	e.Encode(v)
	return strings.TrimSpace(b.String())
}

// want checks the value of an expression.
func (p *tab) want(expression, value string) {
	p.t.Helper()
	if got := p.eval(expression); got != value {
		p.t.Errorf("%s\n is %s, want %s", expression, got, value)
	}
}

// press presses a key.
func (p *tab) press(key, code string, text string) {
	p.t.Helper()
	for _, kind := range []string{"keyDown", "keyUp"} {
		params := map[string]any{"type": kind, "key": key, "code": code}
		if text != "" && kind == "keyDown" {
			params["text"] = text
		}
		if n := map[string]int{"Tab": 9, "Enter": 13, "Escape": 27, " ": 32}[key]; n != 0 {
			params["windowsVirtualKeyCode"] = n
		}
		p.call("Input.dispatchKeyEvent", params, nil)
	}
}

// quiet checks that the console said nothing and nothing was asked of a network.
func (p *tab) quiet() {
	p.t.Helper()
	p.eval("new Promise(done => setTimeout(done, 100))")
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.trouble {
		p.t.Errorf("%.500s", s)
	}
}

// fits checks that the page is as wide as the window, so that nobody needs to
// scroll sideways, at the width of a phone and of a desk.
func (p *tab) fits() {
	p.t.Helper()
	for _, width := range []int{320, 390, 1280} {
		p.window(width, 800, "light", "screen")
		p.want(fmt.Sprintf("document.documentElement.scrollWidth <= %d || Array.from(document.body.querySelectorAll(\"*\")).filter(e => !e.closest(\".table\") && e.getBoundingClientRect().right > %[1]d).map(e => e.outerHTML.slice(0, 90)).slice(0, 5)", width), "true")
	}
}

func (p *tab) window(width, height int, scheme, media string) {
	p.t.Helper()
	p.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	p.call("Emulation.setEmulatedMedia", map[string]any{"media": media, "features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// shots keeps pictures of the page in the folder $SHOTS, if that is set: for
// the eye.
func (p *tab) shots(name string) {
	p.t.Helper()
	dir := os.Getenv("SHOTS")
	if dir == "" {
		return
	}
	for _, s := range []struct {
		name, scheme  string
		width, height int
	}{{"desk", "light", 1200, 900}, {"dark", "dark", 1200, 900}, {"phone", "light", 390, 844}} {
		p.window(s.width, s.height, s.scheme, "screen")
		p.picture(filepath.Join(dir, fmt.Sprintf("%s-%s.png", name, s.name)))
	}
	p.window(800, 1100, "dark", "") // paper is light, whatever the screen was
	var pdf struct{ Data string }
	p.call("Page.printToPDF", map[string]any{"paperWidth": 8.27, "paperHeight": 11.69}, &pdf)
	p.save(filepath.Join(dir, name+".pdf"), pdf.Data)
	p.call("Emulation.clearDeviceMetricsOverride", nil, nil)
}

func (p *tab) picture(file string) {
	p.t.Helper()
	var shot struct{ Data string }
	p.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true}, &shot)
	p.save(file, shot.Data)
}

func (p *tab) save(file, data string) {
	p.t.Helper()
	b, err := base64.StdEncoding.DecodeString(data)
	if err == nil {
		err = os.WriteFile(file, b, 0o666)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}
