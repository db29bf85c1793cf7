//! What a check found.

/// How it stands with what a check looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    Ok,
    /// It works, but not for everybody or not for long.
    Warning,
    Problem,
    NotChecked,
}

/// What one check found, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub check: &'static str,
    pub grade: Grade,
    pub detail: String,
    pub remedy: Option<String>,
}

impl Finding {
    pub fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        Self::new(check, Grade::Ok, detail.into(), None)
    }

    pub fn warning(
        check: &'static str,
        detail: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::new(check, Grade::Warning, detail.into(), Some(remedy.into()))
    }

    pub fn problem(
        check: &'static str,
        detail: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::new(check, Grade::Problem, detail.into(), Some(remedy.into()))
    }

    pub fn not_checked(check: &'static str, why: impl Into<String>) -> Self {
        Self::new(check, Grade::NotChecked, why.into(), None)
    }

    fn new(check: &'static str, grade: Grade, detail: String, remedy: Option<String>) -> Self {
        Self {
            check,
            grade,
            detail,
            remedy,
        }
    }
}
