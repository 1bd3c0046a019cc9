package output

import (
	"math"
	"time"
)

// This file is the schema: one struct for each table, one field for each
// column. The comments are the data dictionary: Schema reads them from this
// very source, so that godoc, docs/tables.md, the Parquet metadata and
// datapackage.json cannot say different things.
//
// A pointer is a column that may be null. The "parquet" tag gives the column's
// name; "dict" marks values that recur, every other encoding is the writer's
// choice. The "table" tag holds what a Go type cannot say:
//
//	key         part of the primary key
//	bloom       looked up by value: gets a Bloom filter
//	unit=U      what a number counts
//	ref=T.C     equals column C of table T; several are parted by "|"

// SchemaVersion names the state of the tables. It grows when a column changes
// its meaning or goes away, not when one is added.
const SchemaVersion = "1"

// A Document is one text of the dump, cleaned once and for all. Offsets of
// other tables point into its text.
type Document struct {
	// Identifier of the document: the same input gives the same one on every machine and in every run.
	DocumentID string `parquet:"document_id" table:"key,bloom"`
	// Where the document was read: the path below the input, with "!/" before a path inside an archive.
	Source string `parquet:"source"`
	// Address of the page, where it or its container tells.
	URL *string `parquet:"url"`
	// Site whose pages share a template: the host of the URL, else the folder of the source.
	Site string `parquet:"site,dict"`
	// Media type of the source, found from its content: "text/html", "text/plain", "application/pdf".
	MediaType string `parquet:"media_type,dict"`
	// Character set that the bytes were read as, as the WHATWG names it: "utf-8", "windows-1252"; "ibm850", which it does not have, as IANA does.
	Charset string `parquet:"charset,dict"`
	// Size of the document: unpacked, and of what PDF and office formats were converted to.
	ByteCount int64 `parquet:"byte_count" table:"unit=bytes"`
	// SHA-256 of the bytes that byte_count counts, in lower-case hexadecimal.
	SHA256 string `parquet:"sha256"`
	// Title from the metadata or the first heading.
	Title *string `parquet:"title"`
	// Author from the metadata, as printed.
	Author *string `parquet:"author,dict"`
	// Name that the site gives itself in the metadata.
	SiteName *string `parquet:"site_name,dict"`
	// Cleaned text, boilerplate included; never changed afterwards. Offsets count its code points from 0.
	Text string `parquet:"text"`
	// Symbol of the resolution or decision that the document is: "S/RES/2254(2015)"; null on other documents.
	Symbol *string `parquet:"symbol"`
	// Main language, ISO 639-1; null where the text does not tell.
	Language *string `parquet:"language,dict"`
	// Language that the source declares for itself, ISO 639-1; it may be wrong.
	DeclaredLanguage *string `parquet:"declared_language,dict"`
	// Confidence in the language, from 0 to 1.
	LanguageConfidence *float64 `parquet:"language_confidence,dict"`
	// Date of publication from the metadata, EDTF: "2016-07-25", "2016-07".
	PublishedDate *string `parquet:"published_date,dict"`
	// Date of the last change from the metadata, EDTF.
	ModifiedDate *string `parquet:"modified_date,dict"`
	// What was put right in the text, kinds with their counts: "mojibake:3,hyphenation:2,nfc:1". Counted are lines of UTF-8 that had been
	// read as another charset, words parted at the end of a line, and places brought to normal form C; null where nothing was.
	Repairs *string `parquet:"repairs,dict"`
	// First document, in input order, with the same text but for case, accents and spacing; null on originals.
	DuplicateOf *string `parquet:"duplicate_of,dict" table:"ref=documents.document_id"`
	// Original, earlier in input order, with nearly the same content: the first document of its group, and the most similar one if
	// several are near; null on originals, on exact duplicates, and on content of fewer than 20 words.
	NearDuplicateOf *string `parquet:"near_duplicate_of,dict" table:"ref=documents.document_id"`
	// Estimated Jaccard similarity of the runs of three words of this content and that of near_duplicate_of, from 0 to 1.
	Similarity *float64 `parquet:"similarity,dict"`
	// Length of the text.
	CharCount int32 `parquet:"char_count" table:"unit=code points"`
	// Length of the blocks that are not boilerplate.
	ContentCharCount int32 `parquet:"content_char_count" table:"unit=code points"`
}

