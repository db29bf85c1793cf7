//! Reports: tables, for the terminal and for the pages of `docs`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::Duration;

pub struct Line {
    pub figure: String,
    pub here: String,
    pub baseline: String,
    /// The figure divided by its baseline.
    pub ratio: f64,
}

impl Line {
    /// A median beside that of a baseline.
    pub fn of_medians(figure: String, here: Duration, baseline: Duration, of: &str) -> Self {
        Self {
            figure,
            here: format!("p50 {}", milliseconds(here)),
            baseline: format!("p50 {} {of}", milliseconds(baseline)),
            ratio: here.as_secs_f64() / baseline.as_secs_f64(),
        }
    }
}

/// A table of a page in `docs`, between two markers.
pub struct Place {
    page: &'static str,
    begin: &'static str,
    end: &'static str,
}

const BEGIN: &str = "<!-- figures: written by ./tests/bench --write -->\n";
const END: &str = "<!-- end of figures -->\n";

pub const FIGURES: Place = Place { page: "performance.md", begin: BEGIN, end: END };
pub const COSTS: Place = Place { page: "costs.md", begin: BEGIN, end: END };
pub const PEERS: Place = Place {
    page: "performance.md",
    begin: "<!-- peers: written by ./tests/bench peers --write -->\n",
    end: "<!-- end of peers -->\n",
};

#[expect(clippy::print_stdout, reason = "the output of the program")]
pub fn print(table: &str) {
    print!("{table}");
}

pub fn write(place: &Place, table: &str) -> Result<(), String> {
    let Place { page, begin, end } = place;
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let page = docs.join(page);
    let complaint = |why: &str| format!("cannot write {}: {why}", page.display());
    let text = fs::read_to_string(&page).map_err(|error| complaint(&error.to_string()))?;
    let parts = text.split_once(begin).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(end)?;
        Some((before, after))
    });
    let (before, after) = parts.ok_or_else(|| complaint("it has no place for the figures"))?;
    let new = format!("{before}{begin}\n{table}\n{end}{after}");
    fs::write(&page, new).map_err(|error| complaint(&error.to_string()))
}

/// A sentence about the machine.
pub fn machine() -> String {
    let cores = available_parallelism().map_or(1, usize::from);
    format!("Measured on {cores} processors, which the server shares with its clients.")
}

pub fn table(lines: &[Line]) -> String {
    let head = "| figure | Leopard | baseline | ratio |\n|---|---|---|---|";
    let mut table = format!("{}\n\n{head}\n", machine());
    for line in lines {
        let Line { figure, here, baseline, ratio } = line;
        writeln!(table, "| {figure} | {here} | {baseline} | {ratio:.2} |")
            .expect("a text takes all of it");
    }
    table
}

/// A count, to be divided.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub fn count(number: usize) -> f64 {
    number as f64
}

/// A whole number with its thousands apart.
pub fn number(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Milliseconds with as many places as matter.
pub fn milliseconds(time: Duration) -> String {
    let value = time.as_secs_f64() * 1_000.0;
    let places = if value < 1.0 { 3 } else { 1 };
    format!("{value:.places$} ms")
}
