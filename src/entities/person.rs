//! The parts of a person's name, and when two names can be one person's.
//!
//! Knows how names are built: titles, initials, particles, suffixes, double surnames, family names
//! that come first. Does not know what an article says; [`super::resolve`] does.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{known, spelling};

/// A person's name in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PersonName {
    /// The name as it is to be shown, a part of the text that was read: without titles, but for
    /// the one that a lone name is known with ("Pope Francis", "Prince Harry").
    pub(super) shown: String,
    /// The words, folded, without titles, suffix and nickname; an initial is a word of one letter.
    pub(super) words: Vec<String>,
    /// `jr`, `sr`, `ii`.
    pub(super) suffix: Option<String>,
    /// What its title or honorific tells.
    pub(super) gender: Option<Gender>,
    /// A word that is a title itself stands for a name only where a fuller one is known.
    pub(super) is_title: bool,
    /// Goes by a forename and a title that no surname follows: "Pope Francis", "Prince Harry".
    pub(super) is_royal: bool,
    /// Begins with a particle that no forename is: a surname alone ("von der Leyen").
    opens_with_particle: bool,
}

/// What "Mr" and "Mrs" tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gender {
    /// "Mr", "Sir", "King".
    Male,
    /// "Mrs", "Ms", "Queen".
    Female,
}

/// How a short name can stand for a fuller one, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// "Angelina" for "Angelina Jolie".
    Forename,
    /// "López" for "Andrés Manuel López Obrador".
    Inner,
    /// "Kennedy" for "Robert F. Kennedy Jr.".
    SurnameOfJunior,
    /// "Zelenskyy" for "Volodymyr Zelensky".
    SurnameRomanised,
    /// "Putin" for "Vladimir Putin".
    Surname,
}

/// Titles, offices and ranks; a name that follows is without them.
const TITLES: &[&str] = &[
    "adm",
    "admiral",
    "advisor",
    "adviser",
    "aide",
    "airman",
    "alderman",
    "ambassador",
    "analyst",
    "archbishop",
    "astronaut",
    "attorney",
    "author",
    "ayatollah",
    "bishop",
    "boss",
    "brig",
    "brigadier",
    "cabinet",
    "candidate",
    "capt",
    "captain",
    "cardinal",
    "ceo",
    "cfo",
    "chair",
    "chairman",
    "chairperson",
    "chairwoman",
    "champion",
    "chancellor",
    "chief",
    "citizen",
    "coach",
    "col",
    "colonel",
    "comedian",
    "commander",
    "commissioner",
    "commodore",
    "comrade",
    "congressman",
    "congresswoman",
    "constable",
    "consul",
    "coroner",
    "corporal",
    "councillor",
    "councilman",
    "councilor",
    "councilwoman",
    "cpl",
    "defender",
    "delegate",
    "democrat",
    "designer",
    "detective",
    "dictator",
    "diplomat",
    "director",
    "doctor",
    "dr",
    "economist",
    "editor",
    "envoy",
    "executive",
    "founder",
    "gen",
    "general",
    "goalkeeper",
    "gov",
    "governor",
    "hon",
    "imam",
    "inspector",
    "journalist",
    "judge",
    "justice",
    "lawmaker",
    "lawyer",
    "leader",
    "lieutenant",
    "lt",
    "maj",
    "major",
    "manager",
    "marshal",
    "mayor",
    "messrs",
    "midfielder",
    "minister",
    "miss",
    "mme",
    "monsignor",
    "mp",
    "mr",
    "mrs",
    "ms",
    "msgr",
    "mullah",
    "officer",
    "owner",
    "pastor",
    "patriarch",
    "pm",
    "premier",
    "president",
    "presidents",
    "principal",
    "private",
    "prof",
    "professor",
    "prosecutor",
    "pvt",
    "quarterback",
    "rabbi",
    "rapper",
    "reader",
    "rep",
    "representative",
    "republican",
    "reporter",
    "rev",
    "reverend",
    "sec",
    "secretary",
    "sen",
    "senator",
    "sergeant",
    "sgt",
    "sheriff",
    "singer",
    "speaker",
    "spokesman",
    "spokesperson",
    "spokeswoman",
    "striker",
    "superintendent",
    "supt",
    "surgeon",
    "taoiseach",
    "treasurer",
    "undersecretary",
    "warlord",
    "winger",
    "actor",
    "actress",
    "director-general",
    "fr",
    "herr",
    "frau",
    "monsieur",
    "madame",
    "madam",
    "señor",
    "senor",
    "senora",
];

