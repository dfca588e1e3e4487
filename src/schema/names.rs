//! How the names of an article are written in the index.
//!
//! A name is one value of the field [`super::name::NAMES`], so that asking for it is looking up a
//! term, and counting all names is counting the ordinals of a column. What is in its values is
//! written here and nowhere else.

use std::collections::BTreeMap;

use crate::article::{ArticleName, EntityKind, Named};
use crate::varint;

/// Between a name and where it lies, and between a form and its count. Sorts before anything that a
/// name holds, so that names are in the order of [`ArticleName`].
const UNIT: char = '\u{1f}';
/// Between forms.
const RECORD: char = '\u{1e}';
/// Longer names are none, in bytes.
pub const LONGEST_NAME: usize = 200;
/// More forms than this of one name in one article are left out.
const MOST_FORMS: usize = 100;

/// A name as a value of the index.
#[must_use]
pub fn write_name(name: &ArticleName) -> String {
    let within = name.within.as_deref();
    let mut value = String::with_capacity(2 + name.name.len() + within.map_or(0, str::len));
    value.push(match name.kind {
        EntityKind::Person => 'a',
        EntityKind::Org => 'b',
        EntityKind::Place => 'c',
    });
    value.push_str(&name.name);
    if let Some(within) = within {
        value.push(UNIT);
        value.push_str(within);
    }
    value
}

/// The kind of a name that [`write_name`] wrote; `None` where it is something else.
#[must_use]
pub fn kind_of_name(value: &str) -> Option<EntityKind> {
    match value.as_bytes().first()? {
        b'a' => Some(EntityKind::Person),
        b'b' => Some(EntityKind::Org),
        b'c' => Some(EntityKind::Place),
        _ => None,
    }
}

/// Reads what [`write_name`] wrote; `None` where it is something else.
#[must_use]
pub fn read_name(value: &str) -> Option<ArticleName> {
    let kind = kind_of_name(value)?;
    let (name, within) = match value[1..].split_once(UNIT) {
        Some((name, within)) => (name, Some(within.to_owned())),
        None => (&value[1..], None),
    };
    Some(ArticleName { kind, name: name.to_owned(), within })
}

/// How many names are also kept beside the text of an article: somewhat more than answers show.
const MAIN_NAMES: usize = 10;

/// The first of an article's names once more, to be read with its text: a column finds each of them in
/// a dictionary, which takes longer than ranking the article.
#[must_use]
pub fn write_main(names: &[Named]) -> String {
    let values: Vec<String> =
        names.iter().take(MAIN_NAMES).map(|named| write_name(&named.name)).collect();
    values.join(&RECORD.to_string())
}

/// Reads what [`write_main`] wrote.
#[must_use]
pub fn read_main(value: &str) -> Vec<ArticleName> {
    value.split(RECORD).filter_map(read_name).collect()
}

/// The forms of a name with how often each is written; `None` where the name stands there once and
/// has no other form, as most do.
#[must_use]
pub fn write_forms(named: &Named) -> Option<String> {
    let alone = named.forms.len() == 1 && named.forms.get(&named.name.name) == Some(&1);
    if alone {
        return None;
    }
    let mut value = write_name(&named.name);
    for (form, count) in named.forms.iter().take(MOST_FORMS) {
        value.push(RECORD);
        value.push_str(form);
        value.push(UNIT);
        value.push_str(&count.to_string());
    }
    Some(value)
}

/// Reads what [`write_forms`] wrote: the name as [`write_name`] writes it, and its forms.
#[must_use]
pub fn read_forms(value: &str) -> Option<(&str, BTreeMap<&str, u32>)> {
    let mut parts = value.split(RECORD);
    let name = parts.next()?;
    let mut forms = BTreeMap::new();
    for part in parts {
        let (form, count) = part.rsplit_once(UNIT)?;
        forms.insert(form, count.parse().ok()?);
    }
    Some((name, forms))
}

/// The places of all names of an article, in their order.
#[must_use]
pub fn write_places(names: &[Named]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(names.len() * 3);
    for named in names {
        varint::push(&mut bytes, named.passages.len() as u64);
        let mut before = 0;
        for passage in &named.passages {
            varint::push(&mut bytes, u64::from(passage - before));
            before = *passage;
        }
    }
    bytes
}

/// Reads what [`write_places`] wrote; `None` where it is something else.
#[must_use]
pub fn read_places(mut bytes: &[u8]) -> Option<Vec<Vec<u32>>> {
    let mut names = Vec::new();
    while !bytes.is_empty() {
        let count = varint::take(&mut bytes)?;
        let mut passages = Vec::new();
        let mut passage = 0u32;
        for _ in 0..count {
            let gap = varint::take_u32(&mut bytes)?;
            passage = passage.checked_add(gap)?;
            passages.push(passage);
        }
        names.push(passages);
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(kind: EntityKind, name: &str, within: Option<&str>, forms: &[(&str, u32)]) -> Named {
        let name = ArticleName { kind, name: name.into(), within: within.map(str::to_owned) };
        let forms = forms.iter().map(|(form, count)| ((*form).to_owned(), *count)).collect();
        Named { name, forms, passages: vec![0, 1, 7] }
    }

    #[test]
    fn names_come_back() {
        let names = [
            named(
                EntityKind::Person,
                "Vladimir Putin",
                None,
                &[("Putin", 3), ("Vladimir Putin", 1)],
            ),
            named(EntityKind::Org, "NATO", None, &[("NATO", 2)]),
            named(EntityKind::Place, "Paris", Some("Texas"), &[("Paris", 1)]),
        ];
        for named in &names {
            let value = write_name(&named.name);
            assert_eq!(read_name(&value).as_ref(), Some(&named.name));
            let Some(forms) = write_forms(named) else {
                assert_eq!(named.name.name, "Paris");
                continue;
            };
            let (name, forms) = read_forms(&forms).unwrap();
            assert_eq!(name, value);
            let forms: BTreeMap<String, u32> =
                forms.into_iter().map(|(form, count)| (form.to_owned(), count)).collect();
            assert_eq!(forms, named.forms);
        }
        assert_eq!(read_main(&write_main(&names)), names.clone().map(|named| named.name));
        assert_eq!(read_main(&write_main(&[])), []);
        let places = read_places(&write_places(&names)).unwrap();
        assert_eq!(places, [[0, 1, 7], [0, 1, 7], [0, 1, 7]]);
    }

    #[test]
    fn values_sort_as_names_do() {
        let name = |kind, name: &str, within: Option<&str>| ArticleName {
            kind,
            name: name.into(),
            within: within.map(str::to_owned),
        };
        let names = [
            name(EntityKind::Person, "Zoe", None),
            name(EntityKind::Org, "A", None),
            name(EntityKind::Place, "Paris", None),
            name(EntityKind::Place, "Paris", Some("Texas")),
            name(EntityKind::Place, "Paris City", None),
        ];
        assert!(names.is_sorted());
        assert!(names.map(|name| write_name(&name)).is_sorted());
    }

    #[test]
    fn what_was_not_written_is_none() {
        assert_eq!(read_name(""), None);
        assert_eq!(read_name("zX"), None);
        assert_eq!(read_forms("aX\u{1e}no count"), None);
        assert_eq!(read_places(&[2, 1]), None);
        assert_eq!(read_places(&[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]), None);
    }
}
