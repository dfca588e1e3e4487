//! What a bench measured, for people: a row a class, the shape of the timings, and what else there is.
//! Times are milliseconds where nothing else is said, so that rows and runs compare at a glance.

use std::io::{self, Write};

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::bench::compare::{Comparison, Ratio};
use crate::bench::indexing::Indexing;
use crate::bench::metrics::Quality;
use crate::bench::timings::{BINS_PER_DECADE, Summary, bounds};
use crate::bench::{ALL, Class, Report, What};

use super::layout::{Block, Page};
use super::summary::{articles, grouped};
use super::text::Paint;
use super::{Look, escape};

/// Columns of the longest name of a class that is shown whole.
const NAME_MAX: usize = 24;
/// Columns of a number in a table, with the gap before it.
const COLUMN: usize = 8;
/// Queries that find something else than before, shown at most.
const DIFFERING_SHOWN: usize = 5;

/// Writes how long queries took.
///
/// # Errors
///
/// Those of the writer.
pub fn queries(out: &mut dyn Write, report: &Report, look: &Look) -> io::Result<()> {
    let (page, paint) = (Page::on(look.width, false), Paint::new(look.color));
    let sheet = Sheet { page, paint: &paint, names: names(report) };
    sheet.head(out, report)?;
    sheet.table(out, report)?;
    sheet.shapes(out, report)?;
    sheet.throughput(out, report)?;
    sheet.cold(out, report)?;
    if let Some(quality) = &report.quality {
        sheet.quality(out, quality)?;
    }
    if let Some(comparison) = &report.comparison {
        sheet.comparison(out, comparison)?;
    }
    Ok(())
}

/// Columns that the names of the classes take.
fn names(report: &Report) -> usize {
    let widths = report.classes.iter().map(|class| escape::line(&class.name).width());
    widths.max().unwrap_or(0).clamp("over before".len(), NAME_MAX)
}

/// The page that a report is written on.
struct Sheet<'p> {
    page: Page,
    paint: &'p Paint,
    /// Columns of the names of classes.
    names: usize,
}

