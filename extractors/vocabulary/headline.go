package vocabulary

import "strings"

// HeadlineVerb reports whether a folded English word is a verb as headlines have
// it, "Pays", "Determined", and hardly ever a word of a name: what stands before
// it with capitals is a name that ends there.
func HeadlineVerb(folded string) bool { return headlineVerbs[folded] }

var headlineVerbs = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(`is are was were has have had would could should must says said tells told wants gets gives takes makes goes
		reaffirms reiterates welcomes pays receives hosts holds launches urges announces announced signs meets visits begins seeks donates
		celebrates condemns warns approves adopts rejects appoints elects commends pledges inaugurates unveils publishes distributes delivers
		strengthens boosts concludes convenes organizes organises declares denies accuses praises joins hails slams vows defends accepts
		admits agrees continues becomes breaks builds cancels completes confirms considers creates criticizes criticises decides denounces
		deploys discusses dismisses enters escapes expands explains extends fails helps hires imposes invites kills loses mourns opposes
		outlines participates postpones prepares promotes proposes reaches recognizes recognises recommends refuses rejoins remembers resigns
		responds resumes reveals secures sees sends submits suspends swears tackles threatens withdraws attends brings determined`) {
		m[w] = true
	}
	return m
}()
