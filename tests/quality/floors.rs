//! Floors: the least value of each measure on each set of data, in `floors/*.json`. A floor only
//! ever rises; `UPDATE=1` raises it to what is measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

/// How far below its floor a measure may fall before it counts: float sums differ in their last
/// digits between machines.
const SLACK: f64 = 0.0005;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Floor {
    /// xxh3 of the set's files, in hexadecimal.
    digest: String,
    /// Measure to least value.
    least: BTreeMap<String, f64>,
}

/// Compares what was measured on a set with its floors, or raises them. Higher is better.
pub(crate) fn hold(name: &str, digest: &str, measured: &BTreeMap<String, f64>) {
    let path = path_of(name);
    let floor = read(&path);
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        let mut next = floor.filter(|floor| floor.digest == digest).unwrap_or_default();
        digest.clone_into(&mut next.digest);
        for (name, value) in measured {
            let rounded = (value * 10_000.0).floor() / 10_000.0;
            let least = next.least.entry(name.clone()).or_insert(rounded);
            *least = least.max(rounded);
        }
        fs::write(&path, serde_json::to_string_pretty(&next).unwrap() + "\n").unwrap();
        return;
    }
    let floor = floor.unwrap_or_else(|| panic!("no {}; UPDATE=1 writes it", path.display()));
    assert_eq!(floor.digest, digest, "the data of {name} is not what its floor is for");
    for (measure, least) in &floor.least {
        let value = measured[measure];
        assert!(is_held(value, *least), "{name}: {measure} is {value:.4}, floor {least:.4}");
    }
}

/// Whether one measure on a set is not below its floor, where it has one.
#[allow(dead_code)] // for what is measured again where it is
pub(crate) fn holds(name: &str, measure: &str, value: f64) -> bool {
    let floor = read(&path_of(name)).and_then(|floor| floor.least.get(measure).copied());
    floor.is_none_or(|least| is_held(value, least))
}

fn is_held(value: f64, least: f64) -> bool {
    value >= least - SLACK
}

fn path_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/quality/floors").join(format!("{name}.json"))
}

fn read(path: &Path) -> Option<Floor> {
    fs::read_to_string(path).ok().map(|text| serde_json::from_str(&text).unwrap())
}

/// One number for the bytes of files, names aside.
pub(crate) fn digest(files: &[PathBuf]) -> String {
    let mut hash = Xxh3::new();
    for file in files {
        hash.update(&fs::read(file).unwrap());
    }
    format!("{:016x}", hash.digest())
}
