package reader

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPython reads files that Python's own modules write, so that what we
// write and what we read is not wrong in the same way.
func TestPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 on this machine")
	}
	dir := t.TempDir()
	cmd := exec.Command(python, "-c", `
import bz2, csv, gzip, io, json, lzma, mailbox, tarfile, zipfile
from email.message import EmailMessage
page = '<!DOCTYPE html><p>Été à Genève'
open('a.bz2', 'wb').write(bz2.compress('Été'.encode()) + bz2.compress(b' deux'))
open('a.xz', 'wb').write(lzma.compress('Été'.encode(), preset=9))
with gzip.open('a.jsonl.gz', 'wt') as f:
    for t in ('Été "x"\n\t', 'π😀'): f.write(json.dumps({'text': t, 'url': 'https://a.b', 'n': float('nan')}) + '\n')
with open('a.csv', 'w', newline='', encoding='utf-8') as f:
    w = csv.writer(f); w.writerow(['id', 'text']); w.writerow([1, 'a "b", c\nd']); w.writerow([2, '"'])
with open('a.tsv', 'w', newline='', encoding='utf-8') as f:
    w = csv.writer(f, delimiter='\t'); w.writerow(['id', 'text']); w.writerow([1, 'a\tb'])
for mode in ('', 'gz', 'bz2', 'xz'):
    for fmt in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT):
        with tarfile.open(f'a{fmt}.tar{mode}', 'w:' + mode, format=fmt) as t:
            i = tarfile.TarInfo('é/' + ('long' * 20 if fmt == tarfile.USTAR_FORMAT else 'long' * 60) + '.html'); i.size = len(page.encode()); t.addfile(i, io.BytesIO(page.encode()))
for name, method in (('stored', zipfile.ZIP_STORED), ('deflated', zipfile.ZIP_DEFLATED), ('bzip2', zipfile.ZIP_BZIP2)):
    with zipfile.ZipFile(name + '.zip', 'w', method) as z: z.writestr('é.html', page)
m = EmailMessage(); m['Subject'] = 'Réunion à Genève ' * 5; m['From'] = 'José <a@b.c>'; m['Message-ID'] = '<1@b>'; m['Date'] = 'Mon, 25 Jul 2016 10:00:00 +0200'
m.set_content('Été.\n', cte='base64'); m.add_alternative(page, subtype='html'); m.add_attachment(page.encode(), maintype='text', subtype='html', filename='é.html')
open('a.eml', 'wb').write(bytes(m))
b = mailbox.mbox('a.mbox'); b.add(m); n = EmailMessage(); n['From'] = 'x@y'; n['To'] = 'z'; n.set_content('From the start\n'); b.add(n); b.flush()
`)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	page := "<!DOCTYPE html><p>Été à Genève"
	mail := "text/plain: Été.\n id=1@b charset=utf-8 title=" + strings.TrimSpace(strings.Repeat("Réunion à Genève ", 5)) + " author=José <a@b.c> published=2016-07-25\n"
	mail = strings.Replace(mail, " id=1@b charset=utf-8", " charset=utf-8 id=1@b", 1)
	want := map[string]string{
		"a.bz2":        "a.bz2: text/plain: Été deux\n",
		"a.xz":         "a.xz: text/plain: Été\n",
		"a.jsonl.gz":   "a.jsonl.gz!/1: text/plain: Été \"x\"\n\t charset=utf-8 url=https://a.b\na.jsonl.gz!/2: text/plain: π😀 charset=utf-8 url=https://a.b\n",
		"a.csv":        "a.csv!/2: text/plain: a \"b\", c\nd id=1\na.csv!/4: text/plain: \" id=2\n",
		"a.tsv":        "a.tsv!/2: text/plain: a\tb id=1\n",
		"stored.zip":   "stored.zip!/é.html: text/html: " + page + "\n",
		"deflated.zip": "deflated.zip!/é.html: text/html: " + page + "\n",
		"bzip2.zip":    "bzip2.zip!/é.html: text/html: " + page + "\n",
		"a.eml":        "a.eml: " + mail + "a.eml!/é.html: text/html: " + page + "\n",
		"a.mbox":       "a.mbox!/1: " + mail + "a.mbox!/1!/é.html: text/html: " + page + "\na.mbox!/2: text/plain: From the start\n\n charset=utf-8 author=x@y\n",
	}
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		w, ok := want[f.Name()]
		if !ok { // the tar files
			long := strings.Repeat("long", 60)
			if strings.HasPrefix(f.Name(), "a0") {
				long = strings.Repeat("long", 20)
			}
			w = f.Name() + "!/é/" + long + ".html: text/html: " + page + "\n"
		}
		if got := strings.ReplaceAll(read(t, f.Name(), data, Options{}), "\r\n", "\n"); strings.TrimSpace(got) != strings.TrimSpace(w) {
			t.Errorf("%s:\n got %q\nwant %q", f.Name(), got, w)
		}
	}
}