/// Titles that stay with a forename alone, as that is how the person is known.
const TITLES_OF_FORENAMES: &[&str] = &[
    "baron", "baroness", "brother", "count", "countess", "czar", "dame", "duchess", "duke", "emir",
    "emperor", "empress", "father", "king", "lady", "lord", "mother", "pope", "prince", "princess",
    "queen", "sheikh", "shaikh", "sheik", "sir", "sister", "sultan", "tsar",
];

/// Words that stand within or around a title, and are none alone.
const AROUND_TITLES: &[&str] = &[
    "acting",
    "adjutant",
    "affairs",
    "air",
    "and",
    "army",
    "assembly",
    "assistant",
    "associate",
    "attorney",
    "bank",
    "board",
    "borough",
    "business",
    "cabinet",
    "caretaker",
    "central",
    "city",
    "commerce",
    "committee",
    "communist",
    "company",
    "conservative",
    "council",
    "county",
    "crown",
    "culture",
    "defence",
    "defense",
    "democratic",
    "department",
    "deputy",
    "designate",
    "district",
    "economy",
    "education",
    "elect",
    "emeritus",
    "energy",
    "environment",
    "ex",
    "federal",
    "finance",
    "first",
    "for",
    "foreign",
    "former",
    "his",
    "her",
    "health",
    "high",
    "holiness",
    "homeland",
    "honorable",
    "honourable",
    "house",
    "incumbent",
    "independent",
    "interim",
    "interior",
    "internal",
    "joint",
    "junior",
    "labor",
    "labour",
    "late",
    "lead",
    "liberal",
    "managing",
    "majority",
    "military",
    "ministry",
    "minority",
    "national",
    "navy",
    "news",
    "of",
    "office",
    "opposition",
    "parliament",
    "parliamentary",
    "party",
    "police",
    "political",
    "press",
    "prime",
    "public",
    "rear",
    "regional",
    "right",
    "royal",
    "second",
    "security",
    "senate",
    "senior",
    "shadow",
    "special",
    "staff",
    "state",
    "supreme",
    "team",
    "the",
    "trade",
    "transport",
    "treasury",
    "uk",
    "un",
    "union",
    "us",
    "vice",
    "war",
    "white",
    "world",
    "highness",
    "majesty",
    "excellency",
    "lady",
    "to",
];

/// Those before a forename.
const ROYAL_TITLES: &[&str] = &[
    "czar", "emir", "emperor", "empress", "king", "pope", "prince", "princess", "queen", "sultan",
    "tsar",
];

const MALE: &[&str] = &[
    "baron",
    "brother",
    "count",
    "czar",
    "duke",
    "emperor",
    "father",
    "herr",
    "king",
    "lord",
    "messrs",
    "monsieur",
    "mr",
    "pope",
    "prince",
    "sheikh",
    "sir",
    "sultan",
    "tsar",
    "spokesman",
    "congressman",
    "chairman",
];

const FEMALE: &[&str] = &[
    "actress",
    "baroness",
    "chairwoman",
    "congresswoman",
    "countess",
    "dame",
    "duchess",
    "empress",
    "frau",
    "lady",
    "madam",
    "madame",
    "miss",
    "mme",
    "mother",
    "mrs",
    "ms",
    "princess",
    "queen",
    "sister",
    "spokeswoman",
];

const SUFFIXES: &[&str] = &["jr", "sr", "ii", "iii", "iv", "vi", "vii", "viii", "xiv", "xvi"];

/// What follows a name and is no part of it.
const DEGREES: &[&str] =
    &["phd", "md", "esq", "mp", "qc", "kc", "obe", "mbe", "cbe", "mep", "msp", "rn", "dds", "jd"];

const PARTICLES: &[&str] = &[
    "abu", "af", "al", "ap", "bin", "bint", "da", "das", "de", "del", "della", "den", "der", "di",
    "do", "dos", "du", "e", "el", "ibn", "la", "las", "le", "los", "st", "ten", "ter", "van",
    "von", "y", "zu", "zum", "zur",
];

/// Particles that are a forename or its short form as well.
const PARTICLES_AND_FORENAMES: &[&str] = &["al", "van", "e", "y", "st", "ten"];

