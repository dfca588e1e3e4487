//! The names of an archive as bytes: made once behind a run, then asked many times without being read
//! as a whole.
//!
//! Knows [`Entry`] and how names are spelled and written; not files or indexes. Damage makes less to be
//! found, never a panic.
//!
//! ```text
//! head      magic, then how many entries, bytes of records, bytes of keys, members, bytes of members
//! records   one an entry, the most mentioned first; where each starts
//! keys      one line for each spelling of each entry, folded; where each entry's start
//! members   names that articles have and that go by another here, in order; where each starts, and
//!           of which entry it is
//! ```

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, Range};

use super::aliases::{Alias, Count, Entry};
use super::person::PersonName;
use super::{known, spelling};
use crate::article::{ArticleName, EntityKind};
use crate::flat::{self, Parts};
use crate::pattern::within;
use crate::schema::names::{kind_of_name, read_name, write_name};
use crate::varint;

/// The last byte is the version of the format.
const MAGIC: &flat::Magic = b"dlnames\x01";
/// The entry of a member that the user does not want.
const UNWANTED: u32 = u32::MAX;

/// Writes entries, in the order of [`super::aliases::build`], and the names of articles that the user
/// does not want.
#[must_use]
pub fn encode(entries: &[Entry], unwanted: &BTreeSet<&ArticleName>) -> Vec<u8> {
    let (mut records, mut keys) = (Pieces::default(), Pieces::default());
    let mut members: Vec<(String, u32)> =
        unwanted.iter().map(|name| (write_name(name), UNWANTED)).collect();
    for (number, entry) in (0..).zip(entries) {
        write_entry(&mut records.bytes, entry);
        records.end();
        for key in keys_of(entry) {
            keys.bytes.push(b'\n');
            keys.bytes.extend(key.bytes());
        }
        keys.bytes.push(b'\n');
        keys.end();
        let others = entry.members.iter().filter(|member| !goes_by_itself(member, entry));
        members.extend(others.map(|member| (write_name(member), number)));
    }
    members.sort_unstable();
    let mut names = Pieces::default();
    for (name, _) in &members {
        names.bytes.extend(name.bytes());
        names.end();
    }
    let counts =
        [entries.len(), records.bytes.len(), keys.bytes.len(), members.len(), names.bytes.len()];
    let mut bytes = flat::head(MAGIC, counts);
    for pieces in [&records, &keys, &names] {
        bytes.extend(pieces.ends.iter().flat_map(|end| end.to_le_bytes()));
        bytes.extend(&pieces.bytes);
    }
    bytes.extend(members.iter().flat_map(|(_, entry)| entry.to_le_bytes()));
    bytes
}

/// Whether an entry is called as the article calls it.
fn goes_by_itself(member: &ArticleName, entry: &Entry) -> bool {
    member.kind == entry.kind && member.name == entry.name && member.within == entry.within
}

