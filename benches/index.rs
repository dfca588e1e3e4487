//! A folder of JSON lines to a committed index, articles a second, with one thread and with two.
//! Every round starts from no index; the files are in the page cache. Beside it, what bare tantivy
//! takes for the same text: headline and body in its own English analyzer with positions, stored.

#[allow(dead_code)] // no bench needs all of it
mod archive;
mod bare;

use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 2], sample_count = 5, sample_size = 1)]
fn sync(bencher: Bencher<'_, '_>, threads: usize) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = archive::folder(scratch.path());
    let articles =
        archive::sync(&archive::options(&folder, &scratch.path().join("first"), threads));
    let mut round = 0;
    bencher.counter(ItemsCount::new(articles)).bench_local(|| {
        round += 1;
        let index = scratch.path().join(format!("index-{round}"));
        archive::sync(&archive::options(&folder, &index, threads))
    });
}

#[divan::bench(args = [1, 2], sample_count = 5, sample_size = 1)]
fn bare_tantivy(bencher: Bencher<'_, '_>, threads: usize) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let lines = archive::folder(scratch.path()).join("articles.jsonl");
    let articles = bare::index(&lines, &scratch.path().join("first"), threads);
    let mut round = 0;
    bencher.counter(ItemsCount::new(articles)).bench_local(|| {
        round += 1;
        bare::index(&lines, &scratch.path().join(format!("index-{round}")), threads)
    });
}

/// What a second run costs where nothing has changed.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn sync_unchanged(bencher: Bencher<'_, '_>) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = archive::folder(scratch.path());
    let options = archive::options(&folder, &scratch.path().join("index"), 2);
    archive::sync(&options);
    bencher.bench_local(|| assert_eq!(archive::sync(&options), 0));
}