/// Family names that come first, in Chinese and Vietnamese names.
const FAMILY_FIRST: &[&str] = &[
    "ban", "bo", "cai", "cao", "chan", "chang", "chen", "cheng", "cheung", "chiang", "cho", "choe",
    "choi", "chou", "chow", "chu", "deng", "ding", "dong", "du", "duong", "fan", "fang", "feng",
    "fu", "gao", "gong", "gu", "guo", "han", "hao", "he", "ho", "hoang", "hong", "hou", "hu",
    "huang", "huynh", "hwang", "hyun", "jang", "jeong", "ji", "jia", "jiang", "jiao", "jin", "jo",
    "jung", "kang", "ko", "kong", "kwon", "lai", "lam", "leung", "li", "liang", "liao", "lin",
    "ling", "liu", "lu", "luo", "ma", "mao", "meng", "moon", "ngo", "nguyen", "oh", "pan", "peng",
    "pham", "phan", "qi", "qian", "qin", "qiu", "ri", "roh", "ryu", "shao", "shen", "shi", "shin",
    "sun", "tan", "tang", "tao", "to", "tran", "tsai", "vo", "vu", "wan", "wang", "wei", "wen",
    "wong", "wu", "xi", "xia", "xiao", "xie", "xu", "xue", "yan", "yang", "yao", "ye", "yi", "yin",
    "yoon", "yu", "yuan", "yun", "zeng", "zhang", "zhao", "zheng", "zhong", "zhou", "zhu",
];

/// Family names that come first in a name of three words; else they are forenames, too.
const FAMILY_FIRST_OF_THREE: &[&str] =
    &["an", "dang", "do", "hung", "kim", "le", "lee", "long", "park", "pak", "rhee", "song", "bae"];

/// Spellings of one forename, in Latin letters and in sister languages.
const FORENAME_SPELLINGS: &[&[&str]] = &[
    &["abdallah", "abdulla", "abdullah"],
    &["ahmad", "ahmed", "akhmed"],
    &["aleksander", "aleksandr", "alexander", "alexandr", "oleksandr"],
    &["aleksei", "aleksey", "alexei", "alexey", "alexi", "oleksii", "oleksiy"],
    &["ali", "aly"],
    &["andrei", "andrej", "andrey", "andrii", "andriy"],
    &["denis", "dennis", "denys"],
    &["dimitri", "dimitry", "dmitri", "dmitrii", "dmitriy", "dmitry", "dmytro"],
    &["ekaterina", "kateryna", "yekaterina"],
    &["elena", "olena", "yelena"],
    &["evgeni", "evgenii", "evgeny", "yevgeni", "yevgeniy", "yevgeny", "yevhen", "yevhenii"],
    &["georgi", "georgiy", "georgy", "heorhii", "heorhiy"],
    &["hasan", "hassan"],
    &["hosain", "hossein", "husayn", "hussain", "hussein"],
    &["ilia", "illia", "ilya"],
    &["ivan", "iwan"],
    &["iuliia", "julia", "yulia", "yuliya"],
    &["khaled", "khalid"],
    &["maksim", "maksym", "maxim"],
    &["mikhail", "mikhailo", "mykhailo"],
    &["mohamad", "mohamed", "mohammad", "mohammed", "mohamoud", "muhamad", "muhammad", "muhammed"],
    &["mostafa", "moustafa", "mustafa"],
    &["mykola", "nikolai", "nikolaj", "nikolay"],
    &["natalia", "nataliia", "nataliya", "natalya"],
    &["omar", "omer"],
    &["osama", "usama"],
    &["pavel", "pavlo"],
    &["petr", "petro", "pyotr"],
    &["saif", "sayf"],
    &["serge", "sergei", "sergej", "sergey", "serhii", "serhiy"],
    &["svetlana", "sviatlana", "svitlana"],
    &["tatiana", "tatyana", "tetiana", "tetyana"],
    &["vadim", "vadym"],
    &["vasili", "vasiliy", "vasily", "vasyl"],
    &["victor", "viktor"],
    &["uladzimir", "vladimir", "volodymyr", "wladimir"],
    &["viacheslav", "vyacheslav"],
    &["yousef", "youssef", "yousuf", "yusef", "yussef", "yusuf"],
    &["iurii", "yuri", "yurii", "yuriy", "yury"],
];

