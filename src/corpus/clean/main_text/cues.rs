//! The words at the head of what stands beside an article: other articles, its writer, a form.
//!
//! Knows words of the common European languages; not where on a page they stand.

/// A heading is short, in bytes.
const LONGEST: usize = 80;

/// How such headings begin, in lower case.
const BEGINNINGS: &[&str] = &[
    "mehr zum thema",
    "mehr zu ",
    "mehr von ",
    "mehr aus ",
    "lesen sie auch",
    "lesen sie mehr",
    "lies auch",
    "auch interessant",
    "weitere artikel",
    "weitere beiträge",
    "weitere nachrichten",
    "weitere meldungen",
    "weitere themen",
    "weitere aktuelle",
    "weiterführende",
    "das könnte",
    "könnte dich auch",
    "ähnliche",
    "verwandte",
    "zum weiterlesen",
    "weiterlesen",
    "passend dazu",
    "passend zum",
    "schon gelesen",
    "über den autor",
    "über die autor",
    "zum autor",
    "zur autorin",
    "newsletter",
    "kommentare",
    "kommentar schreiben",
    "schreibe einen kommentar",
    "diesen artikel teilen",
    "artikel teilen",
    "teilen",
    "seite teilen",
    "hinterlasse ",
    "read more",
    "read also",
    "read next",
    "also read",
    "see also",
    "related",
    "more from",
    "more on ",
    "more in ",
    "more stories",
    "more news",
    "you may also",
    "you might also",
    "recommended",
    "don't miss",
    "explore further",
    "further reading",
    "about the author",
    "share this",
    "leave a ",
    "comments",
    "sign up",
    "subscribe",
    "follow us",
    "most read",
    "most popular",
    "trending",
    "up next",
    "what to read next",
    "lire aussi",
    "à lire",
    "a lire",
    "voir aussi",
    "sur le même sujet",
    "en savoir plus",
    "à propos de l",
    "commentaires",
    "partager",
    "articles similaires",
    "articles liés",
    "dans la même rubrique",
    "lisez aussi",
    "lea también",
    "lee también",
    "te puede interesar",
    "también te puede",
    "ver también",
    "ver más",
    "leer más",
    "noticias relacionadas",
    "artículos relacionados",
    "más noticias",
    "comentarios",
    "compartir",
    "sobre el autor",
    "además",
    "mira también",
    "contenido relacionado",
    "leggi anche",
    "potrebbe interessarti",
    "articoli correlati",
    "commenti",
    "condividi",
    "ti potrebbe",
    "vedi anche",
    "czytaj także",
    "czytaj też",
    "czytaj również",
    "czytaj więcej",
    "zobacz także",
    "zobacz też",
    "zobacz również",
    "przeczytaj",
    "komentarze",
    "podobne",
    "polecamy",
    "o autorze",
    "powiązane",
    "lees ook",
    "lees meer",
    "reacties",
    "gerelateerd",
    "over de auteur",
    "leia também",
    "veja também",
    "saiba mais",
    "leia mais",
    "comentários",
    "läs också",
    "läs även",
    "läs mer",
    "læs også",
    "les også",
    "lue myös",
];

/// Whether a line announces something that is none of the article.
pub(super) fn announces_other(line: &str) -> bool {
    if line.len() > LONGEST {
        return false;
    }
    let lower = line.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning))
}

/// How a line about the article begins, in lower case.
const ABOUT: &[&str] = &[
    "dieser beitrag wurde",
    "dieser eintrag wurde",
    "der beitrag wurde",
    "dieser artikel wurde",
    "this entry was posted",
    "this post was",
    "posted in ",
    "posted by ",
    "posted on ",
    "filed under",
    "tagged ",
    "tags:",
    "tag:",
    "categories:",
    "category:",
    "kategorie:",
    "kategorien:",
    "schlagwörter",
    "schlagworte",
    "stichwörter",
    "stichworte",
    "themen:",
    "veröffentlicht in ",
    "veröffentlicht unter ",
    "veröffentlicht am ",
    "veröffentlicht von ",
    "abgelegt unter",
    "etiquetas:",
    "temas:",
    "mots-clés",
    "publié dans",
    "publié le",
    "publicado en",
    "tagi:",
    "kategoria:",
    "war der artikel",
    "war dieser artikel",
    "hat ihnen der",
    "hat ihnen dieser",
    "was this article",
    "was this helpful",
    "rate this",
    "bewerten",
    "noch keine bewertungen",
    "topics:",
    "keywords:",
    "last updated",
    "zuletzt aktualisiert",
    "published:",
    "updated:",
    "erstellt am",
    "stand:",
];

/// Whether a line says when, where and about what the article was published.
pub(super) fn is_about_article(line: &str) -> bool {
    if line.len() > LONGEST * 4 {
        return false;
    }
    let lower = line.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    ABOUT.iter().any(|beginning| lower.starts_with(beginning))
}

/// How the credit of a picture begins, in lower case.
const CREDITS: &[&str] = &[
    "foto:",
    "fotos:",
    "foto ©",
    "foto/",
    "photo:",
    "photos:",
    "bild:",
    "bilder:",
    "titelbild:",
    "titelfoto:",
    "beitragsbild:",
    "bildquelle",
    "bildnachweis",
    "photo credit",
    "image:",
    "image credit",
    "images:",
    "picture:",
    "photo by",
    "photograph:",
    "photo ©",
    "fot.",
    "zdjęcie:",
    "crédit photo",
    "crédits photo",
    "credit:",
    "credits:",
    "imagen:",
    "fotografía:",
    "illustration:",
    "copyright",
    "(c)",
    "©",
    "quelle:",
    "source:",
    "fuente:",
    "źródło:",
    "symbolfoto",
    "symbolbild",
    "archivfoto",
    "abb.",
    "abbildung",
];

/// Whether a line says who made a picture.
pub(super) fn is_credit(line: &str) -> bool {
    if line.len() > LONGEST * 2 {
        return false;
    }
    let lower = line.trim_start_matches(['(', '[', ' ']).to_lowercase();
    CREDITS.iter().any(|credit| lower.starts_with(credit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_none_of_the_article() {
        let cases = [
            ("Mehr zum Thema", (true, false, false)),
            ("» Lire aussi : la crue", (true, false, false)),
            ("Related stories", (true, false, false)),
            ("Tags: bridge, river", (false, true, false)),
            ("This entry was posted on Monday by Ann", (false, true, false)),
            ("(Foto: Ann Smith)", (false, false, true)),
            ("The bridge stays shut", (false, false, false)),
        ];
        for (line, expected) in cases {
            let got = (announces_other(line), is_about_article(line), is_credit(line));
            assert_eq!(got, expected, "{line}");
        }
        let long = format!("Related stories were told by {}", "many people ".repeat(10));
        assert!(!announces_other(&long));
    }
}