/// A column of the table of classes: its head, what stands in it, and whether it may be left out.
type Column = (&'static str, fn(&Class) -> String, bool);

/// In the order of the page; the lesser ones are left out from the last on where there is no room.
const COLUMNS: &[Column] = &[
    ("queries", |class| grouped(class.queries as u64), false),
    ("hits", |class| grouped(class.hits), false),
    ("p50", |class| ms(class.wall.p50), false),
    ("p90", |class| some_ms(class.wall.p90), true),
    ("p99", |class| some_ms(class.wall.p99), false),
    ("p99.9", |class| some_ms(class.wall.p99_9), true),
    ("max", |class| ms(class.wall.max), false),
    ("mean", |class| ms(class.wall.mean), false),
    ("cpu", |class| some_ms(class.cpu_mean), true),
];

impl Sheet<'_> {
    fn line(&self, out: &mut dyn Write, text: &str, style: Style) -> io::Result<()> {
        Block::default().add(text, style).write(out, self.page, "", Style::new())
    }

    /// A line of a table, which no one breaks: a style ends before the line does.
    fn row(&self, out: &mut dyn Write, text: &str, style: Style) -> io::Result<()> {
        writeln!(out, "{style}{}{style:#}", text.trim_end())
    }

    fn head(&self, out: &mut dyn Write, report: &Report) -> io::Result<()> {
        let timed = match report.what {
            What::Hits => "hits: how many articles match",
            What::Top10 => "top10: the ids of the ten best articles",
            What::Passages => "passages: ten articles with three highlighted passages each",
            What::Render => {
                "render: ten articles with three highlighted passages each, written for a terminal"
            }
        };
        self.line(out, timed, self.paint.strong)?;
        let classes = report.classes.iter().filter(|class| class.name != ALL).count();
        let mut said = vec![count(report.queries.len() as u64, "query", "queries")];
        if classes > 1 {
            said[0] += &format!(" of {classes} classes");
        }
        said.push(format!("in an index of {}", articles(report.articles)));
        let words = match report.words.as_str() {
            "any" => "any word is enough",
            "all" => "every word must match",
            _ => "words are read as `dateline search` reads them",
        };
        let rounds = count(report.rounds as u64, "round", "rounds");
        let warm_up = seconds(report.warm_up_ns);
        let line = format!(
            "{}; {words}; {rounds} in shuffled order (seed {}) after {warm_up} of warm-up, one query at \
             a time",
            said.join(" "),
            report.seed
        );
        self.line(out, &line, self.paint.faint)?;
        writeln!(out)
    }

    fn table(&self, out: &mut dyn Write, report: &Report) -> io::Result<()> {
        let room = self.page.width.saturating_sub(self.names) / COLUMN;
        let mut left_out = Vec::new();
        let mut columns: Vec<&Column> = COLUMNS.iter().collect();
        while columns.len() > room {
            let Some(at) = columns.iter().rposition(|(_, _, lesser)| *lesser) else { break };
            left_out.push(columns.remove(at).0);
        }
        let row = |name: &str, of: &dyn Fn(&Column) -> String| {
            let cells = columns.iter().map(|column| format!("{:>COLUMN$}", of(column)));
            self.name(name) + &cells.collect::<String>()
        };
        let head = row("times in ms", &|column| column.0.to_owned());
        self.row(out, &head, self.paint.faint)?;
        for class in &report.classes {
            let style = if class.name == ALL { self.paint.strong } else { Style::new() };
            self.row(out, &row(&class.name, &|column| column.1(class)), style)?;
        }
        if !left_out.is_empty() {
            let left_out = format!("no room for {}; --json has all", left_out.join(", "));
            self.line(out, &left_out, self.paint.faint)?;
        }
        let few = report.classes.iter().any(|class| class.wall.p99_9.is_none());
        if few && report.rounds > 0 {
            let why = "-: too few timings to tell, of which p90 takes 10, p99 takes 100 and p99.9 takes \
                       1000";
            self.line(out, why, self.paint.faint)?;
        }
        Ok(())
    }

    /// A name in the columns of names.
    fn name(&self, name: &str) -> String {
        let name = escape::line(name);
        let mut shown = String::new();
        let mut width = 0;
        for c in name.chars() {
            width += c.width().unwrap_or(0);
            if width > self.names - usize::from(name.width() > self.names) {
                shown.push('…');
                break;
            }
            shown.push(c);
        }
        let gap = self.names.saturating_sub(shown.width());
        shown + &" ".repeat(gap)
    }

    /// The distribution of the timings of each class on one scale.
    fn shapes(&self, out: &mut dyn Write, report: &Report) -> io::Result<()> {
        let shown: Vec<&Class> =
            report.classes.iter().filter(|class| class.wall.timings > 0).collect();
        let end = |wall: &Summary| wall.first_bin + wall.bins.len();
        let first = shown.iter().map(|class| class.wall.first_bin).min();
        let last = shown.iter().map(|class| end(&class.wall)).max();
        let (Some(first), Some(last)) = (first, last) else { return Ok(()) };
        let room = self.page.width.saturating_sub(self.names + 2).max(COLUMN);
        let parts = last - first;
        // So many columns a part of the scale, or so many parts a column.
        let (wide, joined) = ((room / parts).clamp(1, 3), parts.div_ceil(room));
        writeln!(out)?;
        let scale = scale(first, parts, wide, joined);
        self.row(out, &format!("{}  {scale}", self.name("log scale")), self.paint.faint)?;
        for class in shown {
            let mut counts = vec![0u64; parts.div_ceil(joined)];
            for (at, count) in class.wall.bins.iter().enumerate() {
                counts[(class.wall.first_bin - first + at) / joined] += count;
            }
            let bars = bars(&counts, wide);
            self.row(out, &format!("{}  {bars}", self.name(&class.name)), Style::new())?;
        }
        Ok(())
    }

    fn throughput(&self, out: &mut dyn Write, report: &Report) -> io::Result<()> {
        if report.throughput.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        let head = format!(
            "{}{:>COLUMN$}{:>11}{:>11}",
            self.name("throughput"),
            "threads",
            "queries/s",
            "cores"
        );
        self.row(out, &head, self.paint.faint)?;
        for one in &report.throughput {
            let cores = one.cpu_ns.filter(|_| one.wall_ns > 0);
            let cores = cores.map_or_else(
                || "-".to_owned(),
                |cpu| format!("{:.2}", cpu as f64 / one.wall_ns as f64),
            );
            let per_second = match one.per_second {
                few if few < 100.0 => format!("{few:.1}"),
                many => grouped(many.round() as u64),
            };
            let row =
                format!("{}{:>COLUMN$}{per_second:>11}{cores:>11}", self.name(""), one.threads);
            self.row(out, &row, Style::new())?;
        }
        Ok(())
    }

    fn cold(&self, out: &mut dyn Write, report: &Report) -> io::Result<()> {
        let Some(cold) = report.cold.as_ref().filter(|cold| !cold.first_ns.is_empty()) else {
            return Ok(());
        };
        let told = |timings: &[u64]| {
            let summary = Summary::of(timings.iter().copied());
            let least = timings.iter().min().copied().unwrap_or(0);
            format!("{} ms ({} to {})", ms(summary.p50), ms(least), ms(summary.max))
        };
        let line = format!(
            "cold start: {} from the start of a process to the first byte of its answer, {} to its \
             end (median, least and most of {}, each in a process of its own; the index is in the page \
             cache)",
            told(&cold.first_ns),
            told(&cold.exit_ns),
            count(cold.first_ns.len() as u64, "search", "searches"),
        );
        writeln!(out)?;
        self.line(out, &line, Style::new())
    }

    fn quality(&self, out: &mut dyn Write, quality: &Quality) -> io::Result<()> {
        writeln!(out)?;
        let mut head = format!(
            "quality over {}, to a depth of {}",
            count(quality.queries as u64, "judged query", "judged queries"),
            quality.depth
        );
        if quality.unjudged > 0 {
            head += &format!("; {} asked without judgments", quality.unjudged);
        }
        if quality.unasked > 0 {
            head += &format!("; {} judged and not asked", quality.unasked);
        }
        self.line(out, &head, self.paint.faint)?;
        for (name, value) in quality.measures.listed() {
            self.row(out, &format!("{}{value:>COLUMN$.4}", self.name(name)), Style::new())?;
        }
        Ok(())
    }

    fn comparison(&self, out: &mut dyn Write, comparison: &Comparison) -> io::Result<()> {
        writeln!(out)?;
        let told = |Ratio { ratio, low, high }: &Ratio| {
            format!("{} ({} to {})", times(*ratio), times(*low), times(*high))
        };
        let head = format!(
            "{}{:>22}{:>22}{:>7}",
            self.name("over before"),
            "median (95 %)",
            "mean (95 %)",
            "cpu"
        );
        self.row(out, &head, self.paint.faint)?;
        for class in &comparison.classes {
            let row = format!(
                "{}{:>22}{:>22}{:>7}",
                self.name(&class.name),
                told(&class.median),
                told(&class.mean),
                class.cpu.map_or_else(|| "-".to_owned(), times),
            );
            let (row, style) = match class.slower {
                true => (row + "  SLOWER", self.paint.strong),
                false => (row, Style::new()),
            };
            self.row(out, &row, style)?;
        }
        for remark in &comparison.remarks {
            self.line(out, remark, self.paint.faint)?;
        }
        let differing = &comparison.differing;
        if differing.is_empty() {
            return self.line(
                out,
                "every query finds as many articles as before",
                self.paint.faint,
            );
        }
        let queries = count(differing.len() as u64, "query finds", "queries find");
        let head = format!("OTHER RESULTS: {queries} another number of articles than before");
        self.line(out, &head, self.paint.strong)?;
        for one in differing.iter().take(DIFFERING_SHOWN) {
            let (now, before) = (grouped(one.now), grouped(one.before));
            let line = format!("{}: {now}, before {before}", one.query);
            let mut block = Block::default();
            block.add(&line, Style::new()).write(out, self.page, "  ", Style::new())?;
        }
        match differing.len().saturating_sub(DIFFERING_SHOWN) {
            0 => Ok(()),
            more => self.line(
                out,
                &format!("  and {more} more; --json lists them all"),
                self.paint.faint,
            ),
        }
    }
}