/// Forenames and their short forms: within one article they are one person's, across an archive
/// they need not be.
const SHORT_FORENAMES: &[&[&str]] = &[
    &["abe", "abraham"],
    &["al", "alan", "albert", "alfred"],
    &["alec", "alex", "alexander", "sasha"],
    &["andrew", "andy", "drew"],
    &["anthony", "antony", "tony"],
    &["art", "arthur", "artur"],
    &["ben", "benjamin", "benny"],
    &["bernard", "bernie"],
    &["beth", "betsy", "betty", "eliza", "elizabeth", "lisa", "liz", "liza"],
    &["bill", "billy", "will", "william", "willie"],
    &["bob", "bobby", "rob", "robbie", "robert"],
    &["catherine", "cathy", "kate", "katherine", "kathryn", "kathy"],
    &["charles", "charlie", "chuck"],
    &["chris", "christina", "christine", "christopher"],
    &["dan", "daniel", "danny"],
    &["dave", "david"],
    &["deb", "debbie", "deborah", "debra"],
    &["dick", "rich", "richard", "rick", "ricky"],
    &["don", "donald", "donnie"],
    &["doug", "douglas"],
    &["ed", "eddie", "edward", "ted", "teddy"],
    &["francis", "frank"],
    &["fred", "frederick"],
    &["gabe", "gabriel"],
    &["eugene", "gene"],
    &["greg", "gregory"],
    &["hank", "harry", "henry"],
    &["jack", "john", "johnny"],
    &["jacob", "jake"],
    &["geoff", "geoffrey", "jeff", "jeffrey"],
    &["jen", "jennifer", "jenny"],
    &["gerald", "jerome", "jerry"],
    &["james", "jamie", "jim", "jimmy"],
    &["joe", "joey", "joseph"],
    &["john", "jon", "jonathan"],
    &["josh", "joshua"],
    &["judith", "judy"],
    &["ken", "kenneth", "kenny"],
    &["larry", "laurence", "lawrence"],
    &["leo", "leonard", "leonardo"],
    &["maggie", "margaret", "meg", "peggy"],
    &["matt", "matthew"],
    &["max", "maxim", "maximilian", "maxwell"],
    &["michael", "mick", "mike", "mikey"],
    &["mitch", "mitchell"],
    &["nan", "nancy"],
    &["nate", "nathan", "nathaniel"],
    &["nicholas", "nick", "nicolas"],
    &["pam", "pamela"],
    &["pat", "patricia", "patrick"],
    &["pete", "peter"],
    &["phil", "philip", "philippe", "phillip"],
    &["ray", "raymond"],
    &["ron", "ronald", "ronnie"],
    &["sam", "samantha", "samuel"],
    &["alexandra", "sandra", "sandy"],
    &["stephen", "steve", "steven"],
    &["stew", "stewart", "stuart"],
    &["sue", "susan"],
    &["ted", "theodore"],
    &["tim", "timothy"],
    &["thomas", "tom", "tommy"],
    &["zach", "zachary", "zack"],
];