// A Block is a line of a document or a block element of a page, in order, or a
// part of one that holds both content and boilerplate. What lies between two
// blocks is white space.
type Block struct {
	// Document that the block belongs to.
	DocumentID string `parquet:"document_id,dict" table:"key,bloom,ref=documents.document_id"`
	// Place of the block in its document, from 0.
	BlockIndex int32 `parquet:"block_index" table:"key"`
	// Part that the block plays: title, heading, paragraph, list_item, table_row, menu, caption, quote, preformatted.
	Kind string `parquet:"kind,dict"`
	// First character in documents.text.
	StartChar int32 `parquet:"start_char" table:"unit=code points"`
	// End in documents.text, exclusive.
	EndChar int32 `parquet:"end_char" table:"unit=code points"`
	// First byte in the source, before cleaning; null where the format has no such place.
	SourceStartByte *int64 `parquet:"source_start_byte" table:"unit=bytes"`
	// End in the source, exclusive; null with source_start_byte.
	SourceEndByte *int64 `parquet:"source_end_byte" table:"unit=bytes"`
	// Language of the block, ISO 639-1; null where neither the block nor its neighbours tell.
	Language *string `parquet:"language,dict"`
	// Where the markup of the page puts the block: main, article, nav, header, footer, aside; null where it does not tell.
	Region *string `parquet:"region,dict"`
	// Whether the block is boilerplate, by itself or because the site repeats it.
	InBoilerplate bool `parquet:"in_boilerplate"`
	// Repeated block of the site that this one is a copy of; null where no repetition was found.
	BoilerplateID *string `parquet:"boilerplate_id,dict" table:"ref=boilerplate.boilerplate_id"`
	// What labelled the block as boilerplate; null on content.
	Rule *string `parquet:"rule,dict"`
}

// A Boilerplate is a block that a site repeats from document to document, kept
// here once.
type Boilerplate struct {
	// Identifier of the repeated block.
	BoilerplateID string `parquet:"boilerplate_id" table:"key"`
	// Site that repeats it, as in documents.site.
	Site string `parquet:"site,dict"`
	// Text of its first occurrence.
	Text string `parquet:"text"`
	// Language of the text, ISO 639-1.
	Language *string `parquet:"language,dict"`
	// Documents that carry it.
	DocumentCount int64 `parquet:"document_count" table:"unit=documents"`
	// First of them in input order.
	FirstDocumentID string `parquet:"first_document_id,dict" table:"ref=documents.document_id"`
	// Last of them in input order; the first one again where no other carries the same words.
	LastDocumentID string `parquet:"last_document_id,dict" table:"ref=documents.document_id"`
	// What made it count as boilerplate, in the first document.
	Rule string `parquet:"rule,dict"`
}

