package clean

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A sense is what the names that authors give to an element say about its role
// on the page: its class, its id, its itemprop. The names are the shared habit
// of those who write templates; none is of one site.
type sense uint8

const (
	noPart sense = iota
	bodyPart
	commentsPart
	relatedPart
	sharePart
	adPart
	newsletterPart
	sidebarPart
	loginPart
	consentPart
	crumbsPart
	authorPart
	datePart
	captionPart
	tagsPart
	navPart
	footerPart
	popupPart
	hiddenPart
	toolsPart
)

// partNames are the values of Block.Hint, and what follows "markup-" in the rules that speak of them.
var partNames = [...]string{"", "body", "comments", "related", "share", "advert", "newsletter", "sidebar", "login", "consent", "breadcrumb",
	"author", "date", "caption", "tags", "nav", "footer", "popup", "hidden", "tools"}

// partWords holds the words and pairs of words in names that tell the part. A pair
// counts before its words.
var partWords = func() map[string]sense {
	m := make(map[string]sense)
	for p, words := range [...]string{
		bodyPart: `article-body articlebody body-article article-content articlecontent article-text articletext entry-content entrycontent post-content postcontent
			post-body postbody post-text post-entry story-body storybody story-content storycontent story-text body-content body-text body-copy bodycopy bodytext
			field-body content-body contentbody blog-content blog-post-content news-content news-body news-text newsbody article-main
			articlemain markdown-body parser-output texte-article article-texte corps-article article-corps contenu-article article-contenu
			chapo-texte single-content detail-content entry-body`,
		commentsPart: `comment comments commentlist commentslist commentform commentsection disqus disqus-thread respond replies livefyre viafoura fb-comments
			commentaire commentaires avis-lecteurs reactions discussion comment-list user-comments hyvor isso`,
		relatedPart: `related relateds relatedposts relatedcontent relatedlinks relatedarticles related-articles recirc recirculation recommended recommendations recommendation
			recommends suggested suggestions readnext read-next readmore read-more read-also also-read readalso up-next next-up also-like may-like you-may most-read most-popular
			mostread mostpopular mostviewed most-viewed popular trending taboola outbrain zergnet revcontent teaser teasers yarpp lire-aussi voir-aussi lireaussi
			a-lire-aussi similaires similar promo promos promobox crosslinks top-stories topstories topnews more-stories morestories more-news more-from more-on
			latest-news latestnews latest-posts recent-posts recentposts upsell onward prev-next nextprev next-prev previous-next post-navigation articles-lies sur-le-meme-sujet
			plus-lus infinite-scroll next-article nextarticle next-post prev-post previous-post morelinks seealso see-also linked-stories`,
		sharePart: `share shares sharing sharebar sharethis sharedaddy sharetools sharebuttons sharelinks addthis addtoany social socials socialmedia socialbar social-links
			sociallinks socialshare social-share partage partages partager follow followus follow-us suivez-nous sns reseaux-sociaux share-links`,
		adPart: `ad ads advert adverts advertisement advertisements advertising advertise adsbygoogle adunit adslot adbox adblock adwrap adwrapper adcontainer dfp gpt
			sponsored publicite publicites reclame promoted nativead banner-ad ad-container`,
		newsletterPart: `newsletter newsletters subscribe subscription subscriptions subscriber signup sign-up optin mailchimp mailinglist infolettre abonnement abonnements
			abonnez abonner inscription mcwp mc-embed lettre-information email-signup`,
		sidebarPart: `sidebar sidebars sidebarbox side-bar rail right-rail rightrail left-rail rightcol leftcol rightcolumn right-column left-column right-col left-col sidecol
			side-column side-col widget widgets widgetarea colonne-droite colonne-gauche`,
		loginPart:   `login signin sign-in log-in paywall regwall registration register piano connexion`,
		consentPart: `cookie cookies consent gdpr rgpd ccpa onetrust didomi cookiebar tarteaucitron`,
		crumbsPart:  `breadcrumb breadcrumbs crumb crumbs bread-crumb fil-ariane ariane`,
		authorPart: `author authors byline bylines authorbox authorinfo authorbio author-box author-bio bio contributor contributors auteur auteurs vcard
			about-author postauthor written-by writer`,
		datePart: `date dates dateline-date pubdate published publishdate publish-date timestamp datetime posted-on entry-date post-date postdate updated entry-meta post-meta
			article-meta postmeta entrymeta articlemeta story-meta meta-info metadata meta post-info article-info postinfo articleinfo byline-date publication-date time`,
		captionPart: `caption captions figcaption photocaption image-caption wp-caption-text legende legend credit credits photo-credit image-credit photocredit imagecredit photographer`,
		tagsPart:    `tags tag taglist tagcloud keywords topics topic-list tag-list post-tags mots-cles motscles entry-tags article-tags tag-links cat-links post-categories categories`,
		navPart: `nav navbar navigation navi menu menus submenu topnav subnav mainmenu megamenu mainnav pagination pager paging paginator page-links skip skiplink skip-link
			skiplinks topbar toolbar masthead site-header siteheader page-header-nav`,
		footerPart: `footer site-footer sitefooter page-footer colophon pied pied-de-page footer-links bottom-bar`,
		popupPart:  `popup popups modal overlay lightbox toast interstitial offcanvas drawer`,
		hiddenPart: `visually-hidden visuallyhidden sr-only sronly screen-reader-text screen-reader screenreader offscreen print-only printonly`,
		toolsPart:  `search searchform searchbox recherche tools print rating ratings poll votes vote correction-form feedback report-error button buttons btn cta donate donation`,
	} {
		for w := range strings.FieldsSeq(words) {
			m[w] = sense(p)
		}
	}
	return m
}()

