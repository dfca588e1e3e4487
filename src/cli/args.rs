//! What was typed: the command line as clap reads it. Nothing is decided here.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::article::EntityKind;
use crate::backend::Sort;
use crate::bench::What;
use crate::hits::FacetField;
use crate::keyness;
use crate::render::cited::CiteFormat;
use crate::standing;
use crate::timeline::Unit;

/// Full-text search for news archives: ranked passages, highlighted, with the date, source and
/// people of each article.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Exit codes: 0 found, 1 nothing found, 2 error, 130 or 143 stopped.

Start here:
  dateline index ~/articles
  dateline search witkoff putin kremlin
  dateline search '\"ceasefire talks\" source:courier after:2025-04'
  dateline show kyiv-courier/2025-04-25-witkoff.html#p2")]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Common {
    /// The directory of the index
    #[arg(short, long, global = true, env = "DATELINE_INDEX", default_value = "index")]
    #[arg(value_name = "DIR")]
    pub index: PathBuf,
    /// When to use colour [NO_COLOR is honoured by auto]
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub color: When,
    /// Print no messages besides errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Take this for the present, in dates like `yesterday` (RFC 3339 or a date)
    #[arg(long, global = true, env = "DATELINE_NOW", value_name = "TIME", hide_env_values = true)]
    pub now: Option<String>,
}

/// When to do something that suits a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the index equal to folders of articles
    Index(Index),
    /// Ask the index and print ranked passages
    Search(Search),
    /// Print an article, or one passage of it
    Show(Show),
    /// Print passages as one cites them
    Cite(Cite),
    /// Say whether the citations that a file keeps still hold
    Verify(Verify),
    /// Print the copies of an article, then related coverage
    Similar(Similar),
    /// Print earlier articles that explain an article of the index or of a file
    Background(Background),
    /// Print how many articles match in each day, week, month or year
    Timeline(Timeline),
    /// List the persons, organisations and places of the archive, or of what a question finds
    Entities(Entities),
    /// Print what files hold as it would be indexed
    Extract(Extract),
    /// Say what is in the index
    Stats(Stats),
    /// Say whether the index is sound and has what its folders have, and repair it
    Check(Check),
    /// Measure how long queries take and how good their answers are, or how fast folders are indexed
    Bench(Bench),
    /// Print a completion script for a shell
    Completions(Completions),
}

/// `dateline index`.
#[derive(Debug, Args)]
#[command(after_help = "\
Reads plain text, Markdown, HTML, JSON, JSON lines, CSV, TSV, Reuters and TREC SGML, NITF,
NewsML-G2, RSS, Atom and JSON feeds, mbox, .eml, WARC, ARC and (in builds with the feature) PDF,
each also in gzip, zstd, xz or bzip2; zip and tar are read as folders. New files are added,
changed ones replaced, vanished ones removed; a file that is as it was is not read again. A run
that was stopped goes on where it was. --mapping, --follow and the limits are remembered for each
folder; --rebuild with folders named forgets them.

Examples:
  dateline index ~/articles                   follow a folder
  dateline index                              bring the index up to date with its folders
  dateline index dump.jsonl.gz --mapping fields.toml
  dateline index ~/articles --failures failures.tsv

