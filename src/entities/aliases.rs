//! One name for one person across an archive: which of the names that articles were found to hold
//! mean the same, under which name they go, and how often each form is written.
//!
//! Knows what [`super::resolve`] says of each article, counted; not texts or indexes. The counts of
//! articles add up in any order, and [`build`] reads nothing but them, so that what comes of it
//! depends on what is in the archive alone.
//!
//! An index keeps of an article the names that it was found to hold, [`ArticleName`]; what is built
//! here says which of those belong together, so that a change of it, or of the user's corrections,
//! asks for no article to be read again. [`super::name_table`] is what is kept of it.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::corrections::Corrections;
use super::person::{Fit, PersonName};
use super::resolve::Resolved;
use super::{known, org, spelling};
use crate::article::{ArticleName, EntityKind};

/// A short form that an article does not explain is that of a full name only if the full name has
/// at least this share, in percent, of all its explained mentions ...
const DOMINANT: u64 = 85;

/// ... in at least as many articles.
const FEWEST_ARTICLES: u32 = 3;

/// One article says what an acronym means for so many that use it; of more articles two must say
/// so ...
const EXPLAINED_BY_ONE: u32 = 5;

/// ... and of many at least one in so many.
const EXPLAINED: u32 = 500;

/// A full name that is a fuller one's in some articles ("Joe Biden" is "Joseph R. Biden") is so in
/// all only if at least one in so many of its articles says so: "George Washington" is not "George
/// Washington Carver".
const SAID_SHORTER: u32 = 10;

/// A place that articles name alone lies where others say only if at least one in so many says so.
const LOCATED: u32 = 50;

impl From<&Resolved> for ArticleName {
    fn from(resolved: &Resolved) -> Self {
        let Resolved { kind, name, within, .. } = resolved;
        Self { kind: *kind, name: name.clone(), within: within.clone() }
    }
}

impl From<&Entry> for ArticleName {
    /// As the archive calls it.
    fn from(entry: &Entry) -> Self {
        let Entry { kind, name, within, .. } = entry;
        Self { kind: *kind, name: name.clone(), within: within.clone() }
    }
}

/// How often something is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// How many articles hold it.
    pub articles: u32,
    /// How often it stands in them.
    pub mentions: u32,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.articles = self.articles.saturating_add(other.articles);
        self.mentions = self.mentions.saturating_add(other.mentions);
    }
}

/// The names of some articles, counted. The order in which they are counted makes no difference to
/// what comes of it; in their own order it is quickest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameCounts {
    /// Each once, in order.
    names: Vec<(ArticleName, Forms)>,
}

/// The forms of a name in the articles that have it. Most names have one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Forms {
    articles: u32,
    /// Each once, in order.
    forms: Vec<(String, Count)>,
}

impl Forms {
    fn add(&mut self, form: &str, count: Count) {
        match self.forms.binary_search_by(|(one, _)| one.as_str().cmp(form)) {
            Ok(at) => self.forms[at].1.add(count),
            Err(at) => self.forms.insert(at, (form.to_owned(), count)),
        }
    }

    fn append(&mut self, other: Self) {
        self.articles = self.articles.saturating_add(other.articles);
        for (form, count) in other.forms {
            self.add(&form, count);
        }
    }
}

impl NameCounts {
    /// Counts a name that so many articles have, with one of its forms or more.
    pub fn add<'f>(
        &mut self,
        name: ArticleName,
        articles: u32,
        forms: impl IntoIterator<Item = (&'f str, Count)>,
    ) {
        let last = self.names.len().wrapping_sub(1);
        let place = match self.names.get(last).map(|(last, _)| last.cmp(&name)) {
            None | Some(Ordering::Less) => Err(self.names.len()),
            Some(Ordering::Equal) => Ok(last),
            Some(Ordering::Greater) => self.names.binary_search_by(|(one, _)| one.cmp(&name)),
        };
        let at = place.unwrap_or_else(|at| {
            self.names.insert(at, (name, Forms::default()));
            at
        });
        let counted = &mut self.names[at].1;
        counted.articles = counted.articles.saturating_add(articles);
        for (form, count) in forms {
            counted.add(form, count);
        }
    }