/// Every spelling of an entry, folded; each once, in order.
fn keys_of(entry: &Entry) -> Vec<String> {
    let others = entry.aliases.iter().map(|alias| alias.text.as_str());
    let others = others.filter(|text| *text != entry.name);
    let mut keys: Vec<String> = others.chain([entry.name.as_str()]).map(spelling::key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Bytes in pieces, and where each ends.
#[derive(Default)]
struct Pieces {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Pieces {
    fn end(&mut self) {
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }
}

fn write_text(bytes: &mut Vec<u8>, text: &str) {
    varint::push(bytes, text.len() as u64);
    bytes.extend(text.bytes());
}

fn write_count(bytes: &mut Vec<u8>, count: Count) {
    varint::push(bytes, count.articles.into());
    varint::push(bytes, count.mentions.into());
}

/// Most entries have one form and one member, which go without saying.
fn write_entry(bytes: &mut Vec<u8>, entry: &Entry) {
    write_text(bytes, &write_name(&entry.into()));
    write_count(bytes, entry.count);
    let plain = |alias: &Alias| alias.text == entry.name && alias.count == entry.count;
    let aliases = match entry.aliases.as_slice() {
        [alias] if plain(alias) => &[],
        aliases => aliases,
    };
    varint::push(bytes, aliases.len() as u64);
    for alias in aliases {
        write_text(bytes, &alias.text);
        write_count(bytes, alias.count);
    }
    let members = match entry.members.as_slice() {
        [member] if goes_by_itself(member, entry) => &[],
        members => members,
    };
    varint::push(bytes, members.len() as u64);
    for member in members {
        write_text(bytes, &write_name(member));
    }
    varint::push(bytes, entry.phrases.len() as u64);
    entry.phrases.iter().for_each(|phrase| write_text(bytes, phrase));
}

/// Takes what was written from the front of some bytes.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn number(&mut self) -> Option<u64> {
        varint::take(&mut self.0)
    }

    /// A number of things, each of a byte or more.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len()).then_some(count)
    }

    fn text(&mut self) -> Option<&'b str> {
        let length = self.count()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn counted(&mut self) -> Option<Count> {
        let mut number = || varint::take_u32(&mut self.0);
        Some(Count { articles: number()?, mentions: number()? })
    }

    fn called(&mut self) -> Option<ArticleName> {
        read_name(self.text()?)
    }

    fn entry(&mut self) -> Option<Entry> {
        let called = self.called()?;
        let count = self.counted()?;
        let mut aliases = Vec::new();
        for _ in 0..self.count()? {
            aliases.push(Alias { text: self.text()?.to_owned(), count: self.counted()? });
        }
        if aliases.is_empty() {
            aliases.push(Alias { text: called.name.clone(), count });
        }
        let mut members = Vec::new();
        for _ in 0..self.count()? {
            members.push(self.called()?);
        }
        if members.is_empty() {
            members.push(called.clone());
        }
        let mut phrases = Vec::new();
        for _ in 0..self.count()? {
            phrases.push(self.text()?.to_owned());
        }
        let ArticleName { kind, name, within } = called;
        Some(Entry { kind, name, within, count, aliases, members, phrases })
    }
}

/// Pieces within the bytes of a table.
#[derive(Debug, Clone, Default)]
struct Places {
    ends: Range<usize>,
    bytes: Range<usize>,
}

/// The names of an archive, ready to be asked.
#[derive(Debug)]
pub struct NameTable<B> {
    bytes: B,
    records: Places,
    keys: Places,
    members: Places,
    /// The entry of each member.
    entries: Range<usize>,
}

/// What the archive calls a name of one of its articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called {
    /// The same.
    Itself,
    /// By the name with this number.
    Entry(usize),
    /// Nothing: the user does not want it.
    Unwanted,
}

/// Looks up names of articles, quickest those that follow each other in order.
#[derive(Debug)]
pub struct Lookup<'t, B> {
    table: &'t NameTable<B>,
    /// Members before this one lie before the name that was looked up last.
    from: usize,
}

impl<B: Deref<Target = [u8]>> Lookup<'_, B> {
    /// What the archive calls a name, given as [`write_name`] writes it; not below the one before.
    pub fn find(&mut self, name: &str) -> Called {
        let table = self.table;
        let all = table.entries.len() / 4;
        let is_before = |at: usize| {
            table.piece(&table.members, at).is_some_and(|member| member < name.as_bytes())
        };
        // In steps that grow, then between the last two.
        let mut step = 1;
        let mut low = self.from;
        while low + step <= all && is_before(low + step - 1) {
            low += step;
            step *= 2;
        }
        let mut high = all.min(low + step - 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(middle) { low = middle + 1 } else { high = middle }
        }
        self.from = low;
        if low == all || table.piece(&table.members, low) != Some(name.as_bytes()) {
            return Called::Itself;
        }
        match table.u32(&table.entries, low) {
            None => Called::Itself,
            Some(UNWANTED) => Called::Unwanted,
            Some(entry) => Called::Entry(entry as usize),
        }
    }
}

/// A name of the archive that a text asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// Its number.
    pub entry: usize,
    /// Whether the text is one of its forms as a whole; else it is some words of one.
    pub whole: bool,
}