A mapping file names the fields of records that have unusual ones:
  [fields]
  title = \"headline.main\"
  body = [\"lead\", \"paragraphs\"]
  date = \"pub_date\"
  [defaults]
  source = \"Northwall Gazette\"

A dateline.toml in any folder sets rules for what is under it; inner folders win, key by key:
  source = \"Northwall Gazette\"          what the articles are, whatever they say: source, lang
  zone = \"Europe/Kyiv\"                  of times without one; order = \"day-first\" of 3/4/2025
  path = \"{year}/{month}/{day}\"         where date, {source}, {section} stand below the folder
  exclude = [\"drafts/\", \"*.bak.html\"]  and include: globs of files
  file_time = true                      the file's time for articles without a date
  [fields] and [defaults]               as in a mapping file; --mapping wins over them")]
pub struct Index {
    /// Folders or files of articles; with none, those that the index follows already
    #[arg(value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,
    /// A TOML file that says where the fields of JSON records are
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Write every skipped file with its reason to a file (path, code, reason; tab-separated)
    #[arg(long, value_name = "FILE")]
    pub failures: Option<PathBuf>,
    /// Build the index anew beside the old one, then swap it in
    #[arg(long)]
    pub rebuild: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// How files are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// How files are read.
#[derive(Debug, Default, Args)]
pub struct ReadingArgs {
    /// Largest single article, in MiB; larger ones are skipped [default: 16]
    #[arg(long, value_name = "MIB")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=1024))]
    pub max_article_size: Option<u64>,
    /// How many times its packed size a file may unpack to [default: 200]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub max_ratio: Option<u64>,
    /// Seconds that a piece of a file may take to parse; then it is given up [default: 60]
    #[arg(long, value_name = "S")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub max_seconds: Option<u64>,
    /// Follow symbolic links
    #[arg(long)]
    pub follow: bool,
    /// Do not look through the texts for names: person: org: place: then know of what files tell
    #[arg(long)]
    pub no_names: bool,
    /// Look through the texts for names again, after --no-names (the default)
    #[arg(long, conflicts_with = "no_names")]
    pub names: bool,
    /// Threads that read and index [default: one a core, at most 8]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=64))]
    pub threads: Option<u8>,
}

/// What is asked, and of which articles.
#[derive(Debug, Args)]
pub struct Asked {
    /// The question; several words need no quotes
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Any word is enough; the more, the better
    #[arg(long)]
    pub any: bool,
    /// Every word must match, whatever comes of it
    #[arg(long, conflicts_with = "any")]
    pub strict: bool,
    /// Only articles from this date on (2025-04, 2025-04-25, yesterday, 7d, ...)
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Only articles up to this date, itself included
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// Only articles of this publisher or domain; may be given again for more
    #[arg(long, value_name = "NAME")]
    pub source: Vec<String>,
}

/// `dateline search`.
#[derive(Debug, Args)]
#[command(after_help = "\
The query language in short:
  witkoff putin              both words, in any of their forms
  \"direct negotiations\"      these words in this order; \"...\"~3 within three words more
  putin OR kremlin           either; NOT leaves out, and so does - within quotes; ( ) group
  sanction* wi?d zelensky~1  any ending, any letter, one letter off; =word for just this form
  sanctions w/5 oil          near each other; pre/5 in this order; /s in one sentence, /p paragraph
  atleast3(kremlin) word^2   so many times; counts more; /colou?r/ is a regular expression
  title:ceasefire            in the headline; lead: in the first passage
  source:courier lang:en url:2025/04 author:lee
  person:zelensky org:nato   whoever is meant, under every spelling; place: entity:
  date:2025-04 after:2025-04-01 before:yesterday since:7d date:2025-04-01..2025-04-15

Examples:
  dateline search witkoff putin kremlin
  dateline search --corpus ~/articles 'what did the Kremlin say about direct negotiations?'
  dateline search '\"central bank\" rate*' --since 2025-01 --sort newest -n 20
  dateline search ceasefire --format json | jq .
  dateline search ceasefire -n 0 --facet source,person --timeline=month
  dateline search ceasefire --corpus ~/articles --since-last ceasefire   what came in since then
  dateline search --queries topics.tsv --format trec > run.txt

A line of --queries that is no query, or cannot be answered, is told with its number, and the rest
is asked; the exit code is then 2. --format trec, which needs an answer to every line, asks for its
words instead.

--since-last NAME shows articles that were not shown under this name before, or whose headline or
text were changed since; all of the words must match unless --any says otherwise. What is printed
is remembered beside the index, once it is out; what -n leaves out is shown the next time.
--count and -n 0 only look.")]
pub struct Search {
    /// What is asked.
    #[command(flatten)]
    pub asked: Asked,
    /// Sync the index with this folder before asking
    #[arg(long, value_name = "DIR")]
    pub corpus: Option<PathBuf>,
    /// Ask every line of a file (`id<TAB>query`, or the query alone; JSON lines with `query`; TREC
    /// topics), reading words as --any
    #[arg(long, value_name = "FILE", conflicts_with = "query")]
    pub queries: Option<PathBuf>,
    /// How many articles to print [default: 10; with --format trec 1000]
    #[arg(short = 'n', long, value_name = "N")]
    pub limit: Option<usize>,
    /// How many of the best articles to pass over first
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: usize,
    /// Print every article that matches
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
    /// The order
    #[arg(long, value_enum, default_value_t = Sort::Relevance)]
    pub sort: Sort,
    /// Only what is new since this was last asked under this name; remembers what it shows
    #[arg(long, value_name = "NAME", value_parser = standing::name)]
    #[arg(conflicts_with_all = ["queries", "offset"])]
    pub since_last: Option<String>,
    /// With --since-last: show nothing, and take all that matches now for shown
    #[arg(long, requires = "since_last", conflicts_with_all = ["count", "ids", "format", "json"])]
    pub mark: bool,
    /// Count all matching articles by a list of source, person, org, place, author, section, lang,
    /// year, month
    #[arg(long, value_enum, value_name = "FIELDS", value_delimiter = ',')]
    #[arg(hide_possible_values = true, conflicts_with_all = ["count", "ids", "since_last"])]
    pub facet: Vec<FacetField>,
    /// How many values to print of each facet [default: 10]
    #[arg(long, value_name = "N")]
    pub facet_limit: Option<usize>,
    /// Count all matching articles by day, week, month or year [default: by what the span asks for]
    #[arg(long, value_enum, value_name = "UNIT", num_args = 0..=1, require_equals = true)]
    #[arg(hide_possible_values = true, conflicts_with_all = ["count", "ids", "since_last"])]
    pub timeline: Option<Option<Unit>>,
    /// Print as
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<OutputFormat>,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// How many passages to print of each article
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub passages: usize,
    /// Give each copy of an article a place of its own, not one for all of them
    #[arg(long)]
    pub no_fold: bool,
    /// Print how the query was understood, part by part, and how many articles each part matches
    #[arg(long, conflicts_with_all = ["count", "ids", "queries", "since_last", "facet", "timeline"])]
    pub explain_query: bool,
    /// Let newer articles stand higher: what being new counts halves every so many days [default: 30]
    #[arg(long, value_name = "DAYS", num_args = 0..=1, require_equals = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub recent: Option<Option<u32>>,
    /// Print with each article which part of the query stands where, and how its score came about
    #[arg(long, conflicts_with_all = ["count", "ids", "explain_query"])]
    pub why: bool,
    /// Print only how many articles match
    #[arg(long, conflicts_with_all = ["format", "json", "ids"])]
    pub count: bool,
    /// Print only the ids of the articles
    #[arg(short = 'l', long = "ids", conflicts_with_all = ["format", "json"])]
    pub ids: bool,
    /// The name of the run in --format trec [default: dateline]
    #[arg(long, value_name = "NAME")]
    pub tag: Option<String>,
    /// Do not page long answers
    #[arg(long)]
    pub no_pager: bool,
}

/// The formats of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people
    Plain,
    /// JSON lines
    Json,
    /// One row a passage
    Csv,
    /// A run for trec_eval
    Trec,
    /// A citable list in Markdown
    Md,
}

/// `dateline show`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dateline show kyiv-courier/2025-04-25-witkoff.html
  dateline show 'wire/2025.jsonl#mw-0412#p2' --query 'direct negotiations'
  dateline show wire/2025.jsonl#mw-0412 --raw     with what was left out of its text")]
pub struct Show {
    /// The id of an article, with #pN or a citation's #pN@HASH behind it for one passage
    #[arg(value_name = "ID")]
    pub id: String,
    /// Highlight what this query matches
    #[arg(long, value_name = "QUERY")]
    pub query: Option<String>,
    /// Print as
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<ShowFormat>,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Read the article's file again and print its text with what was left out, marked in place
    #[arg(long, conflicts_with = "query")]
    pub raw: bool,
    /// Do not page long articles
    #[arg(long)]
    pub no_pager: bool,
}

/// `dateline cite`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each passage comes with its paper, date, headline, author and address as far as they are known, and
with its citation, ID#pN@HASH. The hash is of the passage's text: `dateline verify` finds citations
in any file and says whether they still hold. In a citation spaces and signs of the id that would
be lost on the way are percent-encoded; every command takes it as it is.

Examples:
  dateline cite kyiv-courier/2025-04-25-witkoff.html#p2
  dateline cite 'wire/2025.jsonl#mw-0412#p1' 'wire/2025.jsonl#mw-0412#p2' --format md >> notes.md
  dateline search ceasefire --json | dateline cite - --format csl-json > zotero.json")]
pub struct Cite {
    /// Passages: ID#pN, or citations; - reads them from standard input, a line each, or every
    /// passage of the JSON lines of a search
    #[arg(value_name = "ID#pN", required = true)]
    pub ids: Vec<String>,
    /// Print as
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<CiteFormat>,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Do not page long lists
    #[arg(long)]
    pub no_pager: bool,
}

/// `dateline verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Finds every citation ID#pN@HASH in a file of any kind (notes, Markdown, JSON, BibTeX), and says of
each whether the passage is
  unchanged   it says the same
  moved       its text stands under another number, or its article is gone and another one has it
  changed     the article no longer says this; shown is what is most like what the file quotes
  gone        there is no such article, and nothing in the index says this

Exit codes: 0 all are unchanged or moved, 1 some are changed or gone, or there are none, 2 error.

Examples:
  dateline verify notes.md
  dateline verify --json results.jsonl | jq -r 'select(.state == \"changed\") | .cite'")]
pub struct Verify {
    /// A text file; - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Print as JSON lines
    #[arg(long)]
    pub json: bool,
    /// Do not page long lists
    #[arg(long)]
    pub no_pager: bool,
}

/// `dateline similar`.
#[derive(Debug, Args)]
#[command(after_help = "\
Copies are the same piece elsewhere: a wire story as other papers cut and edited it, a page saved
twice, a later version. Each says how much text it shares and which came first, as far as the dates
tell. Related articles are on the same matter and share its rare words.

Examples:
  dateline similar kyiv-courier/2025-04-25-witkoff.html
  dateline similar wire/2025.jsonl#mw-0412 -n 20 --json")]
pub struct Similar {
    /// The id of an article
    #[arg(value_name = "ID")]
    pub id: String,
    /// How many related articles to print
    #[arg(short = 'n', long, value_name = "N", default_value_t = 5)]
    pub limit: usize,
    /// Print as JSON lines
    #[arg(long)]
    pub json: bool,
    /// Do not page long answers
    #[arg(long)]
    pub no_pager: bool,
}

/// `dateline background`.
#[derive(Debug, Args)]
#[command(after_help = "\
Earlier articles share the rare words and the names of the article; those of its own story are left
out, and copies are folded. Undated ones that share as much follow, as they may be earlier. Of an
article that is known to the day, those of the same day are not earlier.

Examples:
  dateline background kyiv-courier/2025-04-25-witkoff.html
  dateline background draft.txt --before 2025-08-20
  dateline background 'dump.jsonl#a17' -n 20 --json
  curl -s https://example.org/news | dateline background -")]
pub struct Background {
    /// The id of an article, a file that holds one (FILE#RECORD for one of many), or - for standard
    /// input
    #[arg(value_name = "FILE|ID")]
    pub of: String,
    /// How many earlier articles to print
    #[arg(short = 'n', long, value_name = "N", default_value_t = 8)]
    pub limit: usize,
    /// How many passages to print of each
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub passages: usize,
    /// Take as earlier what came out before this date [default: that of the article]
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub before: Option<String>,
    /// Print as JSON lines
    #[arg(long)]
    pub json: bool,
    /// Do not page long answers
    #[arg(long)]
    pub no_pager: bool,
}

/// The formats of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// For people
    Plain,
    /// One JSON line
    Json,
    /// Markdown
    Md,
}

/// `dateline timeline`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each row counts the articles that are sure to have come out in it, and says what share that is of all
that is indexed of the time. Articles of which only the month or the year is known are counted apart
where that is too little to tell, and so are undated ones. Weeks begin on Monday; copies count each.

Examples:
  dateline timeline witkoff
  dateline timeline '\"central bank\" rate*' --by month --since 2025
  dateline timeline person:zelensky --json | jq -c 'select(.type == \"timeline\") | .periods[]'")]
pub struct Timeline {
    /// What is asked; with nothing, all articles.
    #[command(flatten)]
    pub asked: Asked,
    /// How long each period is [default: what the span asks for]
    #[arg(long, value_enum, value_name = "UNIT")]
    pub by: Option<Unit>,
    /// Print as JSON lines
    #[arg(long)]
    pub json: bool,
    /// Do not page long answers
    #[arg(long)]
    pub no_pager: bool,
}

/// `dateline entities`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Names are found in the articles while they are indexed, and those that mean the same are one:
Zelensky, Zelenskyy and President Volodymyr Zelensky. Counts are of mentions and of articles; with
each name stand its other forms.

With a question, those names are listed that stand in the articles it finds much more often than in the
others, most telling first: by the log-likelihood ratio of the counts (Dunning 1993). --sort count lists
all names of these articles, the most frequent first.

--graphml and --csv write who stands beside whom: the names are nodes (the -n most mentioned, 200
unless told), and an edge weighs as many passages as hold both names.

Examples:
  dateline entities --type person -n 20
  dateline entities --like zelensky
  dateline entities ceasefire talks --type person
  dateline entities show Witkoff
  dateline entities correct names.toml
  dateline entities --type person --type org --graphml > network.graphml")]
pub struct Entities {
    /// What to do with one name, or with all
    #[command(subcommand)]
    pub command: Option<EntitiesCommand>,
    /// What is asked; with nothing, all names are listed.
    #[command(flatten)]
    pub asked: Asked,
    /// The order of the names of what a question finds [default: score]
    #[arg(long, value_enum, value_name = "ORDER")]
    pub sort: Option<keyness::Order>,
    /// Only names of this type; may be given again for more
    #[arg(long = "type", value_name = "TYPE")]
    #[arg(value_parser = kind_of_name)]
    pub kinds: Vec<EntityKind>,
    /// Only names that are spelled like this, or have these words in a row
    #[arg(long, value_name = "TEXT")]
    pub like: Option<String>,
    /// How many names [default: 50; of a network 200]
    #[arg(short = 'n', long, value_name = "N")]
    pub limit: Option<usize>,
    /// All names
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
    /// Print as JSON lines
    #[arg(long)]
    pub json: bool,
    /// Print the network of the names as GraphML, for Gephi and its like
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    pub graphml: bool,
    /// Print the edges of the network as CSV
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Leave out edges of fewer passages than this [default: 2]
    #[arg(long, value_name = "N")]
    pub min_weight: Option<u32>,
    /// Do not page long lists
    #[arg(long)]
    pub no_pager: bool,
}

/// Reads the type of a name, in the singular or the plural.
fn kind_of_name(typed: &str) -> Result<EntityKind, String> {
    let known = match typed.to_lowercase().as_str() {
        "person" | "persons" | "people" | "per" => EntityKind::Person,
        "org" | "orgs" | "organisation" | "organisations" | "organization" | "organizations" => {
            EntityKind::Org
        }
        "place" | "places" | "loc" | "location" | "locations" => EntityKind::Place,
        _ => return Err("it is none of person, org, place".to_owned()),
    };
    Ok(known)
}

/// What `dateline entities` does besides listing.
#[derive(Debug, Subcommand)]
pub enum EntitiesCommand {
    /// Print what the archive has of one name: its forms, first and last mention, timeline, and the
    /// names beside it
    Show(ShowName),
    /// Take a file of corrections: names to take always or never, names to join or to split
    Correct(Correct),
}

/// `dateline entities show`.
#[derive(Debug, Args)]
#[command(after_help = "\
Of several names that are called so, the most mentioned one is shown and the others are listed.

Examples:
  dateline entities show Zelensky
  dateline entities show Paris --type place --json | jq .timeline")]
pub struct ShowName {
    /// Any form of the name; several words need no quotes
    #[arg(value_name = "NAME", required = true)]
    pub name: Vec<String>,
    /// Only a name of this type
    #[arg(long = "type", value_name = "TYPE")]
    #[arg(value_parser = kind_of_name)]
    pub kind: Option<EntityKind>,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
    /// Do not page
    #[arg(long)]
    pub no_pager: bool,
}

/// `dateline entities correct`.
#[derive(Debug, Args)]
#[command(after_help = "\
The index keeps what the file says, for later runs too; no article is read again. Given again, a
file takes the place of the one before.

A file of corrections:
  never = [\"Breaking News\"]            these are no names
  [take]
  org = [\"Wagner\"]                     always names of this type (person, org, place)
  [join]
  \"Volodymyr Zelensky\" = [\"Ze\"]      aliases of one name, which is shown as written here
  [split]
  \"George W. Bush\" = [\"George Bush\"]  two names that are not the same

Examples:
  dateline entities correct names.toml
  dateline entities correct --show > names.toml
  dateline entities correct --none")]
pub struct Correct {
    /// A TOML file
    #[arg(value_name = "FILE", required_unless_present_any = ["none", "show"])]
    pub file: Option<PathBuf>,
    /// Forget all corrections
    #[arg(long, conflicts_with = "file")]
    pub none: bool,
    /// Print the corrections that the index keeps
    #[arg(long, conflicts_with_all = ["file", "none"])]
    pub show: bool,
}

/// `dateline extract`.
#[derive(Debug, Args)]
#[command(after_help = "\
Reads files as `dateline index` does and prints what it would index; no index is needed. Blocks
that are no part of an article (comment forms, share buttons, appeals, credits, what repeats
across the articles of one source) are left out of its text: --dropped shows them in their place.
Menus and other parts of a page that lie outside its main text are never shown. --names finds the
persons, organisations and places that an English text names, lists them, the most telling first,
with the other forms of each name, and marks them in the text.

Examples:
  dateline extract page.html
  dateline extract --dropped scraped/*.txt
  dateline extract --names interview.txt
  dateline extract --json dump.jsonl.gz | jq -r .title
  curl -s https://example.org/news | dateline extract -")]
pub struct Extract {
    /// Files or folders; - for standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Print one JSON line an article
    #[arg(long)]
    pub json: bool,
    /// Show what was left out of the text, marked in its place (JSON always has it)
    #[arg(long)]
    pub dropped: bool,
    /// Find the persons, organisations and places that the text names
    #[arg(long)]
    pub names: bool,
    /// A TOML file that says where the fields of JSON records are
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Seconds that a piece of a file may take to parse; then it is given up [default: 60]
    #[arg(long, value_name = "S")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub max_seconds: Option<u64>,
    /// Follow symbolic links
    #[arg(long)]
    pub follow: bool,
}

/// `dateline stats`.
#[derive(Debug, Args)]
pub struct Stats {
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

/// `dateline check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Sums up every file of the index, opens all that is in it, and compares the terms, dates, names and
passages of every article with what its stored text comes to now; then holds the files that it
knows against those of the folders. What is only out of date is counted and is nothing wrong.

--repair takes out what is wrong, reads the files concerned again and checks once more. What the
folders still have is never lost by it; an index of which the record itself is damaged has to be
built anew, by the command that is printed.

Exit codes: 0 sound, 1 something is wrong, 2 cannot be checked, 130 stopped.

Examples:
  dateline check
  dateline check --quick                       the bytes and how the parts hang together
  dateline check --repair
  dateline check --json | jq 'select(.type == \"problem\")'")]
pub struct Check {
    /// Do not compare articles with their texts
    #[arg(long)]
    pub quick: bool,
    /// Mend what is wrong: read again the files concerned
    #[arg(long)]
    pub repair: bool,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
    /// Threads that compare [default: one a core, at most 8]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=64))]
    pub threads: Option<u8>,
}

/// `dateline bench`.
#[derive(Debug, Args)]
#[command(after_help = "\
Asks one query at a time, each as soon as the one before is answered. After the warm-up every
query is asked once a round, in an order that is shuffled anew for each round; percentiles are over
all timings of all queries of a class. `hits` is the sum of the articles that the queries of a class
match: where it differs, two runs did not do the same work.

A file of queries has one a line, alone or as `class<TAB>query`; where no two lines have the same
before the tab, it is the id that --qrels knows. JSON lines, {\"query\": \"the\", \"tags\": [\"term\"]},
and TREC topics are read, too; lines that begin with `# ` are left out. Without a file, queries are
made from the index: terms that are rare, middling and frequent, AND, OR, phrases, prefixes, words
near each other, dates, sources and names. With --baseline alone, its queries are asked again.

Exit codes: 0 measured, 1 a class is slower than --max-regression allows, 2 error, 130 stopped.

Examples:
  dateline bench                            what queries take, by class
  dateline bench --what top10 --json | jq '.classes[] | [.name, .wall_ns.p50]'
  dateline bench --save before.json         and, after a change:
  dateline bench --baseline before.json --max-regression 5%
  dateline bench --queries topics.tsv --qrels qrels.txt
  dateline bench --indexing ~/articles      articles/s and MB/s; the index is left alone")]
pub struct Bench {
    /// Ask the queries of a file
    #[arg(long, value_name = "FILE")]
    pub queries: Option<PathBuf>,
    /// How many queries to make for each class, where they are made from the index
    #[arg(long, value_name = "N", default_value_t = 10, conflicts_with = "queries")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub per_class: u16,
    /// What to time
    #[arg(long, value_enum, default_value_t = What::Render, value_name = "WHAT")]
    pub what: What,
    /// Any word is enough; with --qrels so, unless --strict is given
    #[arg(long)]
    pub any: bool,
    /// Every word must match, whatever comes of it
    #[arg(long, conflicts_with = "any")]
    pub strict: bool,
    /// How often to time each query
    #[arg(long, value_name = "N", default_value_t = 10)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub rounds: u32,
    /// How long to ask before timing: 500ms, 2s, 1m
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = short_time)]
    pub warm_up: Duration,
    /// What made queries, orders and resamples are drawn by
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Most threads to count queries/s with, or to index with [default: one a core]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=64))]
    pub threads: Option<u8>,
    /// How many processes to start for the cold start
    #[arg(long, value_name = "N", default_value_t = 10)]
    #[arg(value_parser = clap::value_parser!(u16).range(0..=1000))]
    pub cold_starts: u16,
    /// Judge the answers, too: a file of TREC judgments, `qid 0 document gain`
    #[arg(long, value_name = "FILE", requires = "queries")]
    pub qrels: Option<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
    /// Write the same JSON, with every timing, to a file
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Compare with an earlier run that --save wrote
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// How much slower than the baseline a class may be
    #[arg(long, value_name = "PERCENT", default_value = "10%", value_parser = percent)]
    pub max_regression: f64,
    /// Measure instead how fast a folder or file is indexed, in a temporary directory; may be given
    /// again for more
    #[arg(long, value_name = "FOLDER")]
    #[arg(conflicts_with_all = ["queries", "qrels", "baseline", "save"])]
    pub indexing: Vec<PathBuf>,
    /// With --indexing: do not look through the texts for names
    #[arg(long, requires = "indexing")]
    pub no_names: bool,
}

/// Reads a time as people write short ones.
fn short_time(typed: &str) -> Result<Duration, String> {
    let read = typed.parse::<jiff::SignedDuration>().ok();
    let read = read.and_then(|time| Duration::try_from(time).ok());
    read.filter(|time| *time <= Duration::from_secs(3600))
        .ok_or_else(|| "write a time up to an hour, as in 500ms or 2s".to_owned())
}

/// Reads a percentage as the share that it is.
fn percent(typed: &str) -> Result<f64, String> {
    let number = typed.strip_suffix('%').unwrap_or(typed).trim().parse::<f64>().ok();
    number
        .filter(|number| (0.0..=10_000.0).contains(number))
        .map(|number| number / 100.0)
        .ok_or_else(|| "write a percentage, as in 10%".to_owned())
}

/// `dateline completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
