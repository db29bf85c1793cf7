//! How many connections the node may have.

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "open files";

/// A machine of today allows more than that, if nobody lowers it.
const FEW: u64 = 10_000;

const REMEDY: &str = "Raise the limit: LimitNOFILE= of the systemd unit, --ulimit nofile= of a \
                      container, or ulimit -Hn of the shell that starts it.";

/// Judges what `/health/` says: each stream is a connection, and each connection an open file.
pub fn judge(health: &Answer) -> Finding {
    let told = health.json();
    let (Some(limit), Some(streams)) = (
        told["open_files_limit"].as_u64(),
        told["open_streams"].as_u64(),
    ) else {
        return Finding::not_checked(CHECK, "this version of Leopard does not tell");
    };
    let detail = format!("the node may have {limit}, and has {streams} open streams");
    if streams > limit / 10 * 8 {
        Finding::problem(CHECK, detail, REMEDY)
    } else if limit < FEW {
        Finding::warning(CHECK, detail, REMEDY)
    } else {
        Finding::ok(CHECK, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::answer::tests::answer;
    use crate::cli::doctor::finding::Grade;

    #[test]
    fn there_is_to_be_room_for_more_streams() {
        let grade = |limit, streams| {
            let body = format!(r#"{{"open_files_limit":{limit},"open_streams":{streams}}}"#);
            judge(&answer(200, &[], &body)).grade
        };
        assert_eq!(grade(1_048_576, 500_000), Grade::Ok);
        assert_eq!(grade(1_024, 3), Grade::Warning);
        assert_eq!(grade(100_000, 90_000), Grade::Problem);
        assert_eq!(grade(1_024, 1_000), Grade::Problem);
        let silent = answer(200, &[], r#"{"open_streams":3}"#);
        assert_eq!(judge(&silent).grade, Grade::NotChecked);
    }
}