impl PersonName {
    /// Reads a name as it is written; `None` where no word of a name is in it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let tokens = tokens(text);
        let titles = leading_titles(&tokens);
        let gender = tokens[..titles].iter().rev().find_map(|token| gender_of(&token.key));
        let mut named = without_nicknames(&tokens[titles..]);
        let mut suffix = None;
        while let Some(last) = named.last().copied().filter(|_| named.len() > 1) {
            if SUFFIXES.contains(&last.key.as_str()) && suffix.is_none() {
                suffix = Some(last.key.clone());
            } else if !(DEGREES.contains(&last.key.as_str())
                && spelling::is_all_capitals(&last.text.replace("PhD", "PHD")))
            {
                break;
            }
            named.pop();
        }
        let capitals = named.iter().all(|token| spelling::is_all_capitals(token.text));
        let words: Vec<String> =
            named.iter().flat_map(|token| token.words(capitals && named.len() > 1)).collect();
        let (first, last) = (named.first()?, tokens.last()?);
        let is_title = words.len() == 1 && titles == 0 && is_title(&words[0]);
        let kept = named.len() == 1
            && titles > 0
            && TITLES_OF_FORENAMES.contains(&tokens[titles - 1].key.as_str());
        let start = if kept { tokens[titles - 1].start } else { first.start };
        let end = if suffix.is_some() { last.start + last.text.len() } else { end_of(&named)? };
        let shown = text.get(start..end).map(spelling::trim_marks)?;
        let opens_with_particle = words.first().is_some_and(|word| {
            let forename = PARTICLES_AND_FORENAMES.contains(&word.as_str())
                && first.text.starts_with(char::is_uppercase)
                && !first.text.contains(spelling::is_dash);
            PARTICLES.contains(&word.as_str()) && !forename
        });
        (!words.is_empty()).then(|| Self {
            shown: shown.split_whitespace().collect::<Vec<_>>().join(" "),
            words,
            suffix,
            gender,
            is_title,
            is_royal: titles > 0 && ROYAL_TITLES.contains(&tokens[titles - 1].key.as_str()),
            opens_with_particle,
        })
    }

    /// Whether it has a forename and a surname.
    pub(super) fn is_full(&self) -> bool {
        let names = self.words.iter().filter(|word| !PARTICLES.contains(&word.as_str())).count();
        self.words.len() > 1 && !(self.opens_with_particle && names <= 1)
    }

    /// The word that it goes by where its forename is not said; the particles before it not
    /// counted.
    pub(super) fn surname(&self) -> &str {
        let word = if self.is_family_first() { self.words.first() } else { self.words.last() };
        word.map_or("", String::as_str)
    }

    fn is_family_first(&self) -> bool {
        let Some(first) = self.words.first().map(String::as_str) else { return false };
        match self.words.len() {
            2 => FAMILY_FIRST.contains(&first),
            3 => FAMILY_FIRST.contains(&first) || FAMILY_FIRST_OF_THREE.contains(&first),
            _ => false,
        }
    }

    /// How this short name can stand for `full`, if it can.
    pub(super) fn fit(&self, full: &Self) -> Option<Fit> {
        let (short, long) = (without_particles(&self.words), &full.words);
        if short.is_empty() || short.len() >= long.len() {
            return None;
        }
        if self.suffix.is_some() && self.suffix != full.suffix {
            return None;
        }
        if self.is_royal {
            let forename = full.is_royal && long.starts_with(short);
            return forename.then_some(Fit::Forename);
        }
        let tail = &long[long.len() - short.len()..];
        let family = full.is_family_first() && short == &long[..1];
        if tail == short || family {
            let junior = self.suffix.is_none() && full.is_junior();
            return Some(if junior { Fit::SurnameOfJunior } else { Fit::Surname });
        }
        if same_words(tail, short) {
            return Some(Fit::SurnameRomanised);
        }
        if long.starts_with(short) {
            return Some(Fit::Forename);
        }
        let inner = long[1..].windows(short.len()).any(|words| words == short);
        let initial = short.iter().any(|word| is_initial(word));
        (inner && !initial).then_some(Fit::Inner)
    }

    /// Whether two full names that stand in one article can be one person's.
    pub(super) fn can_be(&self, other: &Self) -> bool {
        if self.is_junior() != other.is_junior() {
            return false;
        }
        if let (Some(own), Some(its)) = (&self.suffix, &other.suffix)
            && own != its
        {
            return false;
        }
        let (short, long) = if self.words.len() <= other.words.len() {
            (&self.words, &other.words)
        } else {
            (&other.words, &self.words)
        };
        let ([given, middle @ .., last], [full_given, full_middle @ .., full_last]) =
            (short.as_slice(), long.as_slice())
        else {
            return false;
        };
        if !is_same_forename(given, full_given) {
            return false;
        }
        if !is_same_word(last, full_last) {
            // One of two surnames: "Claudia Sheinbaum Pardo" and "Claudia Sheinbaum".
            let rest = &long[1..];
            let surnames = &short[1..];
            let opens = rest.windows(surnames.len()).any(|words| words == surnames);
            return opens && given == full_given && !is_initial(last) && !is_initial(given);
        }
        let bare = |words: &[String]| -> Vec<String> {
            words.iter().filter(|word| !PARTICLES.contains(&word.as_str())).cloned().collect()
        };
        bare(middle).iter().zip(&bare(full_middle)).all(|(a, b)| {
            is_same_word(a, b)
                || (is_initial(a) || is_initial(b)) && a.chars().next() == b.chars().next()
        })
    }

    /// Whether it tells a son or a father apart.
    fn is_junior(&self) -> bool {
        matches!(self.suffix.as_deref(), Some("jr" | "sr"))
    }

    /// What all spellings of this full name share: forenames that are forms of one another, the
    /// rest romanised. Two keys where umlauts can be written out.
    pub(super) fn spelling_keys(&self) -> Vec<String> {
        let key = |words: &[String]| {
            let Some((given, rest)) = words.split_first() else { return String::new() };
            let spellings = forename_class(given).and_then(|forms| forms.first());
            let mut key = spellings.copied().unwrap_or(given).to_owned();
            key.push(' ');
            for word in rest.iter().filter(|word| !matches!(word.as_str(), "al" | "el")) {
                key.push_str(&spelling::romanised(word));
            }
            if let Some(suffix) = &self.suffix {
                key.push(' ');
                key.push_str(suffix);
            }
            key
        };
        let mut keys = vec![key(&self.words)];
        if let Some(name) = spelling::without_umlauts(&self.shown)
            && let Some(name) = Self::parse(&name)
        {
            keys.push(key(&name.words));
        }
        keys
    }
}

/// What a title before a name tells of its bearer.
pub(super) fn gender_of(title: &str) -> Option<Gender> {
    if MALE.contains(&title) {
        Some(Gender::Male)
    } else if FEMALE.contains(&title) {
        Some(Gender::Female)
    } else {
        None
    }
}

