package pipeline

import (
	"reflect"
	"testing"

	"tamis/extractors"
	"tamis/pipeline/clean"
)

// sampleRecords are the records of the sample data, rejects among them.
func sampleRecords(t testing.TB) []Record {
	t.Helper()
	sources, err := Sources([]string{dumpFolder, oddFolder}, "")
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{}.withDefaults()
	var d Document
	var out []Record
	for i := range sources {
		for it := range sources[i].items(cfg.reading("")) {
			mapItem(&cfg, &it, &d, nil)
			out = append(out, d.Record)
		}
	}
	return out
}

// fullRecord has a value other than zero in every field, so that the codec
// can't forget one.
func fullRecord() *Record {
	r := &Record{}
	fill(reflect.ValueOf(r).Elem())
	r.Blocks = append(r.Blocks, Block{Source: extractors.Span{Start: -1, End: -1}})
	r.Mentions = append(r.Mentions, Mention{Source: extractors.Span{Start: -1, End: -1}})
	return r
}

// fill sets all fields below v.
func fill(v reflect.Value) {
	if _, ok := v.Interface().(clean.Offsets); ok {
		page, err := clean.CleanAs([]byte("caf\xc3\xa9  au\r\nlait"), clean.Text, "")
		if err != nil {
			panic(err)
		}
		v.Set(reflect.ValueOf(page.Offsets))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.String:
		v.SetString("œuvre de " + v.Type().String())
	case reflect.Int, reflect.Int64:
		v.SetInt(12345)
	case reflect.Uint64:
		v.SetUint(1<<63 + 5)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(0.75)
	default:
		panic("a field of a kind that the codec has not met: " + v.Type().String())
	}
}

func TestCodecReturnsRecords(t *testing.T) {
	records := append(sampleRecords(t), *fullRecord(), Record{})
	var b []byte
	for i := range records {
		b = appendRecord(b, &records[i])
	}
	for i := range records {
		var r Record
		var err error
		if b, err = decodeRecord(b, &r); err != nil {
			t.Fatalf("%s: %v", records[i].Source, err)
		}
		want := records[i]
		if len(want.Blocks) == 0 { // an empty list comes back as one
			want.Blocks = []Block{}
		}
		if len(want.Mentions) == 0 {
			want.Mentions = []Mention{}
		}
		if !reflect.DeepEqual(r, want) {
			t.Errorf("%s does not come back:\n got %+v\nwant %+v", want.Source, r, want)
		}
	}
	if len(b) > 0 {
		t.Errorf("%d bytes are left", len(b))
	}
}

// What is cut short is damaged, wherever it is cut.
func TestCodecTellsDamage(t *testing.T) {
	b := appendRecord(nil, fullRecord())
	for n := range b {
		if _, err := decodeRecord(b[:n], new(Record)); err == nil {
			t.Fatalf("%d of %d bytes are taken for a record", n, len(b))
		}
	}
}

func FuzzDecodeRecord(f *testing.F) {
	f.Add(appendRecord(nil, fullRecord()))
	f.Add(appendRecord(nil, &Record{}))
	f.Add(appendRecord(nil, &Record{Text: "L’OIM.", Blocks: []Block{{Key: 7, Line: extractors.Line{Kind: extractors.Paragraph, Lang: "fr"}}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		var r Record
		rest, err := decodeRecord(b, &r)
		if err != nil {
			return
		}
		// What reads as a record is written as one that reads alike.
		again := appendRecord(nil, &r)
		var r2 Record
		if _, err := decodeRecord(again, &r2); err != nil {
			t.Fatalf("a record of %d bytes, written again, does not read: %v", len(b)-len(rest), err)
		}
		if string(appendRecord(nil, &r2)) != string(again) {
			t.Fatal("a record changes as it is written and read")
		}
	})
}
