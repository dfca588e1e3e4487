//! The names of months and weekdays in the languages of European newspapers.
//!
//! Knows words; not texts nor what a date is. Everything that reads dates reads names here, so that
//! a language is added in one place.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Weekday;

/// The English names of the months.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The English names of the weekdays, from Monday.
pub const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// Other languages' months, January first: nominative, then the form that follows a day.
///
/// Croatian October is left out: its name is the Polish November's.
const FOREIGN_MONTHS: [&str; 12] = [
    "januar j\u{e4}nner jaenner janvier enero gennaio janeiro januari stycze\u{144} stycznia tammikuu \
     tammikuuta leden ledna janu\u{e1}r janu\u{e1}ra ianuarie январь января січень січня ιανουάριος ιανουαρίου \
     ocak siječanj siječnja januarja януари јануар gener",
    "februar feber f\u{e9}vrier fevrier febrero febbraio fevereiro februari luty lutego helmikuu \
     helmikuuta \u{fa}nor \u{fa}nora febru\u{e1}r febru\u{e1}ra februarie февраль февраля лютий лютого φεβρουάριος \
     φεβρουαρίου şubat veljača veljače februarja февруари фебруар febrer",
    "m\u{e4}rz maerz mars marzo mar\u{e7}o maart marzec marca maaliskuu maaliskuuta březen března marec \
     m\u{e1}rcius martie март марта березень березня μάρτιος μαρτίου mart ožujak ožujka marts mar\u{e7}",
    "avril abril aprile kwiecie\u{144} kwietnia huhtikuu huhtikuuta duben dubna apr\u{ed}l apr\u{ed}la \u{e1}prilis \
     aprilie апрель апреля квітень квітня απρίλιος απριλίου nisan travanj travnja aprila април",
    "mai mayo maggio maio mei maj maja toukokuu toukokuuta květen května m\u{e1}j m\u{e1}ja m\u{e1}jus май мая \
     травень травня μάιος μαΐου may\u{131}s svibanj svibnja мај maig",
    "juni juin junio giugno junho czerwiec czerwca kes\u{e4}kuu kes\u{e4}kuuta červen června j\u{fa}n j\u{fa}na \
     j\u{fa}nius iunie июнь июня червень червня ιούνιος ιουνίου haziran lipanj lipnja junija юни јун juny",
    "juli juillet julio luglio julho lipiec lipca hein\u{e4}kuu hein\u{e4}kuuta červenec července j\u{fa}l j\u{fa}la \
     j\u{fa}lius iulie июль июля липень липня ιούλιος ιουλίου temmuz srpanj srpnja julija юли јул juliol",
    "ao\u{fb}t aout agosto augustus sierpie\u{144} sierpnia augusti elokuu elokuuta srpen srpna augusta \
     augusztus августа серпень серпня αύγουστος αυγούστου ağustos kolovoz kolovoza avgust avgusta \
     август agost",
    "septembre septiembre setiembre settembre setembro wrzesie\u{144} września syyskuu syyskuuta \
     z\u{e1}ř\u{ed} septembra szeptember septembrie сентябрь сентября вересень вересня σεπτέμβριος \
     σεπτεμβρίου eyl\u{fc}l rujan rujna септември септембар setembre",
    "oktober octobre octubre ottobre outubro październik października lokakuu lokakuuta ř\u{ed}jen ř\u{ed}jna \
     okt\u{f3}ber okt\u{f3}bra octombrie октябрь октября жовтень жовтня οκτώβριος οκτωβρίου ekim oktobra \
     октомври октобар",
    "novembre noviembre novembro listopad listopada listopadu marraskuu marraskuuta novembra \
     noiembrie ноябрь ноября листопад листопада νοέμβριος νοεμβρίου kas\u{131}m studeni studenog studenoga \
     ноември новембар",
    "dezember d\u{e9}cembre decembre diciembre dicembre dezembro grudzie\u{144} grudnia joulukuu joulukuuta \
     prosinec prosince decembra decembrie декабрь декабря грудень грудня δεκέμβριος δεκεμβρίου aral\u{131}k \
     prosinac prosinca декември децембар desember desembre",
];

/// Short forms, without their point.
const SHORT_MONTHS: [&str; 12] = [
    "jan janv ene gen sty oca янв січ ιαν led tammi ian j\u{e4}n",
    "feb febr f\u{e9}v fev f\u{e9}vr fevr lut şub фев лют φεβ helmi",
    "mar m\u{e4}r mrz mrt мар бер μαρ maalis o\u{17e}u",
    "apr avr abr kwi nis апр кві απρ huhti",
    "mag touko μάι",
    "jun giu cze haz июн чер ιουν kes\u{e4}",
    "jul juil lug lip tem июл лип ιουλ hein\u{e4}",
    "aug ago sie ağu авг сер αυγ elo avg",
    "sep sept set wrz eyl сен сент вер σεπ syys",
    "oct okt ott out paź eki окт жов οκτ loka",
    "nov lis noi kas ноя нояб лис νοε marras",
    "dec dez d\u{e9}c dic gru ara дек гру δεκ joulu des",
];