    /// Adds what was counted in other articles.
    pub fn append(&mut self, other: Self) {
        let mut merged = Vec::with_capacity(self.names.len() + other.names.len());
        let mut own = std::mem::take(&mut self.names).into_iter().peekable();
        for (name, forms) in other.names {
            while let Some(before) = own.next_if(|(one, _)| *one < name) {
                merged.push(before);
            }
            match own.next_if(|(one, _)| *one == name) {
                Some((name, mut counted)) => {
                    counted.append(forms);
                    merged.push((name, counted));
                }
                None => merged.push((name, forms)),
            }
        }
        merged.extend(own);
        self.names = merged;
    }

    /// How many names are counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names counted, in order.
    pub fn names(&self) -> impl Iterator<Item = &ArticleName> {
        self.names.iter().map(|(name, _)| name)
    }
}

/// A person, organisation or place of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Person, organisation or place.
    pub kind: EntityKind,
    /// The canonical name: the most frequent full form. No two of a kind have the same.
    pub name: String,
    /// The country, state or province that a place lies in, where articles say so.
    pub within: Option<String>,
    /// Mentions under any form, and the articles that hold one. An article that has two of the
    /// members, which is rare, counts twice.
    pub count: Count,
    /// The forms written, the most frequent first; the canonical name is one of them.
    pub aliases: Vec<Alias>,
    /// The names that articles have for it, in order.
    pub members: Vec<ArticleName>,
    /// Names that the user wants taken: the articles are looked through for them as phrases, too.
    pub phrases: Vec<String>,
}

/// A form of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// As it is written.
    pub text: String,
    /// How often.
    pub count: Count,
}

/// Decides which names mean the same: the names of the archive, the most mentioned first. The
/// user's corrections win over everything counted.
#[must_use]
pub fn build(counts: &NameCounts, corrections: &Corrections) -> Vec<Entry> {
    let mut joiner = Joiner::new(counts, corrections);
    joiner.join_corrected();
    joiner.join_spellings();
    joiner.join_full_names();
    joiner.join_short_names();
    joiner.join_places();
    joiner.join_kinds();
    joiner.entries()
}

/// A name of articles while it is decided what it means.
struct Node<'c> {
    /// As articles have it.
    member: &'c ArticleName,
    forms: &'c Forms,
    /// As the user says, else as articles have it.
    kind: EntityKind,
    /// [`spelling::key`] of the name.
    plain: String,
    /// What spellings share: of an organisation without article and legal form, of a place the
    /// name that stands for all known to mean the same.
    key: String,
    /// The forms that are not the name itself, by key: how often they are written.
    form_keys: BTreeMap<String, Count>,
    /// The parts of a person's name.
    person: Option<PersonName>,
    /// A person with forename and surname; for others, no acronym.
    is_full: bool,
    count: Count,
}

/// Joins nodes to groups: a union-find whose groups go by their first node.
struct Joiner<'c> {
    corrections: &'c Corrections,
    nodes: Vec<Node<'c>>,
    parents: Vec<usize>,
    /// Groups that a correction keeps apart, by number of the rule and side.
    apart: HashMap<usize, BTreeSet<(usize, bool)>>,
    /// The name that a correction gives to a group.
    named: HashMap<usize, &'c str>,
}

/// Where a form is written for a name that is not itself the form.
type Uses<'a> = HashMap<(EntityKind, &'a str), Vec<(usize, Count)>>;

impl<'c> Joiner<'c> {
    fn new(counts: &'c NameCounts, corrections: &'c Corrections) -> Self {
        let mut nodes = Vec::new();
        for (member, forms) in &counts.names {
            let plain = spelling::key(&member.name);
            if corrections.is_never(&plain) {
                continue;
            }
            let kind = corrections.kind_of(&plain).unwrap_or(member.kind);
            let mut count = Count { articles: forms.articles, mentions: 0 };
            for (_, form) in &forms.forms {
                count.mentions = count.mentions.saturating_add(form.mentions);
            }
            let person =
                (kind == EntityKind::Person).then(|| PersonName::parse(&member.name)).flatten();
            let is_full = match (&person, kind) {
                (Some(person), _) => person.is_full(),
                (None, EntityKind::Person) => false,
                (None, _) => !spelling::is_acronym(&member.name),
            };
            let key = key_of(kind, &member.name, &plain);
            let mut form_keys: BTreeMap<String, Count> = BTreeMap::new();
            for (form, count) in forms.forms.iter().filter(|(form, _)| *form != member.name) {
                let form_key = key_of(kind, form, &spelling::key(form));
                if form_key != key {
                    form_keys.entry(form_key).or_default().add(*count);
                }
            }
            nodes.push(Node { member, forms, kind, plain, key, form_keys, person, is_full, count });
        }
        let parents = (0..nodes.len()).collect();
        let mut joiner =
            Self { corrections, nodes, parents, apart: HashMap::new(), named: HashMap::new() };
        for at in 0..joiner.nodes.len() {
            let sides = corrections.split_sides(&joiner.nodes[at].plain);
            let sides: BTreeSet<(usize, bool)> = sides.collect();
            if !sides.is_empty() {
                joiner.apart.insert(at, sides);
            }
        }
        joiner
    }