// A Mention is an entity at a place in a text. Mentions of a document stand in
// order and do not overlap.
type Mention struct {
	// Document that holds the mention.
	DocumentID string `parquet:"document_id,dict" table:"key,bloom,ref=documents.document_id"`
	// Place of the mention among those of its document, from 0.
	MentionIndex int32 `parquet:"mention_index" table:"key"`
	// Block that the mention starts in.
	BlockIndex int32 `parquet:"block_index" table:"ref=blocks.block_index"`
	// Type of the entity: ORG, PER, DATE, RES or LOC.
	Type string `parquet:"type,dict"`
	// The mention as it stands in the text.
	Surface string `parquet:"surface,dict"`
	// First character in documents.text.
	StartChar int32 `parquet:"start_char" table:"unit=code points"`
	// End in documents.text, exclusive.
	EndChar int32 `parquet:"end_char" table:"unit=code points"`
	// First byte in the source, before cleaning; null where the format has no such place.
	SourceStartByte *int64 `parquet:"source_start_byte" table:"unit=bytes"`
	// End in the source, exclusive; null with source_start_byte.
	SourceEndByte *int64 `parquet:"source_end_byte" table:"unit=bytes"`
	// Entity that is mentioned; the type says in which table it stands.
	EntityID string `parquet:"entity_id,dict" table:"bloom,ref=organizations.organization_id|people.person_id|resolutions.resolution_id|dates.date_id|places.place_id"`
	// Normal form: the usual English acronym or the official name, a person's fullest name, an EDTF date, a document symbol, a country code.
	Norm string `parquet:"norm,dict" table:"bloom"`
	// Confidence that the mention is one and means this entity, from 0 to 1.
	Confidence float64 `parquet:"confidence,dict"`
	// What found the mention: "table", "definition", "head-noun", "title", "day-month-year" and others; "correction: merge" and the like
	// where a line of --corrections says what it is.
	Rule string `parquet:"rule,dict"`
	// Whether the mention stands in a block that is boilerplate; the counts of other tables leave it out then.
	InBoilerplate bool `parquet:"in_boilerplate"`
	// On dates, "~" where the text calls the date approximate ("vers 1950"), as in EDTF.
	Qualifier *string `parquet:"qualifier,dict"`
	// On dates, what happened then, where the text tells: adopted, published, signed, in_force, deadline, event.
	DateRole *string `parquet:"date_role,dict"`
	// On dates, the finer EDTF form where norm, which keeps to level 0, says less than the text: "2022-21" for "spring 2022".
	EDTF *string `parquet:"edtf,dict"`
	// On dates, the part of the span that the text names: early, mid, late.
	DatePart *string `parquet:"date_part,dict"`
	// On dates, the side on which the text leaves the span open: after, before.
	OpenSide *string `parquet:"open_side,dict"`
	// On dates, whether day and month could stand in either order and only the language decided.
	AmbiguousOrder *bool `parquet:"ambiguous_order"`
	// On dates, the time of day that goes with it: "14:40".
	TimeOfDay *string `parquet:"time_of_day,dict"`
	// On dates, where the year comes from: text (it is printed there), sentence (another date of the sentence), previous (the date
	// before), dateline (the first whole date of the document), issued (the published date); null where there is none.
	YearSource *string `parquet:"year_source,dict"`
}

// An Organization is an organization that the documents name, with what is
// known of it.
type Organization struct {
	// Identifier, "org:iom".
	OrganizationID string `parquet:"organization_id" table:"key,bloom"`
	// Usual English acronym, else the official name in the language of the texts; equals mentions.norm.
	Name string `parquet:"name"`
	// Official name in English.
	NameEN *string `parquet:"name_en"`
	// Official name in French.
	NameFR *string `parquet:"name_fr"`
	// Acronym in English.
	AcronymEN *string `parquet:"acronym_en"`
	// Acronym in French.
	AcronymFR *string `parquet:"acronym_fr"`
	// Kind of organization: agency, ministry, court, company, unit and others.
	Kind *string `parquet:"kind,dict"`
	// Organization that this one is a part of.
	ParentID *string `parquet:"parent_id,dict" table:"ref=organizations.organization_id"`
	// Item of Wikidata, "Q110374".
	WikidataID *string `parquet:"wikidata_id"`
	// Mentions outside boilerplate.
	MentionCount int64 `parquet:"mention_count" table:"unit=mentions"`
	// Documents with a mention outside boilerplate.
	DocumentCount int64 `parquet:"document_count" table:"unit=documents"`
}

// A Person is a person that the documents name.
type Person struct {
	// Identifier, "per:ban-ki-moon".
	PersonID string `parquet:"person_id" table:"key,bloom"`
	// Fullest form of the name.
	Name string `parquet:"name"`
	// Given names, where they can be told from the family name.
	GivenName *string `parquet:"given_name,dict"`
	// Family name, where it can be told.
	FamilyName *string `parquet:"family_name,dict"`
	// Mentions outside boilerplate.
	MentionCount int64 `parquet:"mention_count" table:"unit=mentions"`
	// Documents with a mention outside boilerplate.
	DocumentCount int64 `parquet:"document_count" table:"unit=documents"`
}

