//! What is said of the findings: a line each, as soon as they are known, or all of them as JSON.

use serde_json::{Value, json};

use super::finding::{Finding, Grade};
use crate::cli::output::print;

/// Where a remedy begins, and the column that none of its lines goes beyond.
const INDENT: usize = 13;
const WIDTH: usize = 100;

/// The findings so far.
pub struct Report {
    as_json: bool,
    findings: Vec<Finding>,
}

impl Report {
    pub fn new(as_json: bool) -> Self {
        Self {
            as_json,
            findings: vec![],
        }
    }

    pub fn add(&mut self, finding: Finding) {
        if !self.as_json {
            print(text(&finding));
        }
        self.findings.push(finding);
    }

    /// Says of several checks why they were not made.
    pub fn add_not_checked(&mut self, checks: &[&'static str], why: &str) {
        for check in checks {
            self.add(Finding::not_checked(check, why));
        }
    }

    /// Says how it ends.
    pub fn finish(&self, url: &str) {
        let (problems, warnings) = (self.count(Grade::Problem), self.count(Grade::Warning));
        if self.as_json {
            let findings: Vec<_> = self.findings.iter().map(as_json).collect();
            print(json!({
                "url": url, "problems": problems, "warnings": warnings, "findings": findings,
            }));
        } else {
            print(format!(
                "\n{}, {}",
                counted(problems, "problem"),
                counted(warnings, "warning")
            ));
        }
    }

    pub fn has_problems(&self) -> bool {
        self.count(Grade::Problem) > 0
    }

    fn count(&self, grade: Grade) -> usize {
        let graded = self.findings.iter().filter(|found| found.grade == grade);
        graded.count()
    }
}

/// A line, and the remedy below it.
fn text(finding: &Finding) -> String {
    let grade = word(finding.grade);
    let line = format!("{grade:<11}  {}: {}", finding.check, finding.detail);
    let remedy = finding.remedy.as_deref().unwrap_or_default();
    plain(&(line + &indented(remedy)))
}

/// The text in lines of its own that begin where those above say their check.
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

/// Without what a terminal would obey: some of it comes from whoever answered.
fn plain(text: &str) -> String {
    let harmless = |sign: &char| !sign.is_control() || *sign == '\n';
    text.chars().filter(harmless).collect()
}

fn as_json(finding: &Finding) -> Value {
    let status = word(finding.grade).replace(' ', "_");
    json!({
        "check": finding.check, "status": status, "detail": finding.detail, "remedy": finding.remedy,
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
    use super::*;

    #[test]
    fn a_remedy_stands_below_its_line() {
        let finding = Finding::problem("clock", "it is late", "Wind it.");
        let expected = "problem      clock: it is late\n             Wind it.";
        assert_eq!(text(&finding), expected);
        let unknown = Finding::not_checked("clock", "there is none");
        assert_eq!(text(&unknown), "not checked  clock: there is none");
    }

    #[test]
    fn a_long_remedy_has_several_lines() {
        let remedy = "word ".repeat(40);
        let told = text(&Finding::warning("clock", "it is late", remedy));
        let lines: Vec<_> = told.lines().skip(1).collect();
        assert_eq!(lines.len(), 3);
        for line in lines {
            assert!(
                line.starts_with("             word") && line.len() <= WIDTH,
                "{line}"
            );
        }
    }

    #[test]
    fn a_terminal_obeys_nobody_who_answers() {
        let finding = Finding::ok("reachable", "Leopard \u{1b}[2J\r0.1.0");
        assert_eq!(text(&finding), "ok           reachable: Leopard [2J0.1.0");
    }
}
