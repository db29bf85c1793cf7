//! Whether anybody can make Leopard believe where a request comes from.

use crate::cli::doctor::base::BaseUrl;
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "forged headers";

/// The host that is claimed. Nobody can have this name (RFC 6761, section 6.4).
pub const CLAIMED_HOST: &str = "forged.invalid";

/// Judges the link to the next page of a list that was asked for under the claimed host.
pub fn judge(base: &BaseUrl, next: &str) -> Finding {
    if !next.contains(CLAIMED_HOST) {
        return Finding::ok(CHECK, "X-Forwarded-Host of a client is not believed");
    }
    if base.is_this_machine() {
        let why = "what comes from this machine may be a proxy: look from another one";
        return Finding::not_checked(CHECK, why);
    }
    let detail = "X-Forwarded-Host of a client is believed";
    let remedy = "Have what stands before Leopard write X-Forwarded-For, -Host and -Proto anew, and \
                  name in LEOPARD_TRUSTED_PROXIES its address alone.";
    Finding::problem(CHECK, detail, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Grade;

    #[test]
    fn who_is_trusted_on_this_machine_cannot_tell() {
        let grade = |base, next| judge(&BaseUrl::parse(base).unwrap(), next).grade;
        let forged = "https://forged.invalid/api/v1/users/?page=2";
        assert_eq!(grade("https://host", forged), Grade::Problem);
        assert_eq!(grade("http://127.0.0.1", forged), Grade::NotChecked);
        assert_eq!(grade("https://host", "https://host/?page=2"), Grade::Ok);
    }
}
