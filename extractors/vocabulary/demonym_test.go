package vocabulary

import "testing"

func TestDemonym(t *testing.T) {
	for w, want := range map[string]bool{
		"nigerian": true, "nigerians": true, "cypriot": true, "iraqis": true, "afghans": true, "bissau-guinean": true, "sud-soudanais": true, "sud-soudanaise": true, "bissau-guineens": true,
		"libyan": true, "iraquiens": true, "sahraouies": true, "south sudanese": true, "south africa": false, "suisse": false, "argentine": false,
		"calais": false, "saint-julien": false, "librarian": false, "sud-kivu": false, "nord-ouest": false, "south-east": false, "english-speaking": false, "brian": false,
	} {
		if got := Demonym(w); got != want {
			t.Errorf("Demonym(%q) = %v", w, got)
		}
	}
}