/// "Bill and Hillary Clinton": the names of both, and where in the text each is said.
pub(super) fn couple(text: &str) -> Option<[(std::ops::Range<usize>, String); 2]> {
    let (one, other) = text.split_once(" and ").or_else(|| text.split_once(" & "))?;
    let tokens = tokens(other);
    let one_word = !one.is_empty() && !one.contains(char::is_whitespace);
    if !one_word || tokens.len() < 2 || !text.starts_with(char::is_uppercase) {
        return None;
    }
    let start = text.len() - other.len();
    let surname = other.get(tokens[1].start..)?;
    let first = format!("{one} {surname}");
    Some([(0..one.len(), first), (start..text.len(), other.to_owned())])
}

struct Token<'t> {
    start: usize,
    text: &'t str,
    /// Folded, without marks.
    key: String,
}

impl Token<'_> {
    fn words(&self, capitals: bool) -> Vec<String> {
        if let Some(letters) = initials(self.text, capitals) {
            return letters;
        }
        spelling::words(self.text)
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(gap) = text[at..].find(|c: char| !c.is_whitespace()) {
        let start = at + gap;
        let end = text[start..].find(char::is_whitespace).map_or(text.len(), |end| start + end);
        let word = &text[start..end];
        let key = spelling::words(word).join("-");
        if !key.is_empty() {
            tokens.push(Token { start, text: word, key });
        }
        at = end;
    }
    tokens
}

/// `J.K.`, `W.`, and `JK` where the name is not all in capitals.
fn initials(token: &str, capitals: bool) -> Option<Vec<String>> {
    let bare = token.trim_end_matches(',');
    let letters: Vec<char> = bare.chars().filter(|c| *c != '.' && *c != '-').collect();
    let dotted = bare.ends_with('.') && bare.matches('.').count() == letters.len();
    let close = !capitals && (2..=3).contains(&letters.len()) && !bare.contains(['.', '-']);
    let vowels = letters.iter().any(|c| matches!(c, 'A' | 'E' | 'I' | 'O' | 'U' | 'Y'));
    let upper = !letters.is_empty() && letters.iter().all(|c| c.is_uppercase());
    // `AJ` and `JD`; `AL` and `BO` are rather names in capitals.
    let close =
        close && (!vowels || letters.first().is_some_and(|c| *c == 'A') && letters.len() == 2);
    let single = letters.len() == 1;
    (upper && (dotted || close || single))
        .then(|| letters.iter().map(|c| c.to_lowercase().collect()).collect())
}

/// How many of the first tokens are titles; one token at least is left.
fn leading_titles(tokens: &[Token<'_>]) -> usize {
    let mut end = 0;
    let mut at = 0;
    while at + 1 < tokens.len() {
        let key = tokens[at].key.as_str();
        // "vice-president", "president-elect", "director-general".
        let hyphened = key.rsplit('-').next().unwrap_or(key);
        let joined = key.contains('-') && key.split('-').any(|part| TITLES.contains(&part));
        let after_of = at > 0 && matches!(tokens[at - 1].key.as_str(), "of" | "for");
        if is_title(key) || joined {
            end = at + 1;
        } else if !(AROUND_TITLES.contains(&hyphened)
            || known::is_demonym(key)
            || after_of && known::region(key).is_some())
        {
            break;
        }
        at += 1;
    }
    let of = tokens.get(end).is_some_and(|token| matches!(token.key.as_str(), "of" | "for"));
    let elect =
        tokens.get(end).is_some_and(|token| matches!(token.key.as_str(), "elect" | "designate"));
    if end > 0 && (of || elect) { at } else { end }
}

fn is_title(key: &str) -> bool {
    TITLES.contains(&key) || TITLES_OF_FORENAMES.contains(&key)
}

/// Leaves out what stands in quotes or brackets between forename and surname.
fn without_nicknames<'a, 't>(tokens: &'a [Token<'t>]) -> Vec<&'a Token<'t>> {
    let opens = |c: char| spelling::is_quote(c) || matches!(c, '(' | '\u{2018}' | '\'');
    let closes = |c: char| spelling::is_quote(c) || matches!(c, ')' | '\u{2019}' | '\'');
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let inside = at > 0 && tokens[at].text.starts_with(opens);
        let end = tokens[at..].iter().position(|token| token.text.ends_with(closes));
        match end {
            Some(length) if inside && at + length + 1 < tokens.len() => at += length + 1,
            _ => {
                kept.push(&tokens[at]);
                at += 1;
            }
        }
    }
    kept
}