// modifiers stand before a word that says what the element has or lacks, not
// what it is.
var modifiers = map[string]bool{"has": true, "with": true, "no": true, "without": true, "is": true, "show": true, "hide": true, "not": true, "js": true,
	"avec": true, "sans": true, "enable": true, "enabled": true, "can": true}

// partOf returns what the names of an element say. The first attribute that
// says anything counts; of the names of a class, one that speaks against the
// content counts before one that speaks for it.
func (r *renderer) partOf(n *html.Node) sense {
	if n.DataAtom == atom.Body || n.DataAtom == atom.Html || n.DataAtom == atom.Main {
		return noPart
	}
	found := noPart
	for _, a := range n.Attr {
		switch a.Key {
		case "itemprop":
			switch a.Val {
			case "articleBody", "text", "reviewBody":
				return bodyPart
			case "author", "creator":
				found = authorPart
			case "datePublished", "dateModified":
				found = datePart
			case "caption":
				found = captionPart
			case "comment":
				return commentsPart
			case "breadcrumb":
				return crumbsPart
			case "keywords":
				return tagsPart
			}
		case "class", "id":
			if a.Val == "" || found > bodyPart {
				break
			}
			p, ok := r.known[a.Val]
			if !ok {
				p = partOfNames(a.Val)
				if r.known == nil {
					r.known = make(map[string]sense)
				}
				r.known[a.Val] = p
			}
			if p != noPart {
				found = p
			}
		}
	}
	return found
}

// partOfNames reads a list of names.
func partOfNames(names string) sense {
	found := noPart
	for name := range strings.FieldsSeq(names) {
		if len(name) > 80 {
			continue
		}
		if p := partOfName(name); p > bodyPart {
			return p
		} else if p != noPart {
			found = p
		}
	}
	return found
}

// partOfName reads one name: "post-comments", "postComments", "post__comments".
func partOfName(name string) sense {
	var buf [80 + 40]byte
	joined := buf[:0] // the words, with "-" between them
	var starts [24]int
	n := 0
	for i := 0; i < len(name); i++ {
		c := name[i]
		upper := 'A' <= c && c <= 'Z'
		if upper {
			c |= 0x20
		}
		if c < 'a' || 'z' < c {
			continue
		}
		first := i == 0 || !isLetter(name[i-1]) || upper && (name[i-1] >= 'a' || i+1 < len(name) && name[i+1] >= 'a' && isLetter(name[i+1]))
		if first {
			if n == len(starts) {
				break
			}
			if n > 0 {
				joined = append(joined, '-')
			}
			starts[n] = len(joined)
			n++
		}
		joined = append(joined, c)
	}
	word := func(i, j int) []byte { // words i to j
		end := len(joined)
		if j+1 < n {
			end = starts[j+1] - 1
		}
		return joined[starts[i]:end]
	}
	found := noPart
	for i := 0; i < n; i++ {
		if modifiers[string(word(i, i))] {
			i++
			continue
		}
		p := noPart
		for j := min(i+3, n-1); j >= i && p == noPart; j-- {
			p = partWords[string(word(i, j))]
		}
		if p > bodyPart {
			return p
		}
		if p != noPart {
			found = p
		}
	}
	return found
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
