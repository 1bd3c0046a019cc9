package reader

func readRTF(w *walk, p *part) {}
func readPDF(w *walk, p *part) {}