    fn root(&self, mut at: usize) -> usize {
        while self.parents[at] != at {
            at = self.parents[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let roots = (self.root(one), self.root(other));
        // Ways to the root stay short.
        self.parents[one] = roots.0;
        self.parents[other] = roots.1;
        let (first, second) = (roots.0.min(roots.1), roots.0.max(roots.1));
        if first == second || self.is_kept_apart(first, second) {
            return;
        }
        self.parents[second] = first;
        if let Some(sides) = self.apart.remove(&second) {
            self.apart.entry(first).or_default().extend(sides);
        }
        if let Some(name) = self.named.remove(&second) {
            self.named.entry(first).or_insert(name);
        }
    }

    fn is_kept_apart(&self, one: usize, other: usize) -> bool {
        let (Some(one), Some(other)) = (self.apart.get(&one), self.apart.get(&other)) else {
            return false;
        };
        one.iter().any(|(rule, side)| other.contains(&(*rule, !side)))
    }

    /// Joins what the user says.
    fn join_corrected(&mut self) {
        let corrections = self.corrections;
        let mut of_key: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for at in 0..self.nodes.len() {
            if let Some(name) = corrections.joined(&self.nodes[at].plain) {
                of_key.entry(name).or_default().push(at);
            }
        }
        for (name, nodes) in of_key {
            for pair in nodes.windows(2) {
                self.join(pair[0], pair[1]);
            }
            if let Some(first) = nodes.first() {
                let root = self.root(*first);
                self.named.insert(root, name);
            }
        }
    }

    /// Joins spellings of one name: those of one key; full names of persons that differ in how they
    /// are romanised; and a name whose possessive was taken for a part of it.
    fn join_spellings(&mut self) {
        let mut by_key: HashMap<(EntityKind, &str, Option<&str>), usize> =
            HashMap::with_capacity(self.nodes.len());
        let mut by_spelling: HashMap<String, usize> = HashMap::with_capacity(self.nodes.len());
        let mut pairs = Vec::new();
        for (at, node) in self.nodes.iter().enumerate() {
            let within = node.member.within.as_deref();
            let first = *by_key.entry((node.kind, &node.key, within)).or_insert(at);
            pairs.push((first, at));
            if let Some(person) = node.person.as_ref().filter(|_| node.is_full) {
                for key in person.spelling_keys() {
                    pairs.push((*by_spelling.entry(key).or_insert(at), at));
                }
            }
        }
        for (at, node) in self.nodes.iter().enumerate() {
            let bare = spelling::clean(&node.member.name);
            if bare.len() == node.member.name.len() || node.kind == EntityKind::Person {
                continue;
            }
            let key = key_of(node.kind, bare, &spelling::key(bare));
            let owner = by_key.get(&(node.kind, &key, node.member.within.as_deref()));
            pairs.extend(owner.map(|owner| (*owner, at)));
        }
        for (one, other) in pairs {
            self.join(one, other);
        }
    }

    /// How much each group has of what is counted, in the order of the groups.
    fn by_group(&self, uses: &[(usize, Count)]) -> BTreeMap<usize, Count> {
        let mut groups: BTreeMap<usize, Count> = BTreeMap::new();
        for (node, count) in uses {
            let root = self.root(*node);
            groups.entry(root).or_default().add(*count);
        }
        groups
    }

    /// The uses of every form that is not the name itself, by its key.
    fn uses(&self) -> Uses<'_> {
        let mut uses: Uses<'_> = HashMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            for (key, count) in &node.form_keys {
                uses.entry((node.kind, key)).or_default().push((at, *count));
            }
        }
        uses
    }

    /// Joins full names that articles use for one another ("Joe Biden" and "Joseph R. Biden",
    /// "NATO" and what it is short for), then those that differ in middle names, where nearly
    /// nobody else in the archive bears the surname.
    fn join_full_names(&mut self) {
        self.join_expansions();
        let uses = self.uses();
        let mut pairs = Vec::new();
        for at in 0..self.nodes.len() {
            let node = &self.nodes[at];
            let acronym = node.kind != EntityKind::Person && !node.is_full;
            if !node.is_full && !acronym {
                continue;
            }
            let (kind, count) = (node.kind, node.count);
            let key = (kind, node.key.as_str());
            let Some(used) = uses.get(&key) else { continue };
            let used: Vec<(usize, Count)> = if kind == EntityKind::Org && !acronym {
                // A short form is joined where it dominates alone.
                used.iter().filter(|(other, _)| !self.nodes[*other].is_full).copied().collect()
            } else {
                used.clone()
            };
            let groups = self.by_group(&used);
            let fewest = match count.articles {
                articles if acronym && articles > EXPLAINED_BY_ONE => {
                    articles.div_ceil(EXPLAINED).max(2)
                }
                articles if acronym => articles.min(1),
                articles => articles.div_ceil(SAID_SHORTER),
            };
            if let Some(group) = dominant(&groups, |count| count.articles, fewest) {
                pairs.push((group, at));
            }
        }
        for (one, other) in pairs {
            self.join(one, other);
        }
        self.join_middle_names();
    }

    /// Joins what one acronym is short for where one is the other without its country or its end:
    /// "U.S. Food and Drug Administration" and "Food and Drug Administration", both "FDA".
    fn join_expansions(&mut self) {
        /// More expansions than this are of many organisations.
        const MOST: usize = 24;
        let mut pairs = Vec::new();
        for ((kind, acronym), used) in self.uses() {
            if kind != EntityKind::Org || acronym.contains(' ') || used.len() > MOST {
                continue;
            }
            let made: Vec<usize> = used
                .iter()
                .map(|(at, _)| *at)
                .filter(|at| org::is_made_of(acronym, &self.nodes[*at].member.name))
                .collect();
            for (number, one) in made.iter().enumerate() {
                pairs.extend(made[..number].iter().map(|other| (*other, *one)));
            }
        }
        pairs.sort_unstable();
        let words = |at: usize| org::words(&self.nodes[at].member.name);
        pairs.retain(|(one, other)| {
            let (one, other) = (words(*one), words(*other));
            org::is_cut_of(&one, &other) || org::is_cut_of(&other, &one)
        });
        for (one, other) in pairs {
            self.join(one, other);
        }
    }

    fn join_middle_names(&mut self) {
        let mut bearers: Vec<(String, usize)> = Vec::new();
        for (at, node) in self.nodes.iter().enumerate().filter(|(_, node)| node.is_full) {
            if let Some(person) = &node.person {
                bearers.push((spelling::romanised(person.surname()), at));
            }
        }
        bearers.sort_unstable();
        for bearers in bearers.chunk_by(|a, b| a.0 == b.0).filter(|bearers| bearers.len() > 1) {
            let nodes: Vec<usize> = bearers.iter().map(|(_, at)| *at).collect();
            let counted: Vec<(usize, Count)> =
                nodes.iter().map(|at| (*at, self.nodes[*at].count)).collect();
            let groups = self.by_group(&counted);
            if groups.len() < 2 {
                continue;
            }
            let total: u64 = groups.values().map(|count| u64::from(count.articles)).sum();
            let most = groups.iter().max_by_key(|(at, count)| (count.articles, Reverse(**at)));
            let Some((&most, &count)) = most else { continue };
            let mut joined = u64::from(count.articles);
            let mut others: Vec<(usize, Count)> =
                groups.into_iter().filter(|(at, _)| *at != most).collect();
            others.sort_by_key(|(at, count)| (Reverse(count.articles), *at));
            for (other, count) in others {
                let articles = joined + u64::from(count.articles);
                let strong = articles * 100 >= total * DOMINANT
                    && articles >= u64::from(FEWEST_ARTICLES)
                    && self.can_all_be(&nodes, most, other);
                if strong {
                    self.join(most, other);
                    joined = articles;
                }
            }
        }
    }

    /// Whether every name of one group can be every one of the other.
    fn can_all_be(&self, nodes: &[usize], one: usize, other: usize) -> bool {
        let of_group = |root: usize| -> Vec<usize> {
            nodes.iter().copied().filter(|at| self.root(*at) == root).collect()
        };
        let (ones, others) = (of_group(one), of_group(other));
        let name = |at: &usize| self.nodes[*at].person.as_ref();
        ones.iter()
            .filter_map(name)
            .all(|one| others.iter().filter_map(name).all(|other| one.can_be(other)))
    }

    /// Joins a short form that an article leaves unexplained ("Putin", "Goldman") with the full
    /// name that nearly all explained mentions of it mean.
    fn join_short_names(&mut self) {
        let uses = self.uses();
        let mut romanised: HashMap<String, Vec<(usize, Count)>> = HashMap::new();
        for ((kind, key), used) in &uses {
            if *kind == EntityKind::Person {
                romanised.entry(spelling::romanised_words(key)).or_default().extend(used);
            }
        }
        let mut pairs = Vec::new();
        for at in 0..self.nodes.len() {
            let node = &self.nodes[at];
            if node.kind == EntityKind::Person && node.is_full {
                continue;
            }
            let exact = uses.get(&(node.kind, node.key.as_str()));
            let all = match node.kind {
                EntityKind::Person => romanised.get(&spelling::romanised_words(&node.key)),
                EntityKind::Org | EntityKind::Place => exact,
            };
            let Some(all) = all else { continue };
            // Its own spelling says whose it is; other spellings may say how often.
            let used = exact.unwrap_or(all);
            let Some(group) = dominant(&self.by_group(used), |count| count.mentions, 1) else {
                continue;
            };
            let articles = self.by_group(all).get(&group).map_or(0, |count| count.articles);
            if articles < FEWEST_ARTICLES {
                continue;
            }
            // A forename alone may be anyone's.
            let fits = self.nodes[at].person.as_ref().is_none_or(|short| {
                let full = used.iter().filter_map(|(node, _)| self.nodes[*node].person.as_ref());
                full.into_iter().any(|full| {
                    short.is_but_for_title(full)
                        || short.fit(full).is_some_and(|fit| fit > Fit::Inner)
                })
            });
            if fits {
                pairs.push((group, at));
            }
        }
        for (one, other) in pairs {
            self.join(one, other);
        }
    }

    /// Joins a place that articles name alone with the one place of that name whose country nearly
    /// all others tell.
    fn join_places(&mut self) {
        let mut places: Vec<(&str, bool, usize)> = Vec::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if node.kind == EntityKind::Place {
                places.push((&node.key, node.member.within.is_some(), at));
            }
        }
        places.sort_unstable();
        let mut pairs = Vec::new();
        for places in places.chunk_by(|a, b| a.0 == b.0) {
            let (bare, within) = places.split_at(places.partition_point(|place| !place.1));
            let within: Vec<(usize, Count)> =
                within.iter().map(|(_, _, at)| (*at, self.nodes[*at].count)).collect();
            let groups = self.by_group(&within);
            let articles: u32 = bare.iter().map(|(_, _, at)| self.nodes[*at].count.articles).sum();
            let fewest = FEWEST_ARTICLES.max(articles / LOCATED);
            let group = dominant(&groups, |count| count.articles, fewest);
            if let (Some(group), Some((_, _, bare))) = (group, bare.first()) {
                pairs.push((group, *bare));
            }
        }
        for (one, other) in pairs {
            self.join(one, other);
        }
    }

    /// Joins a name with what nearly all articles take it for, where a few take it for another
    /// kind of thing.
    fn join_kinds(&mut self) {
        // The key, whether it is the name itself, and of what.
        let mut uses: Vec<(&str, bool, usize, Count)> = Vec::new();
        for (at, node) in self.nodes.iter().enumerate() {
            uses.push((&node.key, true, at, node.count));
            uses.extend(
                node.form_keys.iter().map(|(key, count)| (key.as_str(), false, at, *count)),
            );
        }
        uses.sort_unstable();
        let mut pairs = Vec::new();
        for uses in uses.chunk_by(|a, b| a.0 == b.0) {
            let kind = self.nodes[uses[0].2].kind;
            if uses.iter().all(|(_, _, at, _)| self.nodes[*at].kind == kind) {
                continue;
            }
            let counted: Vec<(usize, Count)> =
                uses.iter().map(|(_, _, at, count)| (*at, *count)).collect();
            let groups = self.by_group(&counted);
            let Some(group) = dominant(&groups, |count| count.articles, FEWEST_ARTICLES) else {
                continue;
            };
            // Those of its own kind were decided before.
            let mut kinds: BTreeMap<EntityKind, u32> = BTreeMap::new();
            for (at, count) in counted.iter().filter(|(at, _)| self.root(*at) == group) {
                *kinds.entry(self.nodes[*at].kind).or_default() += count.articles;
            }
            let kind = kinds.into_iter().max_by_key(|(kind, articles)| (*articles, Reverse(*kind)));
            let others = uses.iter().filter(|(_, is_name, at, _)| {
                *is_name && kind.is_some_and(|(kind, _)| self.nodes[*at].kind != kind)
            });
            pairs.extend(others.map(|(_, _, at, _)| (group, *at)));
        }
        let mut keys: HashMap<usize, Option<&str>> = pairs
            .iter()
            .map(|(_, at)| (self.root(*at), Some(self.nodes[*at].key.as_str())))
            .collect();
        for (at, node) in self.nodes.iter().enumerate() {
            // A group with other names means something of its own.
            if let Some(key) = keys.get_mut(&self.root(at))
                && *key != Some(node.key.as_str())
            {
                *key = None;
            }
        }
        let alone = |at: &usize| {
            keys[&self.root(*at)].is_some() && !self.corrections.is_taken(&self.nodes[*at].plain)
        };
        pairs.retain(|(_, at)| alone(at));
        for (group, at) in pairs {
            self.join(group, at);
        }
    }

    fn entries(mut self) -> Vec<Entry> {
        let mut made: Vec<(usize, Entry)> = Vec::new();
        loop {
            let mut nodes: Vec<(usize, usize)> =
                (0..self.nodes.len()).map(|at| (self.root(at), at)).collect();
            nodes.sort_unstable();
            // Those of the round before, which are in order, too. Groups do nothing but grow.
            let mut before = std::mem::take(&mut made).into_iter().peekable();
            let mut groups: Vec<(usize, Entry)> = Vec::with_capacity(before.len());
            for group in nodes.chunk_by(|a, b| a.0 == b.0) {
                let root = group[0].0;
                while before.next_if(|(other, _)| *other < root).is_some() {}
                let same = |(other, entry): &(usize, Entry)| {
                    *other == root && entry.members.len() == group.len()
                };
                groups.push(before.next_if(same).unwrap_or_else(|| (root, self.entry(group))));
            }
            // What would go by one name is one, but for places that lie apart.
            let mut named: HashMap<(EntityKind, &str, Option<&str>), usize> =
                HashMap::with_capacity(groups.len());
            let mut pairs = Vec::new();
            for (root, entry) in &groups {
                let name = (entry.kind, entry.name.as_str(), entry.within.as_deref());
                pairs.extend(named.insert(name, *root).map(|other| (other, *root)));
            }
            let before = groups.len();
            for (one, other) in &pairs {
                self.join(*one, *other);
            }
            let joined = (0..self.nodes.len()).filter(|at| self.parents[*at] == *at).count();
            if joined == before {
                return in_order(groups.into_iter().map(|(_, entry)| entry).collect());
            }
            made = groups;
        }
    }

    /// The entry of a group: its root with each of its nodes.
    fn entry(&self, group: &[(usize, usize)]) -> Entry {
        match group {
            [(_, at)] => self.plain_entry(*at).unwrap_or_else(|| self.joined_entry(group)),
            _ => self.joined_entry(group),
        }
    }

    /// The entry of a name that is written in one way and of which nothing more is known, as nine of
    /// ten are: what [`Self::joined_entry`] comes to, with less ado.
    fn plain_entry(&self, at: usize) -> Option<Entry> {
        let Node { member, forms, kind, count, .. } = &self.nodes[at];
        let [(form, _)] = forms.forms.as_slice() else { return None };
        let name = &member.name;
        let is_shown_otherwise =
            *kind != EntityKind::Org && spelling::out_of_capitals(name).is_some();
        if form != name || is_shown_otherwise || !self.corrections.is_empty() {
            return None;
        }
        Some(Entry {
            kind: *kind,
            name: name.clone(),
            within: member.within.clone().filter(|_| *kind == EntityKind::Place),
            count: *count,
            aliases: vec![Alias { text: name.clone(), count: forms.forms[0].1 }],
            members: vec![ArticleName::clone(member)],
            phrases: Vec::new(),
        })
    }

    fn joined_entry(&self, group: &[(usize, usize)]) -> Entry {
        let mut kinds: BTreeMap<EntityKind, u32> = BTreeMap::new();
        let mut withins: BTreeMap<&String, u32> = BTreeMap::new();
        let mut names: BTreeMap<&str, (bool, Count)> = BTreeMap::new();
        let mut aliases: BTreeMap<&str, Count> = BTreeMap::new();
        let mut count = Count::default();
        let nodes = group.iter().map(|(_, at)| &self.nodes[*at]);
        let mut cases: BTreeMap<String, [u32; 2]> = BTreeMap::new();
        for node in nodes.filter(|node| group.len() > 1 && node.kind != EntityKind::Person) {
            for (form, count) in &node.forms.forms {
                let capitals = usize::from(spelling::is_acronym(form));
                cases.entry(spelling::key(form)).or_default()[capitals] += count.mentions;
            }
        }
        // A headline in capitals makes no acronym of "Ford".
        cases.retain(|_, [cased, capitals]| capitals >= cased);
        let acronyms = cases;
        for node in group.iter().map(|(_, at)| &self.nodes[*at]) {
            count.add(node.count);
            *kinds.entry(node.kind).or_default() += node.count.articles;
            if let Some(within) = &node.member.within {
                *withins.entry(within).or_default() += node.count.articles;
            }
            for (form, count) in &node.forms.forms {
                aliases.entry(form).or_default().add(*count);
            }
            let (full, count) = names.entry(&node.member.name).or_default();
            let royal = node.person.as_ref().is_some_and(|person| person.royal.is_some());
            // "Nasa" is no fuller than "NASA".
            let acronym = acronyms.contains_key(&node.plain);
            *full |= (node.is_full || royal) && !acronym;
            count.add(node.count);
        }
        let kind = kinds.iter().max_by_key(|(kind, articles)| (**articles, Reverse(**kind)));
        let kind = kind.map_or(EntityKind::Person, |(kind, _)| *kind);
        let corrected = group.first().and_then(|(root, _)| self.named.get(root)).copied();
        let shown = || {
            let name = canonical(kind, &names).unwrap_or_default();
            let cased =
                (kind != EntityKind::Org).then(|| spelling::out_of_capitals(name)).flatten();
            cased.unwrap_or_else(|| name.to_owned())
        };
        let name = corrected.map_or_else(shown, str::to_owned);
        let within = withins.into_iter().max_by_key(|(name, articles)| (*articles, Reverse(*name)));
        let corrections = self.corrections;
        let unwanted = |text: &str| {
            let key = spelling::key(text);
            corrections.is_never(&key) || corrections.is_split(&spelling::key(&name), &key)
        };
        let joined = self.corrections.aliases_of(&name).map(|alias| (alias, Count::default()));
        for (alias, count) in joined {
            aliases.entry(alias).or_insert(count);
        }
        aliases.entry(&name).or_default();
        let mut aliases: Vec<Alias> = aliases
            .into_iter()
            .filter(|(text, _)| corrections.is_empty() || !unwanted(text))
            .map(|(text, count)| Alias { text: text.to_owned(), count })
            .collect();
        aliases.sort_by(|a, b| {
            b.count.mentions.cmp(&a.count.mentions).then_with(|| a.text.cmp(&b.text))
        });
        Entry {
            kind,
            within: within.filter(|_| kind == EntityKind::Place).map(|(within, _)| within.clone()),
            count,
            aliases,
            members: group.iter().map(|(_, at)| self.nodes[*at].member.clone()).collect(),
            phrases: group
                .iter()
                .filter_map(|(_, at)| corrections.taken_as(&self.nodes[*at].plain))
                .map(str::to_owned)
                .collect(),
            name,
        }
    }
}