// A Role is what a document says that a person is: a title, an office, a
// function.
type Role struct {
	// Person who holds the role.
	PersonID string `parquet:"person_id,dict" table:"bloom,ref=people.person_id"`
	// Document that says so.
	DocumentID string `parquet:"document_id,dict" table:"bloom,ref=documents.document_id"`
	// Mention of the person that the role stands at.
	MentionIndex int32 `parquet:"mention_index" table:"ref=mentions.mention_index"`
	// The role as printed.
	Role string `parquet:"role,dict"`
	// Organization in which it is held.
	OrganizationID *string `parquet:"organization_id,dict" table:"ref=organizations.organization_id"`
}

// A Resolution is a numbered resolution or decision of a body.
type Resolution struct {
	// The document symbol, "A/RES/46/182"; "?" stands for a body that the document does not tell.
	ResolutionID string `parquet:"resolution_id" table:"key,bloom"`
	// Kind of text: resolution or decision.
	Kind string `parquet:"kind,dict"`
	// Body that adopted it, by the symbol's first part: "A", "S", "E", "A/HRC", "WHA", "IOM"; "?" if unknown.
	Body *string `parquet:"body,dict"`
	// Number within the series as printed, without session, year and part: "182", "1325".
	Number string `parquet:"number"`
	// Session, as the symbol has it: "46", "III", "ES-11".
	Session *string `parquet:"session,dict"`
	// Year that the symbol prints, else the year in which the session opened.
	Year *int32 `parquet:"year"`
	// Letters of a part: "A" in A/RES/217(III)A.
	Part *string `parquet:"part,dict"`
	// Official text in English.
	URLEN *string `parquet:"url_en"`
	// Official text in French.
	URLFR *string `parquet:"url_fr"`
	// Mentions outside boilerplate.
	MentionCount int64 `parquet:"mention_count" table:"unit=mentions"`
	// Documents with a mention outside boilerplate.
	DocumentCount int64 `parquet:"document_count" table:"unit=documents"`
}

// A Date is a point or span on the calendar that the documents name.
type Date struct {
	// The date in EDTF: "2016-07-25", "2016-06", "199X", "2016-12-05/2016-12-08".
	DateID string `parquet:"date_id" table:"key,bloom"`
	// First day of the span; null if the year is unknown.
	StartDate *Day `parquet:"start_date,date"`
	// Last day of the span, inclusive; null if the year is unknown.
	EndDate *Day `parquet:"end_date,date"`
	// What the date names: day, month, season, quarter, half, year, decade, century, or range; empty where the year is not known and
	// there are no bounds.
	Precision string `parquet:"precision,dict"`
	// Mentions outside boilerplate.
	MentionCount int64 `parquet:"mention_count" table:"unit=mentions"`
	// Documents with a mention outside boilerplate.
	DocumentCount int64 `parquet:"document_count" table:"unit=documents"`
}

// A Place is a country, region, city or other named place.
type Place struct {
	// Identifier, "loc:ch".
	PlaceID string `parquet:"place_id" table:"key,bloom"`
	// English name.
	Name string `parquet:"name"`
	// Country that the place is or lies in, ISO 3166-1 alpha-2.
	CountryCode *string `parquet:"country_code,dict"`
	// Mentions outside boilerplate.
	MentionCount int64 `parquet:"mention_count" table:"unit=mentions"`
	// Documents with a mention outside boilerplate.
	DocumentCount int64 `parquet:"document_count" table:"unit=documents"`
}

// An Alias is a form under which an entity appears in the texts.
type Alias struct {
	// Entity that the form stands for.
	EntityID string `parquet:"entity_id,dict" table:"bloom,ref=organizations.organization_id|people.person_id|resolutions.resolution_id|dates.date_id|places.place_id"`
	// The form as it stands in the texts.
	Surface string `parquet:"surface"`
	// Language of the blocks where it stands, ISO 639-1.
	Language *string `parquet:"language,dict"`
	// Mentions of this form outside boilerplate.
	MentionCount int64 `parquet:"mention_count" table:"unit=mentions"`
}