fn end_of(tokens: &[&Token<'_>]) -> Option<usize> {
    tokens.last().map(|token| token.start + token.text.len())
}

fn without_particles(words: &[String]) -> &[String] {
    let names = words.iter().position(|word| !PARTICLES.contains(&word.as_str()));
    names.map_or(words, |start| &words[start..])
}

fn is_initial(word: &str) -> bool {
    word.chars().nth(1).is_none()
}

/// The spellings of a forename.
fn forename_class(name: &str) -> Option<&'static [&'static str]> {
    static SPELLINGS: OnceLock<HashMap<&str, &[&str]>> = OnceLock::new();
    let spellings = SPELLINGS.get_or_init(|| {
        let classes = FORENAME_SPELLINGS.iter();
        classes.flat_map(|forms| forms.iter().map(|form| (*form, *forms))).collect()
    });
    spellings.get(name).copied()
}

/// Which rows of [`SHORT_FORENAMES`] a forename is in.
fn forename_rows(name: &str) -> &'static [usize] {
    static ROWS: OnceLock<HashMap<&str, Vec<usize>>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        let mut rows: HashMap<&str, Vec<usize>> = HashMap::new();
        for (row, forms) in SHORT_FORENAMES.iter().enumerate() {
            for form in *forms {
                rows.entry(form).or_default().push(row);
            }
        }
        rows
    });
    rows.get(name).map_or(&[], Vec::as_slice)
}

fn is_same_forename(a: &str, b: &str) -> bool {
    a == b
        || (is_initial(a) || is_initial(b)) && a.chars().next() == b.chars().next()
        || forename_class(a).is_some_and(|forms| forms.contains(&b))
        || forename_rows(a).iter().any(|row| forename_rows(b).contains(row))
        || is_same_word(a, b)
}

fn is_same_word(a: &str, b: &str) -> bool {
    a == b || spelling::romanised(a) == spelling::romanised(b)
}