/// Other languages' weekdays, Monday first, with their short forms.
const FOREIGN_WEEKDAYS: [&str; 7] = [
    "mon montag mo lundi lun lunes luned\u{ec} lunedi segunda-feira segunda maandag ma poniedziałek måndag \
     mandag maanantai maanantaina pondělí pondelok hétfő luni понедельник понеділок δευτέρα pazartesi \
     ponedjeljak",
    "tue tues dienstag di mardi martes marted\u{ec} martedi ter\u{e7}a-feira ter\u{e7}a dinsdag wtorek tisdag tirsdag \
     tiistai tiistaina \u{fa}ter\u{fd} utorok kedd marți вторник вівторок τρίτη sal\u{131} utorak",
    "wed weds mittwoch mi mercredi mer mi\u{e9}rcoles miercoles mercoled\u{ec} mercoledi quarta-feira quarta \
     woensdag środa onsdag keskiviikko keskiviikkona středa streda szerda miercuri среда середа τετάρτη \
     çarşamba srijeda",
    "thu thur thurs donnerstag do jeudi jeu jueves gioved\u{ec} giovedi quinta-feira quinta donderdag czwartek \
     torsdag torstai torstaina čtvrtek štvrtok csütörtök joi четверг четвер πέμπτη perşembe četvrtak",
    "fri freitag fr vendredi ven viernes venerd\u{ec} venerdi sexta-feira sexta vrijdag vr piątek fredag \
     perjantai perjantaina p\u{e1}tek piatok p\u{e9}ntek vineri пятница п'ятниця παρασκευή cuma petak",
    "sat samstag sonnabend sa samedi sam s\u{e1}bado sabado sabato zaterdag za sobota l\u{f6}rdag l\u{f8}rdag \
     lauantai lauantaina szombat s\u{e2}mbătă суббота субота σάββατο cumartesi subota",
    "sun sonntag so dimanche dim domingo domenica dom zondag zo niedziela s\u{f6}ndag s\u{f8}ndag sunnuntai \
     sunnuntaina neděle nedeľa vas\u{e1}rnap duminică воскресенье неділя κυριακή pazar nedjelja",
];

struct Names {
    months: HashMap<&'static str, i8>,
    short_months: HashMap<&'static str, i8>,
    weekdays: HashMap<&'static str, Weekday>,
    /// By two bytes: whether a month or an English weekday begins so.
    starts: Vec<bool>,
}

fn place(start: [u8; 2]) -> usize {
    usize::from(u16::from_be_bytes(start))
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names {
        months: HashMap::new(),
        short_months: HashMap::new(),
        weekdays: WEEKDAYS.into_iter().collect(),
        starts: vec![false; 1 << 16],
    };
    for (number, name) in (1..).zip(MONTHS) {
        names.months.insert(name, number);
    }
    for (number, list) in (1..).zip(FOREIGN_MONTHS) {
        names.months.extend(list.split_whitespace().map(|name| (name, number)));
    }
    for (number, list) in (1..).zip(SHORT_MONTHS) {
        names.short_months.extend(list.split_whitespace().map(|name| (name, number)));
    }
    for ((_, day), list) in WEEKDAYS.into_iter().zip(FOREIGN_WEEKDAYS) {
        names.weekdays.extend(list.split_whitespace().map(|name| (name, day)));
    }
    for name in names.months.keys().chain(WEEKDAYS.iter().map(|(name, _)| name)) {
        if let Some(start) = name.as_bytes().first_chunk() {
            names.starts[place(*start)] = true;
        }
    }
    names
});

/// The number of the month with this whole name, lower case, in any of the languages.
#[must_use]
pub fn month(name: &str) -> Option<i8> {
    NAMES.months.get(name).copied()
}

/// The same with short forms (`sept`, `févr`), which are words of other meanings in some language.
#[must_use]
pub fn month_or_short(name: &str) -> Option<i8> {
    month(name).or_else(|| NAMES.short_months.get(name).copied())
}

/// Whether the name of a month or of an English weekday may begin with these two bytes, lower case:
/// a cheap question before a costly one.
#[must_use]
pub fn may_begin(start: [u8; 2]) -> bool {
    NAMES.starts[place(start)]
}

/// The weekday with this name or short form, lower case, in any of the languages.
#[must_use]
pub fn weekday(name: &str) -> Option<Weekday> {
    NAMES.weekdays.get(name).copied()
}

/// The month whose English name this is, whole or cut to three letters or more, in any case.
#[must_use]
pub fn english_month(word: &str) -> Option<i8> {
    (1..).zip(MONTHS).find(|(_, name)| begins(name, word)).map(|(number, _)| number)
}

/// The weekday whose English name this is, whole or cut to three letters or more, in any case.
#[must_use]
pub fn english_weekday(word: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(name, _)| begins(name, word)).map(|(_, weekday)| *weekday)
}

fn begins(name: &str, word: &str) -> bool {
    word.len() >= 3 && name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_languages() {
        let cases = [
            ("march", 3),
            ("m\u{e4}rz", 3),
            ("ao\u{fb}t", 8),
            ("marca", 3),
            ("lipca", 7),
            ("lipnja", 6),
            ("июня", 6),
            ("ιανουαρίου", 1),
            ("kas\u{131}m", 11),
        ];
        for (name, number) in cases {
            assert_eq!(month(name), Some(number), "{name}");
        }
        assert_eq!(month("sept"), None);
        assert_eq!(month_or_short("sept"), Some(9));
        assert_eq!(month_or_short("banana"), None);
        assert_eq!(weekday("vendredi"), Some(Weekday::Friday));
        assert_eq!(english_month("Sept"), Some(9));
        assert_eq!(english_month("ju"), None);
        assert_eq!(english_weekday("thurs"), Some(Weekday::Thursday));
    }

    #[test]
    fn no_name_has_two_meanings() {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for lists in [FOREIGN_MONTHS, SHORT_MONTHS] {
            for (number, list) in lists.iter().enumerate() {
                for name in list.split_whitespace().chain([MONTHS[number]]) {
                    assert_eq!(*seen.entry(name).or_insert(number), number, "{name}");
                }
            }
        }
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (number, list) in FOREIGN_WEEKDAYS.iter().enumerate() {
            for name in list.split_whitespace() {
                assert_eq!(*seen.entry(name).or_insert(number), number, "{name}");
            }
        }
    }
}
