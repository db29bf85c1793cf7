//! The result of a check.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    Ok,
    /// It works, but not for all clients or not for long.
    Warning,
    Problem,
    NotChecked,
}

/// The result of a check, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub grade: Grade,
    pub detail: String,
    pub remedy: Option<String>,
}

pub fn ok(detail: impl Into<String>) -> Finding {
    finding(Grade::Ok, detail, None)
}

pub fn warning(detail: impl Into<String>, remedy: impl Into<String>) -> Finding {
    finding(Grade::Warning, detail, Some(remedy.into()))
}

pub fn problem(detail: impl Into<String>, remedy: impl Into<String>) -> Finding {
    finding(Grade::Problem, detail, Some(remedy.into()))
}

/// The check was skipped for this reason.
pub fn not_checked(why: impl Into<String>) -> Finding {
    finding(Grade::NotChecked, why, None)
}

fn finding(grade: Grade, detail: impl Into<String>, remedy: Option<String>) -> Finding {
    Finding { grade, detail: detail.into(), remedy }
}