impl<B: Deref<Target = [u8]>> NameTable<B> {
    /// From what [`encode`] wrote; `None` where it is something else, or not all of it.
    pub fn new(bytes: B) -> Option<Self> {
        let (mut parts, [entries, records, keys, members, names]) = Parts::of(&bytes, MAGIC)?;
        let mut next = |count, size| parts.next(count, size);
        let records = Places { ends: next(entries, 4)?, bytes: next(records, 1)? };
        let keys = Places { ends: next(entries, 4)?, bytes: next(keys, 1)? };
        let places = Places { ends: next(members, 4)?, bytes: next(names, 1)? };
        let entries = next(members, 4)?;
        (parts.left() == Some(0)).then_some(())?;
        Some(Self { records, keys, members: places, entries, bytes })
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.ends.len() / 4
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name with a number: the most mentioned is 0.
    #[must_use]
    pub fn entry(&self, number: usize) -> Option<Entry> {
        Reader(self.piece(&self.records, number)?).entry()
    }

    /// All names, the most mentioned first.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        (0..self.len()).filter_map(|number| self.entry(number))
    }

    /// What the archive calls a name of one of its articles; `None` for one that the user does not
    /// want.
    #[must_use]
    pub fn canonical(&self, name: &ArticleName) -> Option<ArticleName> {
        match self.lookup().find(&write_name(name)) {
            Called::Itself => Some(name.clone()),
            Called::Unwanted => None,
            Called::Entry(entry) => read_name(self.written(entry)?),
        }
    }

    /// The name with a number as [`write_name`] writes it.
    #[must_use]
    pub fn written(&self, entry: usize) -> Option<&str> {
        Reader(self.piece(&self.records, entry)?).text()
    }

    /// Looks names of articles up.
    #[must_use]
    pub fn lookup(&self) -> Lookup<'_, B> {
        Lookup { table: self, from: 0 }
    }

    /// For each name of articles that does not go by itself, in order, its entry; `None` for one
    /// that the user does not want.
    pub fn members(&self) -> impl Iterator<Item = (ArticleName, Option<usize>)> {
        (0..self.entries.len() / 4).filter_map(|at| {
            let name = std::str::from_utf8(self.piece(&self.members, at)?).ok()?;
            let entry = self.u32(&self.entries, at)?;
            Some((read_name(name)?, (entry != UNWANTED).then_some(entry as usize)))
        })
    }

    /// The names that a text asks for: those with a form that the text is, then those with a form
    /// that holds its words in a row; in both, the most mentioned first. Case, accents, hyphens,
    /// titles and possessives make no difference. Where nothing is found so, other spellings of the
    /// text are looked for ("Kiev" for "Kyiv", "Zelenskiy" for "Zelensky").
    #[must_use]
    pub fn matching(&self, kind: Option<EntityKind>, text: &str) -> Vec<Match> {
        let text = spelling::clean(text);
        let key = spelling::key(text);
        let mut found = self.holding(kind, &key);
        if found.is_empty()
            && let Some(name) = PersonName::parse(text)
        {
            found = self.holding(kind, &spelling::key(&name.shown));
        }
        for of in [EntityKind::Place, EntityKind::Org] {
            if kind.is_none_or(|kind| kind == of) {
                for spelled in known::spellings(of, &key) {
                    let same = self.holding(Some(of), spelled);
                    found.extend(same.into_iter().filter(|(_, whole)| *whole));
                }
            }
        }
        if found.is_empty() && kind.is_none_or(|kind| kind == EntityKind::Person) {
            found = self.romanised_as(&spelling::romanised_words(&key));
        }
        let matches = found.into_iter().map(|(entry, whole)| Match { entry, whole });
        let mut matches: Vec<Match> = matches.collect();
        // The entries are in the order of their mentions already.
        matches.sort_by_key(|found| Reverse(found.whole));
        matches
    }

    /// The entries with a spelling that holds the one asked for, and whether one is it.
    fn holding(&self, kind: Option<EntityKind>, asked: &str) -> BTreeMap<usize, bool> {
        let mut found = BTreeMap::new();
        if asked.is_empty() {
            return found;
        }
        let keys = &self.bytes[self.keys.bytes.clone()];
        let byte = |at: usize| keys.get(at).copied().unwrap_or(b'\n');
        for at in memchr::memmem::find_iter(keys, asked) {
            let (before, behind) = (byte(at.wrapping_sub(1)), byte(at + asked.len()));
            if !matches!(before, b' ' | b'\n') || !matches!(behind, b' ' | b'\n') {
                continue;
            }
            let entry = self.entry_of_key(at);
            if kind.is_none_or(|kind| self.kind(entry) == Some(kind)) {
                *found.entry(entry).or_default() |= before == b'\n' && behind == b'\n';
            }
        }
        found
    }

    /// The persons with a spelling that is the one asked for in another romanisation.
    fn romanised_as(&self, asked: &str) -> BTreeMap<usize, bool> {
        let mut found = BTreeMap::new();
        for entry in (0..self.len()).filter(|_| !asked.is_empty()) {
            if self.kind(entry) != Some(EntityKind::Person) {
                continue;
            }
            let keys = self.piece(&self.keys, entry).unwrap_or_default();
            for key in String::from_utf8_lossy(keys).lines().filter(|key| !key.is_empty()) {
                let key = spelling::romanised_words(key);
                if holds_words(&key, asked) {
                    *found.entry(entry).or_default() |= key == asked;
                }
            }
        }
        found
    }

    /// The names with a spelling that is a slip or two away from a text, the most mentioned first, at
    /// most `limit`; for a hint.
    #[must_use]
    pub fn near(&self, kind: Option<EntityKind>, text: &str, limit: usize) -> Vec<usize> {
        let asked: Vec<char> = spelling::key(spelling::clean(text)).chars().collect();
        let slips = (asked.len() / 4).min(2);
        let near = |entry: &usize| {
            let keys = self.piece(&self.keys, *entry).unwrap_or_default();
            let keys = std::str::from_utf8(keys).unwrap_or_default().lines();
            let words = |key: &str| key.split(' ').any(|word| within(&asked, word, slips));
            let is_near = |key: &str| within(&asked, key, slips) || words(key);
            kind.is_none_or(|kind| self.kind(*entry) == Some(kind))
                && keys.filter(|key| !key.is_empty()).any(is_near)
        };
        let most = if slips == 0 { 0 } else { limit };
        (0..self.len()).filter(near).take(most).collect()
    }

    fn kind(&self, entry: usize) -> Option<EntityKind> {
        kind_of_name(Reader(self.piece(&self.records, entry)?).text()?)
    }

    /// The entry whose keys have a byte at `at`.
    fn entry_of_key(&self, at: usize) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let end = self.u32(&self.keys.ends, middle).unwrap_or(u32::MAX);
            if end as usize <= at { low = middle + 1 } else { high = middle }
        }
        low
    }

    fn piece(&self, places: &Places, number: usize) -> Option<&[u8]> {
        let start = match number.checked_sub(1) {
            Some(before) => self.u32(&places.ends, before)?,
            None => 0,
        };
        let end = self.u32(&places.ends, number)?;
        self.bytes[places.bytes.clone()].get(start as usize..end as usize)
    }

    fn u32(&self, part: &Range<usize>, at: usize) -> Option<u32> {
        flat::u32_at(&self.bytes, part, at)
    }
}

