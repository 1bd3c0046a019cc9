package clean

import "testing"

func TestHyphenation(t *testing.T) {
	for _, c := range []struct{ why, raw, want, repairs string }{
		{"the list knows the word", "Une réso-\nlution fut adoptée.", "Une résolution\nfut adoptée.", "hyphenation:1"},
		{"stops and brackets go with it", "(la réso-\n  lution), puis", "(la résolution),\npuis", "hyphenation:1"},
		{"the rest was all that stood on the line", "La réso-\nlution.\nFin", "La résolution.\nFin", "hyphenation:1"},
		{"the text knows it", "Le tamiseur tamise. Un tami-\r\nseur dort.", "Le tamiseur tamise. Un tamiseur\ndort.", "hyphenation:1"},
		{"in capitals at its head", "Tamiseurs ! Tami-\nseurs là-bas", "Tamiseurs ! Tamiseurs\nlà-bas", "hyphenation:1"},
		{"nobody knows it", "Un tami-\nseur dort.", "Un tami-\nseur dort.", ""},
		{"a hyphen of the word's own", "Le contre-amiral ; un contre-\namiral, le contreamiral", "Le contre-amiral ; un contre-\namiral, le contreamiral", ""},
		{"parts of a longer word", "Le porte-pa-\nrole de l’organi-\nsation", "Le porte-parole\nde l’organisation", "hyphenation:2"},
		{"a soft hyphen says so itself", "Un tami\u00AD\nseur dort.", "Un tamiseur\ndort.", "hyphenation:1"},
		{"the hyphen of Unicode", "réso\u2010\nlution", "résolution", "hyphenation:1"},
		{"a dash, a list, a name", "il vint -\nsolution\n- réso-\n- lution\nSaint-\nMartin, A-\nlution", "il vint -\nsolution\n- réso-\n- lution\nSaint-\nMartin, A-\nlution", ""},
		{"a paragraph between", "réso-\n\nlution", "réso-\n\nlution", ""},
		{"three lines", "organi-\nsation-\nrésolution orga-\nnisa-\ntion", "organisation-\nrésolution orga-\nnisa-\ntion", "hyphenation:1"},
	} {
		p, err := Clean([]byte(c.raw), Text)
		if err != nil || p.Text != c.want || p.Repairs.String() != c.repairs {
			t.Errorf("%s:\n got %q (%s), %v\nwant %q (%s)", c.why, p.Text, p.Repairs, err, c.want, c.repairs)
			continue
		}
		check(t, []byte(c.raw), p)
	}
}