/// The most mentioned first. Of places of one name, those that are not the most mentioned, or not
/// the one whose country nobody tells, say where they lie.
fn in_order(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by(|a, b| {
        let order = |entry: &Entry| {
            (Reverse(entry.count.mentions), Reverse(entry.count.articles), entry.kind)
        };
        let by_name = || a.name.cmp(&b.name).then_with(|| a.within.cmp(&b.within));
        order(a).cmp(&order(b)).then_with(by_name)
    });
    let mut plain: HashMap<&str, usize> = HashMap::new();
    let mut told = Vec::new();
    let places = entries.iter().enumerate().filter(|(_, entry)| entry.kind == EntityKind::Place);
    for (at, entry) in places {
        let first = *plain.entry(&entry.name).or_insert(at);
        if first == at {
            continue;
        }
        // That of which nobody tells where it lies cannot tell it.
        if entry.within.is_none() {
            plain.insert(&entry.name, at);
        }
        told.push(if entry.within.is_none() { first } else { at });
    }
    for at in told {
        if let Some(within) = &entries[at].within {
            entries[at].name = format!("{}, {within}", entries[at].name);
        }
    }
    entries
}

/// What all spellings of a name of one kind share.
fn key_of(kind: EntityKind, name: &str, plain: &str) -> String {
    let key = match kind {
        EntityKind::Person => return plain.to_owned(),
        EntityKind::Place => plain.to_owned(),
        EntityKind::Org => spelling::join(&org::words(name)),
    };
    // Known ones go by the name that stands for all.
    known::same_as(kind, &key).map_or(key, spelling::key)
}

