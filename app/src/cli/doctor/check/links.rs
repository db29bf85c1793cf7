//! Whether Leopard knows by which name it is called.

use crate::cli::doctor::base::{BaseUrl, shown_origin};
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "links";

/// Judges the link of a list to its next page.
pub fn judge(base: &BaseUrl, next: &str) -> Finding {
    if base.leads_to(next) {
        return Finding::ok(CHECK, "they begin with this URL");
    }
    let detail = format!("they begin with {}", shown_origin(next));
    let remedy = "Have what stands before Leopard send X-Forwarded-Proto, X-Forwarded-Host and \
                  X-Forwarded-For, and name its address in LEOPARD_TRUSTED_PROXIES.";
    Finding::problem(CHECK, detail, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Grade;

    #[test]
    fn a_link_to_another_host_or_scheme_is_found() {
        let base = BaseUrl::parse("https://tasks.example.org").unwrap();
        let good = judge(&base, "https://tasks.example.org/api/v1/users/?page=2");
        assert_eq!(good.grade, Grade::Ok);
        let wrong = judge(&base, "http://tasks.example.org/api/v1/users/?page=2");
        assert_eq!(wrong.grade, Grade::Problem);
        assert_eq!(wrong.detail, "they begin with http://tasks.example.org");
    }
}
