package vocabulary

import "testing"

func TestDemonym(t *testing.T) {
	for w, want := range map[string]bool{
		"nigerian": true, "nigerians": true, "cypriot": true, "iraqis": true, "afghans": true, "bissau-guinean": true, "sud-soudanais": true, "sud-soudanaise": true, "bissau-guineens": true,
		"calais": false, "saint-julien": false, "librarian": false, "sud-kivu": false, "nord-ouest": false, "south-east": false, "english-speaking": false, "brian": false,
	} {
		if got := Demonym(w); got != want {
			t.Errorf("Demonym(%q) = %v", w, got)
		}
	}
}
