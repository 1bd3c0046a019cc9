package reader

import "archive/zip"

func readParquet(w *walk, p *part) {}
func readRTF(w *walk, p *part) {}
func readPDF(w *walk, p *part) {}
func readMail(w *walk, p *part) {}
func readMbox(w *walk, p *part) {}
func readTable(w *walk, p *part, sep byte) {}
func isMail(b []byte, ext string) bool { return false }
func isMbox(b []byte) bool { return false }
func isTable(b []byte, ext string, whole bool) (byte, bool) { return 0, false }
func office(z *zip.Reader) (func(*zip.Reader, *Item) error, string) { return nil, "" }
func (w *walk) office(p *part, z *zip.Reader, original string, c func(*zip.Reader, *Item) error) {}