/// The marks of a scale and what they stand for, as far as they do not touch each other.
fn scale(first: usize, parts: usize, wide: usize, joined: usize) -> String {
    let mut line = String::new();
    for bin in first..first + parts {
        let within = bin % BINS_PER_DECADE;
        // 2 and 5 are three and seven tenths of a power of ten.
        let step = match within {
            0 => 1,
            3 => 2,
            7 => 5,
            _ => continue,
        };
        let column = (bin - first) / joined * wide;
        let used = line.width();
        // Powers of ten have their place before others take it.
        let tens_near = step != 1 && {
            let next = bin - within + BINS_PER_DECADE;
            next < first + parts && (next - bin) / joined * wide < COLUMN
        };
        if (used > 0 && column < used + 2) || tens_near {
            continue;
        }
        line += &" ".repeat(column - used);
        let decade = bin - within;
        line += &format!("|{}", short(bounds(decade).0 * f64::from(step)));
    }
    if line.is_empty() {
        // All lies between two marks.
        line = format!("|{}", short(bounds(first).0));
    }
    line
}

/// A time for a mark of the scale, without a fraction: `50 µs`.
fn short(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        small if small < 0.999e3 => (small, "ns"),
        small if small < 0.999e6 => (small / 1e3, "µs"),
        middle if middle < 0.999e9 => (middle / 1e6, "ms"),
        large => (large / 1e9, "s"),
    };
    format!("{value:.0} {unit}")
}

