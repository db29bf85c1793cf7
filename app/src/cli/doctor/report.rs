//! The report: a line per finding as soon as it is known, or all findings as JSON at the end.

use serde_json::{Value, json};

use super::finding::{Finding, Grade, not_checked};
use crate::cli::output::print;

/// The first and the last column of a remedy.
const INDENT: usize = 13;
const WIDTH: usize = 100;

/// The findings so far, by check.
pub struct Report {
    as_json: bool,
    findings: Vec<(&'static str, Finding)>,
}

impl Report {
    pub fn new(as_json: bool) -> Self {
        Self { as_json, findings: vec![] }
    }

    pub fn add(&mut self, check: &'static str, finding: Finding) {
        if !self.as_json {
            print(text(check, &finding));
        }
        self.findings.push((check, finding));
    }

    /// Adds several checks that were skipped for the same reason.
    pub fn add_not_checked(&mut self, checks: &[&'static str], why: &str) {
        for check in checks {
            self.add(check, not_checked(why));
        }
    }

    /// Prints the summary.
    pub fn finish(&self, url: &str) {
        let (problems, warnings) = (self.count(Grade::Problem), self.count(Grade::Warning));
        if self.as_json {
            let findings: Vec<_> =
                self.findings.iter().map(|(check, found)| as_json(check, found)).collect();
            print(json!({
                "url": url, "problems": problems, "warnings": warnings, "findings": findings,
            }));
        } else {
            print(format!("\n{}, {}", counted(problems, "problem"), counted(warnings, "warning")));
        }
    }

    pub fn has_problems(&self) -> bool {
        self.count(Grade::Problem) > 0
    }

    fn count(&self, grade: Grade) -> usize {
        let graded = self.findings.iter().filter(|(_, found)| found.grade == grade);
        graded.count()
    }
}

/// A line, and the remedy below it.
fn text(check: &str, finding: &Finding) -> String {
    let grade = word(finding.grade);
    let line = format!("{grade:<11}  {check}: {}", finding.detail);
    let remedy = finding.remedy.as_deref().unwrap_or_default();
    plain(&(line + &indented(remedy)))
}

/// The text in lines of its own, indented.
fn indented(text: &str) -> String {
    let mut lines = String::new();
    let mut column = WIDTH;
    for word in text.split_whitespace() {
        column += 1 + word.chars().count();
        if column > WIDTH {
            lines.push_str("\n            ");
            column = INDENT + word.chars().count();
        }
        lines.push(' ');
        lines.push_str(word);
    }
    lines
}

/// Removes control characters: some text comes from the server.
fn plain(text: &str) -> String {
    let is_harmless = |character: &char| !character.is_control() || *character == '\n';
    text.chars().filter(is_harmless).collect()
}

fn as_json(check: &str, finding: &Finding) -> Value {
    let status = word(finding.grade).replace(' ', "_");
    json!({
        "check": check, "status": status, "detail": finding.detail, "remedy": finding.remedy,
    })
}

fn word(grade: Grade) -> &'static str {
    match grade {
        Grade::Ok => "ok",
        Grade::Warning => "warning",
        Grade::Problem => "problem",
        Grade::NotChecked => "not checked",
    }
}

fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

#[cfg(test)]
mod tests {
    use super::super::finding::{ok, problem, warning};
    use super::*;

    #[test]
    fn remedy_is_printed_below_its_line() {
        let finding = problem("it is late", "Wind it.");
        let expected = "problem      clock: it is late\n             Wind it.";
        assert_eq!(text("clock", &finding), expected);
        let unknown = not_checked("there is none");
        assert_eq!(text("clock", &unknown), "not checked  clock: there is none");
    }

    #[test]
    fn long_remedy_is_wrapped() {
        let remedy = "word ".repeat(40);
        let shown = text("clock", &warning("it is late", remedy));
        let lines: Vec<_> = shown.lines().skip(1).collect();
        assert_eq!(lines.len(), 3);
        for line in lines {
            assert!(line.starts_with("             word") && line.len() <= WIDTH, "{line}");
        }
    }

    #[test]
    fn control_characters_are_removed() {
        let finding = ok("Leopard \u{1b}[2J\r0.1.0");
        assert_eq!(text("reachable", &finding), "ok           reachable: Leopard [2J0.1.0");
    }
}