fn same_words(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same_word(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> PersonName {
        PersonName::parse(text).unwrap()
    }

    #[test]
    fn titles_go() {
        let cases = [
            ("President Vladimir Putin", "Vladimir Putin"),
            ("U.S. Special Envoy Steve Witkoff", "Steve Witkoff"),
            ("Russian Security Council Deputy Chairman Dmitry Medvedev", "Dmitry Medvedev"),
            ("Secretary of State Antony Blinken", "Antony Blinken"),
            ("Foreign Minister of Ukraine Dmytro Kuleba", "Dmytro Kuleba"),
            ("President-elect Donald Trump", "Donald Trump"),
            ("Vice-President JD Vance", "JD Vance"),
            ("First Lady Melania Trump", "Melania Trump"),
            ("Mr. Putin", "Putin"),
            ("Sen. King", "King"),
            ("Lt. Gen. Mark Hertling", "Mark Hertling"),
            ("Pope Francis", "Pope Francis"),
            ("King Charles III", "King Charles III"),
            ("Prince Harry", "Prince Harry"),
            ("Sir Keir Starmer", "Keir Starmer"),
            ("Dr. Martin Luther King Jr.", "Martin Luther King Jr."),
            ("Robert Kennedy, Jr.", "Robert Kennedy, Jr."),
            ("Anthony Fauci, MD", "Anthony Fauci"),
            ("White House Press Secretary Karoline Leavitt", "Karoline Leavitt"),
            ("Will Smith", "Will Smith"),
            ("Ursula von der Leyen", "Ursula von der Leyen"),
        ];
        for (written, shown) in cases {
            assert_eq!(name(written).shown, shown);
        }
        assert!(name("President").is_title && name("King").is_title && !name("Putin").is_title);
        assert!(PersonName::parse("--").is_none());
    }

    #[test]
    fn words_of_names() {
        let cases: &[(&str, &[&str])] = &[
            ("J.K. Rowling", &["j", "k", "rowling"]),
            ("JK Rowling", &["j", "k", "rowling"]),
            ("GEORGE W. BUSH", &["george", "w", "bush"]),
            ("AL GORE", &["al", "gore"]),
            ("Kim Jong-un", &["kim", "jong", "un"]),
            ("Dwayne \"The Rock\" Johnson", &["dwayne", "johnson"]),
            ("Bashar al-Assad", &["bashar", "al", "assad"]),
            ("Conan O\u{2019}Brien", &["conan", "obrien"]),
        ];
        for (written, words) in cases {
            assert_eq!(name(written).words, *words, "{written}");
        }
    }

    #[test]
    fn full_names_and_surnames() {
        for (written, full) in [
            ("Vladimir Putin", true),
            ("Putin", false),
            ("von der Leyen", false),
            ("Le Pen", false),
            ("Al Gore", true),
            ("Van Morrison", true),
            ("al-Assad", false),
            ("López Obrador", true),
            ("Pope Francis", false),
            ("bin Laden", false),
        ] {
            assert_eq!(name(written).is_full(), full, "{written}");
        }
        for (written, surname) in [
            ("Xi Jinping", "xi"),
            ("Kim Jong Un", "kim"),
            ("Kim Kardashian", "kardashian"),
            ("Donald Trump Jr.", "trump"),
            ("Ursula von der Leyen", "leyen"),
        ] {
            assert_eq!(name(written).surname(), surname);
        }
    }

    #[test]
    fn how_short_names_fit() {
        let cases = [
            ("Putin", "Vladimir Putin", Some(Fit::Surname)),
            ("Zelenskyy", "Volodymyr Zelensky", Some(Fit::SurnameRomanised)),
            ("Angelina", "Angelina Jolie", Some(Fit::Forename)),
            ("Xi", "Xi Jinping", Some(Fit::Surname)),
            ("Jinping", "Xi Jinping", Some(Fit::Surname)),
            ("Assad", "Bashar al-Assad", Some(Fit::Surname)),
            ("al-Assad", "Bashar al-Assad", Some(Fit::Surname)),
            ("von der Leyen", "Ursula von der Leyen", Some(Fit::Surname)),
            ("López", "Andrés Manuel López Obrador", Some(Fit::Inner)),
            ("López Obrador", "Andrés Manuel López Obrador", Some(Fit::Surname)),
            ("Trump Jr.", "Donald Trump Jr.", Some(Fit::Surname)),
            ("Trump", "Donald Trump Jr.", Some(Fit::SurnameOfJunior)),
            ("Trump Jr.", "Donald Trump", None),
            ("Putin", "Lyudmila Putina", None),
            ("Kremlin", "Vladimir Putin", None),
            ("Prince Mohammed", "Crown Prince Mohammed bin Salman", Some(Fit::Forename)),
            ("King Salman", "Mohammed bin Salman", None),
            ("King Charles", "Charles Dickens", None),
        ];
        for (short, full, expected) in cases {
            assert_eq!(name(short).fit(&name(full)), expected, "{short}, {full}");
        }
    }

    #[test]
    fn one_person_or_two() {
        let cases = [
            ("George W. Bush", "George Bush", true),
            ("George W. Bush", "G. W. Bush", true),
            ("George W. Bush", "George H. W. Bush", false),
            ("J.K. Rowling", "Joanne Rowling", true),
            ("Donald Trump", "Donald J. Trump", true),
            ("Donald Trump", "Donald Trump Jr.", false),
            ("Donald Trump", "Melania Trump", false),
            ("Robert Mueller", "Robert S. Mueller III", true),
            ("Joe Biden", "Joseph R. Biden", true),
            ("Joe Biden", "Jill Biden", false),
            ("Volodymyr Zelensky", "Vladimir Zelenskiy", true),
            ("Claudia Sheinbaum Pardo", "Claudia Sheinbaum", true),
            ("Bashar al-Assad", "Bashar Assad", true),
            ("Kim Jong Un", "Kim Jong Il", false),
            ("Mohammed Salah", "Mohamed Salah", true),
            ("Bush", "George Bush", false),
        ];
        for (one, other, expected) in cases {
            assert_eq!(name(one).can_be(&name(other)), expected, "{one}, {other}");
            assert_eq!(name(other).can_be(&name(one)), expected, "{other}, {one}");
        }
    }

    #[test]
    fn spellings_of_full_names_meet() {
        let same: &[&[&str]] = &[
            &["Volodymyr Zelensky", "Volodymyr Zelenskyy", "Vladimir Zelenskiy"],
            &["Kim Jong-un", "Kim Jong Un", "Kim Jongun"],
            &["Gerhard Schröder", "Gerhard Schroeder"],
            &["Bashar al-Assad", "Bashar Assad"],
        ];
        for case in same {
            let keys = name(case[0]).spelling_keys();
            for other in *case {
                let meets = name(other).spelling_keys().iter().any(|key| keys.contains(key));
                assert!(meets, "{other}");
            }
        }
        for (one, other) in [
            ("John Smith", "Jon Smyth"),
            ("Bill Smith", "William Smith"),
            ("Donald Trump", "Donald Trump Jr."),
            ("George Bush", "George W. Bush"),
            ("Mary Smith", "Marie Smith"),
        ] {
            assert_ne!(name(one).spelling_keys(), name(other).spelling_keys());
        }
    }

    #[test]
    fn couples() {
        let [bill, hillary] = couple("Bill and Hillary Clinton").unwrap();
        assert_eq!((bill.1.as_str(), bill.0), ("Bill Clinton", 0..4));
        assert_eq!(hillary.1, "Hillary Clinton");
        assert!(couple("Hillary Clinton").is_none());
    }
}
