//! Findings, and the report: a line per finding as soon as it is known, or all findings as JSON at the end.

use serde_json::{Value, json};

use crate::cli::output::{counted, print};

/// The first and the last column of a remedy.
const INDENT: usize = 13;
const WIDTH: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    Ok,
    /// It works, but not for all clients or not for long.
    Warning,
    Problem,
    NotChecked,
}

impl Grade {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
            Self::NotChecked => "not checked",
        }
    }
}

/// The result of a check, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub grade: Grade,
    pub detail: String,
    pub remedy: Option<String>,
}

pub fn ok(detail: impl Into<String>) -> Finding {
    Finding { grade: Grade::Ok, detail: detail.into(), remedy: None }
}

pub fn warning(detail: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { grade: Grade::Warning, detail: detail.into(), remedy: Some(remedy.into()) }
}

pub fn problem(detail: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { grade: Grade::Problem, detail: detail.into(), remedy: Some(remedy.into()) }
}

/// The check was skipped for this reason.
pub fn not_checked(why: impl Into<String>) -> Finding {
    Finding { grade: Grade::NotChecked, detail: why.into(), remedy: None }
}

/// The findings so far, by check.
pub struct Report {
    as_json: bool,
    /// The names of the checks, in their order.
    checks: &'static [&'static str],
    findings: Vec<(&'static str, Finding)>,
}

impl Report {
    pub fn new(as_json: bool, checks: &'static [&'static str]) -> Self {
        Self { as_json, checks, findings: vec![] }
    }

    pub fn add(&mut self, check: &'static str, finding: Finding) {
        debug_assert!(self.checks.contains(&check), "{check} is listed");
        if !self.as_json {
            print(text(check, &finding));
        }
        self.findings.push((check, finding));
    }

    /// Adds the checks between the last one and this one, which were skipped for this reason.
    pub fn skip_until(&mut self, next: &'static str, why: &str) {
        let place = |check: &str| self.checks.iter().position(|listed| *listed == check);
        let begin = self.findings.last().and_then(|(last, _)| place(last)).map_or(0, |at| at + 1);
        let skipped = place(next).and_then(|end| self.checks.get(begin..end));
        for check in skipped.unwrap_or_default() {
            self.add(check, not_checked(why));
        }
    }

    pub fn finish(&self, url: &str) {
        let (problems, warnings) = (self.count(Grade::Problem), self.count(Grade::Warning));
        if self.as_json {
            let findings: Vec<_> =
                self.findings.iter().map(|(check, found)| as_json(check, found)).collect();
            print(json!({
                "url": url, "problems": problems, "warnings": warnings, "findings": findings,
            }));
        } else {
            let problems = counted(problems, "problem", "problems");
            print(format!("\n{problems}, {}", counted(warnings, "warning", "warnings")));
        }
    }

    pub fn has_problems(&self) -> bool {
        self.count(Grade::Problem) > 0
    }

    fn count(&self, grade: Grade) -> u64 {
        self.findings.iter().map(|(_, found)| u64::from(found.grade == grade)).sum()
    }
}

/// A line, and the remedy below it.
fn text(check: &str, finding: &Finding) -> String {
    let line = format!("{:<11}  {check}: {}", finding.grade.name(), finding.detail);
    let remedy = finding.remedy.as_deref().unwrap_or_default();
    // Some text comes from the server.
    let is_harmless = |character: &char| !character.is_control() || *character == '\n';
    (line + &indented(remedy)).chars().filter(is_harmless).collect()
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

fn as_json(check: &str, finding: &Finding) -> Value {
    let status = finding.grade.name().replace(' ', "_");
    json!({
        "check": check, "status": status, "detail": finding.detail, "remedy": finding.remedy,
    })
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Asserts the grade, and a part of the detail.
    #[track_caller]
    pub fn assert_found(finding: &Finding, grade: Grade, detail: &str) {
        assert_eq!(finding.grade, grade, "{finding:?}");
        assert!(finding.detail.contains(detail), "{finding:?}");
    }

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

    #[test]
    fn skipped_checks_are_those_between_the_last_and_the_next() {
        let mut report = Report::new(true, &["first", "second", "third", "fourth"]);
        report.add("first", ok("it is there"));
        report.skip_until("fourth", "no time");
        report.skip_until("fourth", "again");
        let names: Vec<_> = report.findings.iter().map(|(check, _)| *check).collect();
        assert_eq!(names, ["first", "second", "third"]);
        assert_eq!(report.findings[2].1, not_checked("no time"));
    }
}