/// Counts as bars, each so many columns wide, up to the most of them.
fn bars(counts: &[u64], wide: usize) -> String {
    const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let eighth = |count: &u64| EIGHTHS[(count * 8).div_ceil(most) as usize];
    counts.iter().flat_map(|count| std::iter::repeat_n(eighth(count), wide)).collect()
}

/// Nanoseconds as milliseconds, to three digits.
fn ms(nanoseconds: u64) -> String {
    match nanoseconds as f64 / 1e6 {
        value if value < 0.9995 => format!("{value:.3}"),
        value if value < 9.995 => format!("{value:.2}"),
        value if value < 99.95 => format!("{value:.1}"),
        value => grouped(value.round() as u64),
    }
}

fn some_ms(nanoseconds: Option<u64>) -> String {
    nanoseconds.map_or_else(|| "-".to_owned(), ms)
}

/// A ratio to three digits.
fn times(ratio: f64) -> String {
    match ratio {
        small if small < 9.995 => format!("{small:.2}"),
        middle if middle < 99.95 => format!("{middle:.1}"),
        large => format!("{large:.0}"),
    }
}

fn seconds(nanoseconds: u64) -> String {
    format!("{:.1} s", nanoseconds as f64 / 1e9)
}

fn count(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { more })
}

/// Writes how fast folders were indexed.
///
/// # Errors
///
/// Those of the writer.
pub fn indexing(out: &mut dyn Write, measured: &Indexing, look: &Look) -> io::Result<()> {
    let (page, paint) = (Page::on(look.width, false), Paint::new(look.color));
    let sheet = Sheet { page, paint: &paint, names: "write and merge".len() };
    let names = if measured.names { "with names" } else { "without names" };
    let threads = count(measured.threads as u64, "thread", "threads");
    let mut head = format!(
        "{} of {}, {names}, {threads}",
        articles(measured.articles),
        count(measured.files, "file", "files"),
    );
    if measured.skipped > 0 {
        head += &format!("; {} skipped (`dateline index` lists them)", measured.skipped);
    }
    sheet.line(out, &head, paint.strong)?;
    let row = |out: &mut dyn Write, name: &str, text: String| {
        sheet.row(out, &format!("{}  {text}", sheet.name(name)), Style::new())
    };
    let took = measured.wall_ns as f64 / 1e9;
    let per_second = |amount: f64| if took > 0.0 { amount / took } else { 0.0 };
    row(out, "took", format!("{took:.2} s"))?;
    row(out, "articles/s", grouped(per_second(measured.articles as f64).round() as u64))?;
    let rate = |bytes: u64| {
        format!("{:.1} MB, {:.2} MB/s", bytes as f64 / 1e6, per_second(bytes as f64 / 1e6))
    };
    row(out, "files", rate(measured.bytes))?;
    row(out, "text", rate(measured.text_bytes))?;
    let memory = measured.peak_memory;
    let memory = memory.map(|bytes| format!("{:.0} MB at most", bytes as f64 / 1e6));
    row(out, "memory", memory.unwrap_or_else(|| "unknown: the system does not tell".to_owned()))?;

    let share = |part: u64, all: u64| {
        if all == 0 { 0.0 } else { 100.0 * part as f64 / all as f64 }
    };
    writeln!(out)?;
    match measured.cpu_ns {
        None => row(out, "processor time", "unknown: the system does not tell".to_owned())?,
        Some(all) => {
            let per_mb = |cpu: u64| match measured.text_bytes {
                0 => "-".to_owned(),
                bytes => format!("{:.3}", cpu as f64 / 1e9 / (bytes as f64 / 1e6)),
            };
            let columns = format!(
                "{}{:>10}{:>9}{:>15}",
                sheet.name("processor time"),
                "s",
                "share",
                "s/MB of text"
            );
            sheet.row(out, &columns, paint.faint)?;
            let line = |name: &str, cpu: u64| {
                let shown = format!("{:.1} %", share(cpu, all));
                let time = cpu as f64 / 1e9;
                format!("{}{time:>10.2}{shown:>9}{:>15}", sheet.name(name), per_mb(cpu))
            };
            for stage in &measured.stages {
                sheet.row(out, &line(&stage.name, stage.cpu_ns), Style::new())?;
            }
            sheet.row(out, &line(ALL, all), paint.strong)?;
        }
    }
    writeln!(out)?;
    let columns = format!("{}{:>10}{:>9}{:>15}", sheet.name("index"), "MB", "share", "of the text");
    sheet.row(out, &columns, paint.faint)?;
    let line = |name: &str, bytes: u64| {
        let shown = format!("{:.1} %", share(bytes, measured.index_bytes));
        let of_text = format!("{:.1} %", share(bytes, measured.text_bytes));
        let megabytes = bytes as f64 / 1e6;
        format!("{}{megabytes:>10.2}{shown:>9}{of_text:>15}", sheet.name(name))
    };
    for part in &measured.parts {
        sheet.row(out, &line(&part.name, part.bytes), Style::new())?;
    }
    sheet.row(out, &line(ALL, measured.index_bytes), paint.strong)?;
    if measured.interrupted {
        sheet.line(out, "stopped before the end; of what was indexed until then", paint.faint)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        for (nanoseconds, shown) in [
            (0, "0.000"),
            (12_345, "0.012"),
            (999_600, "1.00"),
            (9_994_000, "9.99"),
            (9_996_000, "10.0"),
            (99_960_000, "100"),
            (1_234_567_890, "1,235"),
        ] {
            assert_eq!(ms(nanoseconds), shown);
        }
        assert_eq!([1.0, 12.34, 123.4].map(times), ["1.00", "12.3", "123"]);
    }

    #[test]
    fn marks_stand_where_their_times_are() {
        // From 100 µs to 10 ms, a column a part.
        assert_eq!(scale(50, 21, 1, 1), "|100 µs   |1 ms     |10 ms");
        // With room, also twice and five times as much.
        assert_eq!(
            scale(50, 21, 3, 1),
            "|100 µs  |200 µs     |500 µs  |1 ms    |2 ms       |5 ms    |10 ms"
        );
        assert_eq!(scale(64, 2, 3, 1), "|3 ms");
        assert_eq!(bars(&[1, 0, 8], 2), "▁▁  ██");
    }

    #[test]
    fn names_are_harmless_and_of_one_width() {
        let (page, paint) = (Page::on(40, false), Paint::new(false));
        let sheet = Sheet { page, paint: &paint, names: 6 };
        for (name, shown) in
            [("or", "or    "), ("sixsix", "sixsix"), ("seven77", "seven…"), ("a\x1bb", "a␛b   ")]
        {
            assert_eq!(sheet.name(name), shown);
        }
    }
}