/// Whether the words of `asked` stand in a row in `key`.
fn holds_words(key: &str, asked: &str) -> bool {
    format!(" {key} ").contains(&format!(" {asked} "))
}

/// Whether a name, folded, holds the words asked for; for names that no table has yet.
#[must_use]
pub fn asks_for(asked: &str, name: &str) -> bool {
    let asked = spelling::key(spelling::clean(asked));
    !asked.is_empty() && holds_words(&spelling::key(name), &asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(kind: EntityKind, name: &str, within: Option<&str>) -> ArticleName {
        ArticleName { kind, name: name.into(), within: within.map(str::to_owned) }
    }

    fn entry(called: ArticleName, mentions: u32, aliases: &[&str], members: &[&str]) -> Entry {
        let count = Count { articles: 1, mentions };
        let alias = |text: &&str| Alias { text: (*text).to_owned(), count };
        let member = |name: &&str| self::called(called.kind, name, None);
        Entry {
            count,
            aliases: aliases.iter().map(alias).collect(),
            members: if members.is_empty() {
                vec![called.clone()]
            } else {
                members.iter().map(member).collect()
            },
            phrases: if mentions == 1 { vec!["a phrase".into()] } else { Vec::new() },
            kind: called.kind,
            name: called.name,
            within: called.within,
        }
    }

    fn entries() -> Vec<Entry> {
        use EntityKind::{Org, Person, Place};
        vec![
            entry(
                called(Person, "Volodymyr Zelensky", None),
                9,
                &["Volodymyr Zelensky", "Zelensky", "Zelenskyy"],
                &["Volodymyr Zelensky", "Zelenskyy"],
            ),
            entry(called(Place, "Kyiv", None), 5, &["Kyiv"], &[]),
            entry(called(Org, "Kyiv City Council", None), 3, &["Kyiv City Council"], &[]),
            entry(called(Place, "Paris", Some("Texas")), 1, &["Paris"], &[]),
        ]
    }

    #[test]
    fn a_table_comes_back() {
        let unwanted = called(EntityKind::Org, "Breaking News", None);
        let bytes = encode(&entries(), &BTreeSet::from([&unwanted]));
        let table = NameTable::new(bytes.as_slice()).unwrap();
        assert_eq!(table.entries().collect::<Vec<_>>(), entries());
        assert_eq!(table.canonical(&unwanted), None);
        let other = called(EntityKind::Person, "Zelenskyy", None);
        assert_eq!(table.canonical(&other).unwrap().name, "Volodymyr Zelensky");
        let itself = called(EntityKind::Place, "Kyiv", None);
        assert_eq!(table.canonical(&itself), Some(itself));
        assert_eq!(table.members().collect::<Vec<_>>(), [(other, Some(0)), (unwanted, None)]);
        assert!(NameTable::new(encode(&[], &BTreeSet::new())).unwrap().is_empty());
    }

    #[test]
    fn names_looked_up_in_order_are_those_looked_up_alone() {
        let members: Vec<String> = (0..50).map(|n| format!("Name {:03}", n * 2)).collect();
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        let joined =
            entry(called(EntityKind::Person, "Name 010", None), 2, &["Name 010"], &members);
        let bytes = encode(&[joined], &BTreeSet::new());
        let table = NameTable::new(bytes).unwrap();
        for step in [1, 2, 3, 7, 40, 99] {
            let mut lookup = table.lookup();
            for number in (0..110).step_by(step) {
                let name =
                    write_name(&called(EntityKind::Person, &format!("Name {number:03}"), None));
                let is_member = number < 100 && number % 2 == 0 && number != 10;
                let expected = if is_member { Called::Entry(0) } else { Called::Itself };
                assert_eq!(lookup.find(&name), expected, "{name} in steps of {step}");
                // Once more, and by itself.
                assert_eq!(lookup.find(&name), expected);
                assert_eq!(table.lookup().find(&name), expected);
            }
        }
    }

    #[test]
    fn names_are_found_by_their_words() {
        let bytes = encode(&entries(), &BTreeSet::new());
        let table = NameTable::new(bytes).unwrap();
        let found = |kind, text| -> Vec<(usize, bool)> {
            table.matching(kind, text).iter().map(|found| (found.entry, found.whole)).collect()
        };
        assert_eq!(found(None, "KYIV"), [(1, true), (2, false)]);
        assert_eq!(found(Some(EntityKind::Org), "Kyiv"), [(2, false)]);
        assert_eq!(found(None, "Kiev"), [(1, true)]);
        assert_eq!(found(None, "President Zelensky\u{2019}s"), [(0, true)]);
        assert_eq!(found(None, "Zelenskiy"), [(0, true)]);
        for text in ["yiv", "", "--", "City Kyiv", "\n"] {
            assert!(found(None, text).is_empty(), "{text}");
        }
        assert_eq!(table.near(None, "Zelensxy", 5), [0]);
        assert_eq!(table.near(None, "Pariss", 5), [3]);
        assert!(table.near(Some(EntityKind::Org), "Pariss", 5).is_empty());
        assert!(table.near(None, "ab", 5).is_empty());
    }

    #[test]
    fn damage_is_no_panic() {
        let unwanted = called(EntityKind::Org, "Breaking News", None);
        let whole = encode(&entries(), &BTreeSet::from([&unwanted]));
        for cut in 0..whole.len() {
            assert!(NameTable::new(&whole[..cut]).is_none(), "{cut}");
        }
        for at in 0..whole.len() {
            for flip in [0x01, 0x55, 0x80, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] ^= flip;
                let Some(table) = NameTable::new(bytes) else { continue };
                let _ = (table.entries().count(), table.members().count());
                let _ = (table.matching(None, "Kyiv"), table.matching(None, "Zelenskiy"));
                let _ = table.canonical(&unwanted);
            }
        }
    }
}