/// The group that has nearly all of what is counted, in articles enough.
fn dominant(
    groups: &BTreeMap<usize, Count>,
    by: impl Fn(&Count) -> u32,
    fewest: u32,
) -> Option<usize> {
    let total: u64 = groups.values().map(|count| u64::from(by(count))).sum();
    let (group, most) = groups.iter().max_by_key(|(group, count)| (by(count), Reverse(**group)))?;
    let dominates = u64::from(by(most)) * 100 >= total * DOMINANT && most.articles >= fewest;
    dominates.then_some(*group)
}

/// The most frequent full form; not one all in capitals, acronyms aside, or without any if it can
/// be helped.
fn canonical<'n>(kind: EntityKind, names: &BTreeMap<&'n str, (bool, Count)>) -> Option<&'n str> {
    if names.len() == 1 {
        return names.keys().next().copied();
    }
    let best = names.iter().max_by_key(|(name, (full, count))| {
        let acronym = kind != EntityKind::Person && spelling::is_acronym(name);
        let shouted = spelling::is_all_capitals(name) && !acronym;
        let cased = !shouted && name.contains(char::is_uppercase);
        ((*full, cased), count.articles, count.mentions, Reverse(**name))
    });
    best.map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(kind: EntityKind, name: &str, within: Option<&str>) -> ArticleName {
        ArticleName { kind, name: name.to_owned(), within: within.map(str::to_owned) }
    }

    /// Names of all kinds, none twice, in no order.
    fn names() -> Vec<ArticleName> {
        use EntityKind::{Org, Person, Place};
        vec![
            name(Place, "Paris", Some("Texas")),
            name(Person, "Jane Doe", None),
            name(Place, "NEW YORK", None),
            name(Org, "HARBOUR BOARD", None),
            name(Place, "Paris", None),
            name(Org, "NATO", None),
            name(Person, "JANE ROE", None),
            name(Person, "Doe", None),
        ]
    }

    fn counted(names: &[ArticleName]) -> NameCounts {
        let mut counts = NameCounts::default();
        for (articles, name) in (1..).zip(names) {
            let count = Count { articles, mentions: articles * 2 };
            counts.add(name.clone(), articles, [(name.name.as_str(), count)]);
        }
        counts
    }

    #[test]
    fn names_are_counted_in_whatever_order_and_in_parts() {
        let all = names();
        let mut sorted = all.clone();
        sorted.sort();
        assert!(counted(&all).names().eq(&sorted));
        for cut in 0..=all.len() {
            let (one, other) = all.split_at(cut);
            let (mut forth, mut back) = (counted(one), counted(other));
            let mut twice = forth.clone();
            twice.append(counted(one));
            forth.append(back.clone());
            back.append(counted(one));
            assert_eq!(forth, back, "{cut}");
            assert_eq!(forth.len(), all.len());
            assert_eq!(twice.len(), cut);
            assert!(twice.names.iter().zip(&counted(one).names).all(|((_, two), (_, one))| {
                two.articles == 2 * one.articles && two.forms[0].1.mentions == 4 * one.articles
            }));
        }
    }

    #[test]
    fn a_name_written_in_one_way_is_what_joining_comes_to() {
        let counts = counted(&names());
        let corrections = Corrections::default();
        let joiner = Joiner::new(&counts, &corrections);
        let mut otherwise = Vec::new();
        for at in 0..joiner.nodes.len() {
            let joined = joiner.joined_entry(&[(at, at)]);
            match joiner.plain_entry(at) {
                Some(plain) => assert_eq!(plain, joined),
                None => otherwise.push(joined.name),
            }
        }
        assert_eq!(otherwise, ["Jane Roe", "New York"]);
    }
}