// A Citation is a resolution cited at a place in a document, once for each
// paragraph that the text points to.
type Citation struct {
	// Document that cites.
	DocumentID string `parquet:"document_id,dict" table:"bloom,ref=documents.document_id"`
	// Mention that cites; null on references by description, which are no mentions and stand in no count.
	MentionIndex *int32 `parquet:"mention_index" table:"ref=mentions.mention_index"`
	// How the text cites: number ("resolution 1325 (2000)"), own ("the present resolution"), previous ("ladite résolution").
	Form string `parquet:"form,dict"`
	// First character in documents.text.
	StartChar int32 `parquet:"start_char" table:"unit=code points"`
	// End in documents.text, exclusive.
	EndChar int32 `parquet:"end_char" table:"unit=code points"`
	// Resolution that is cited.
	ResolutionID string `parquet:"resolution_id,dict" table:"bloom,ref=resolutions.resolution_id"`
	// Confidence that this resolution is meant, from 0 to 1.
	Confidence float64 `parquet:"confidence,dict"`
	// Paragraph that the text points to; null for the resolution as a whole.
	Paragraph *int32 `parquet:"paragraph"`
	// How the body is known: symbol (the citation is one), before or after (named there), list (named for another member of the list), issuer (the document's own), numbering (only one series has such a number), unknown; null on references by description and on corrections.
	BodyEvidence *string `parquet:"body_evidence,dict"`
	// Whether number and year agree with the known numbering: ok, supplied (the numbering gave the year), year (it is not that of the number), number (the session has no such number), unknown (no table covers the series); null on references by description and on corrections.
	Sanity *string `parquet:"sanity,dict"`
	// Nearest plausible symbol where the printed one does not agree with the numbering.
	Suggestion *string `parquet:"suggestion,dict"`
}

// A Translation is two documents that are versions of each other in different
// languages. A document has at most one version in each other language.
type Translation struct {
	// Of the two, the document that comes later in input order.
	DocumentID string `parquet:"document_id" table:"key,bloom,ref=documents.document_id"`
	// The document that comes first; which one was written first is not known.
	TranslationOf string `parquet:"translation_of" table:"key,bloom,ref=documents.document_id"`
	// Language of document_id, ISO 639-1.
	Language string `parquet:"language,dict"`
	// Language of translation_of, ISO 639-1.
	OtherLanguage string `parquet:"other_language,dict"`
	// What speaks for the pair, joined by "+", the strongest first: hreflang (a page names the other one as its version), address (their addresses
	// differ in nothing but marks of languages), symbol (both bear it), content (numbers, dates, symbols and names agree).
	Evidence string `parquet:"evidence,dict"`
	// Numbers, dates, symbols and names that both have, of 64 that are compared of each at most.
	SharedCount int32 `parquet:"shared_count" table:"unit=features"`
	// Confidence that the two say the same, from 0 to 1.
	Confidence float64 `parquet:"confidence,dict"`
}

// A Reject is a source that a stage could not handle.
type Reject struct {
	// Where it was read, as in documents.source.
	Source string `parquet:"source"`
	// Stage that gave up, as in the list of stages.
	Stage string `parquet:"stage,dict"`
	// Why, in a few words that can be counted: "empty", "binary", "unreadable".
	Reason string `parquet:"reason,dict"`
	// What the stage said.
	Detail *string `parquet:"detail"`
}

// A Day is a day of the proleptic Gregorian calendar, counted from 1970-01-01.
// In the tables it is a DATE.
type Day int32

// DayOf returns the day on which t falls in its own zone, as a column that may
// be null wants it.
func DayOf(t time.Time) *Day {
	y, m, d := t.Date()
	day := Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay) // exact: midnight
	return &day
}

const secondsPerDay = 24 * 60 * 60

// String returns the day as ISO 8601 has it.
func (d Day) String() string {
	return time.Unix(int64(d)*secondsPerDay, 0).UTC().Format(time.DateOnly)
}

// MarshalText returns the day as String does, for JSON.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Nullable returns a column's value, or null for the zero value, which is what
// the rest of the program keeps where nothing is known.
func Nullable[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// Confidence returns a confidence or similarity as the tables hold it: rounded
// to four digits, so that 0.9 is 0.9 in SQL and not 0.8999999761581421.
func Confidence(c float32) float64 {
	return math.Round(float64(c)*1e4) / 1e4
}
