package people

import (
	"strings"

	"tamis/extractors"
	"tamis/extractors/vocabulary"
)

// leaders are persons whom texts call by their surname alone, heads of states
// and of bodies for the most part, folded. Names that mean something else too,
// "Bush", "May", "Hollande", are left out.
const leaders = `abacha ahmadinejad akayev aliyev ankrah annan aoun aquino arafat aristide assad assange attal aznar bachelet bagabandi bardella barnier barzani
	bayrou bazoum bedie bennabi berdymoukhamedov berlusconi bezos bhutto biden biya blinken boakai bolsonaro borrell bourguiba bouteflika
	bozize brejnev brezhnev buhari burhan burhane ceausescu chamisa chavez cheney chirac choigou shoigu chretien compaore
	corbyn damiba darmanin deby desantis djotodia doumbouya draghi duterte duvalier eisenhower eltsine yeltsin embalo erdogan evtushenko farage farmajo
	fayulu fillon fujimori gaddafi kadhafi qaddafi gandhi gbagbo georgieva ghannouchi ghebreyesus goita gorbatchev gorbachev guaido guterres habre
	haftar hammarskjold haniyeh hegseth hemedti hemetti hichilema hitler hoxha ishiba issoufou jammeh jokowi jospin juncker juppe kabila kaczynski
	kadyrov kagame karadzic karimov karzai katumbi kaunda kazadi kenyatta khadafi khamenei khomeini khomeiny khrouchtchev khrushchev kibaki kiir kirchner
	kishida kissinger koizumi koroma kuchma lagarde lavrov lazzarini legault lenine lenin loukachenko lukashenko lukashenka lula lumumba lungu machar macron
	madouro maduro magufuli mahathir malema mandela martelly mattarella mbeki mcconnell medvedev melenchon meloni mengistu merkel merz milei
	milosevic mitsotakis mitterrand mladic mnangagwa mobutu modi mogherini morsi moubarak mubarak mugabe museveni musharraf mussolini
	nasrallah navalny navalni ndayishimiye nehru netanyahu netanyahou nguesso niinisto nixon nkrumah nkurunziza noriega nyerere obama obasanjo obiang
	odinga orban ouattara oyono pahlavi pashinyan pachinian pelosi peskov pezechkian pezeshkian pinochet poilievre pompeo poutine putin prabowo preval
	prigojine prigozhin puigdemont rafsanjani raissi rajapaksa rajoy ramaphosa reagan renzi retailleau rouhani rohani rousseff rumsfeld ruto saakashvili
	saied salvini sankara sarkozy scholz selassie senghor shinawatra sinwar sirleaf sissi snowden staline stalin starmer suharto sukarno
	sunak tchiani tebboune thaksin thatcher tinubu tiani tito tokayev tolbert toure touadera trotski trotsky trudeau trump tshisekedi tsipras
	tsvangirai videla vucic weah widodo yunus zakharova zapatero zarif zelensky zelenskyy zelenskiy zelenski zemmour zenawi zuma`

// leaderAt reports whether token i alone names a leader: a word with one
// capital and nothing beside it that would make a longer name of it, "Trump a
// dit", but "Trump Tower", "avenue Bourguiba".
func (f *finder) leaderAt(i int) bool {
	if f.class(i)&leader == 0 || f.is(i, extractors.IsUpper) || f.glue(i-1) || f.glue(i) && !f.is(i+1, extractors.IsPoss) {
		return false
	}
	if j := i + 1; f.is(j, extractors.IsCap) && !f.is(j, extractors.IsLine) && !f.wide(i) {
		w := f.fold(j)
		if f.class(j)&functionWord == 0 && !vocabulary.HeadlineVerb(w) {
			return false
		}
	}
	j := i - 1
	if j < 0 || f.is(i, extractors.IsLine) || !f.is(j, extractors.IsWord) || f.wide(j) {
		return true
	}
	if works[f.fold(j)] || f.class(j)&thingBefore != 0 || f.class(j)&particle != 0 && j > 0 && f.class(j-1)&thingBefore != 0 {
		return false
	}
	return !f.is(j, extractors.IsCap) || f.class(j)&(title|role|functionWord|notName) != 0
}

// works are what is called by the name of who made it, folded: "loi Velmisa".
var works = setOf(`loi plan fonds prime ordonnance regles reglement doctrine taxe reforme amendement rapport accord methode affaire act law rule`)

// glue reports whether a hyphen joins tokens i and i+1 to one word.
func (f *finder) glue(i int) bool {
	return i >= 0 && i+1 < len(f.Tokens) && f.touches(i) && (strings.HasPrefix(f.text(i+1), "-") || strings.HasPrefix(f.text(i), "-"))
}

// Known is the rule of a person that a surname alone names, because everybody
// writes about them.
const Known = "leader"
