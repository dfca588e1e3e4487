//! An archive that never stands still: its folder changes a little every few seconds and is synced
//! each time, while others ask. Memory, open files, segments and disk keep within bounds, and in
//! the end the index is sound and tells what a fresh one does.
//!
//! `DATELINE_SOAK_SECONDS` says for how long (12 s), `DATELINE_SOAK_EVERY` after how many seconds
//! the next sync begins (1 s); the figures of each tenth of the time are printed.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "figures are told")]

mod support;

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use support::{Dice, World, ask, assert_eq_lines, canonical, check_sound, parse, run, with_fresh};

/// How many files there are, each with one article, and how many of a hundred change each time.
const FILES: u64 = 1_000;
const CHANGED: u64 = FILES / 100;

fn seconds(variable: &str, usual: u64) -> Duration {
    let told = std::env::var(variable).ok().map(|seconds| seconds.parse().unwrap());
    Duration::from_secs(told.unwrap_or(usual))
}

/// An article of a hundred sentences that no other one has.
fn article(dice: &mut Dice) -> String {
    const WHO: [&str; 6] =
        ["Mara Quenby", "The council", "Pavel Ozark", "A spokesman", "Edith Lothar", "The envoy"];
    const DID: [&str; 6] = ["spoke of", "voted on", "left", "returned to", "denied", "paid for"];
    let mut text = String::new();
    for _ in 0..100 {
        let [who, did] = [WHO, DID].map(|of| of[dice.below(6) as usize]);
        let [what, place] = [dice.below(5_000), dice.below(400)];
        text += &format!("{who} {did} item{what} in Lower Hamlet{place}. ");
    }
    text
}

fn write(world: &World, number: u64, dice: &mut Dice) {
    let title = format!("Headline {number} of edition {}", dice.below(1 << 20));
    world.write(&format!("{}/{number}.txt", number % 20), &format!("{title}\n\n{}", article(dice)));
}

/// Changes a hundredth of the folder: most files are written anew, some go, others come.
fn churn(world: &World, files: &mut Vec<u64>, next: &mut u64, dice: &mut Dice) {
    for _ in 0..CHANGED {
        let at = dice.below(files.len() as u64) as usize;
        if dice.below(3) == 0 {
            let number = files.swap_remove(at);
            world.remove(&format!("{}/{number}.txt", number % 20));
            write(world, *next, dice);
            files.push(*next);
            *next += 1;
        } else {
            write(world, files[at], dice);
        }
    }
}

/// What the process and its index take.
#[derive(Debug, Clone, Copy, Default)]
struct Taken {
    resident_kb: u64,
    open_files: u64,
    segments: u64,
    files_of_index: u64,
    bytes_of_index: u64,
}

impl Taken {
    fn now(world: &World) -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let files = fs::read_dir(world.index()).unwrap().flatten();
        let sizes: Vec<u64> = files.filter_map(|file| Some(file.metadata().ok()?.len())).collect();
        Self {
            resident_kb: resident.trim().trim_end_matches(" kB").parse().unwrap(),
            open_files: fs::read_dir("/proc/self/fd").unwrap().count() as u64,
            segments: world.open().stats().unwrap().segments as u64,
            files_of_index: sizes.len() as u64,
            bytes_of_index: sizes.iter().sum(),
        }
    }

    fn most(self, other: Self) -> Self {
        Self {
            resident_kb: self.resident_kb.max(other.resident_kb),
            open_files: self.open_files.max(other.open_files),
            segments: self.segments.max(other.segments),
            files_of_index: self.files_of_index.max(other.files_of_index),
            bytes_of_index: self.bytes_of_index.max(other.bytes_of_index),
        }
    }
}

/// Asks until it is done; gives how many answers there were.
fn ask_on(world: &World, number: u64, done: &AtomicBool, slowest: &AtomicU64) -> u64 {
    const QUERIES: [&str; 6] = [
        "item17 OR item404",
        "\"the council voted\"",
        "person:quenby item9*",
        "envoy w/5 hamlet12",
        "headline 17",
        "lower hamlet returned",
    ];
    let mut answers = 0;
    let mut dice = Dice(number);
    while !done.load(Ordering::Relaxed) {
        let start = Instant::now();
        let searcher = world.open();
        for _ in 0..5 {
            let query = QUERIES[dice.below(6) as usize];
            let few = dateline::search::Ask { limit: 10, ..ask(parse(query)) };
            run(&searcher, &few);
            answers += 1;
        }
        slowest.fetch_max(start.elapsed().as_millis() as u64, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(20));
    }
    answers
}

#[test]
fn what_a_changing_archive_takes_is_bounded() {
    let (lasts, every) = (seconds("DATELINE_SOAK_SECONDS", 12), seconds("DATELINE_SOAK_EVERY", 1));
    let mut dice = Dice(1);
    let mut files: Vec<u64> = (0..FILES).collect();
    let mut next = FILES;
    let world = World::new(2);
    for number in &files {
        write(&world, *number, &mut dice);
    }
    world.sync();
    let fresh = Taken::now(&world);
    eprintln!("at first: {fresh:?}");

    let (done, slowest) = (AtomicBool::new(false), AtomicU64::new(0));
    let begin = Instant::now();
    let (mut syncs, mut answers) = (0u64, 0);
    // What was taken at most in each tenth of the time.
    let mut tenths = [Taken::default(); 10];
    thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|number| {
                let (world, done, slowest) = (&world, &done, &slowest);
                scope.spawn(move || ask_on(world, number, done, slowest))
            })
            .collect();
        while begin.elapsed() < lasts {
            let start = Instant::now();
            churn(&world, &mut files, &mut next, &mut dice);
            let report = world.sync();
            assert_eq!(report.skipped.len(), 0, "{report:?}");
            assert_eq!(world.open().articles(), FILES);
            syncs += 1;
            let share = begin.elapsed().as_secs_f64() / lasts.as_secs_f64();
            let tenth = &mut tenths[((share * 10.0) as usize).min(9)];
            *tenth = tenth.most(Taken::now(&world));
            thread::sleep(every.saturating_sub(start.elapsed()).min(lasts));
        }
        done.store(true, Ordering::Relaxed);
        answers = readers.into_iter().map(|reader| reader.join().unwrap()).sum();
    });
    for (tenth, taken) in tenths.iter().enumerate() {
        eprintln!("tenth {}: {taken:?}", tenth + 1);
    }
    let slowest = slowest.into_inner();
    eprintln!("{syncs} syncs, {answers} answers, the slowest five of them in {slowest} ms");
    assert!(syncs >= 3 && answers >= syncs);

    // The first part is as long as it takes to reach what is usual.
    let of = |part: &[Taken]| part.iter().fold(Taken::default(), |most, taken| most.most(*taken));
    let (early, late) = (of(&tenths[..4]), of(&tenths[4..]));
    assert!(late.resident_kb < early.resident_kb * 3 / 2 + 16_384, "{early:?} {late:?}");
    assert!(late.open_files < early.open_files * 3 / 2 + 16, "{early:?} {late:?}");
    // A dozen segments, and what a reader still holds.
    assert!(late.segments <= 16, "{late:?}");
    assert!(late.files_of_index <= early.files_of_index * 2 + 32, "{early:?} {late:?}");
    // A third may be of articles that are gone; a merge needs as much again.
    assert!(late.bytes_of_index <= fresh.bytes_of_index * 3, "{fresh:?} {late:?}");

    check_sound(&world.index(), "after all");
    let fresh = with_fresh(&world.files(), canonical);
    assert_eq_lines(&canonical(&world.open()), &fresh, "after all");
}
