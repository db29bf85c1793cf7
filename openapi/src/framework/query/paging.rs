use leopard_core::Failure;
use leopard_core::domain::page::PageRequest;

/// The requested page. A page that is not a positive number is an error; a size that is not a number is the
/// default, and any other size is clamped.
pub(crate) fn page_request(page: Option<&str>, size: Option<&str>) -> Result<PageRequest, Failure> {
    let number = match page {
        None => 1,
        Some(text) => {
            digits(text).and_then(|digits| digits.parse().ok()).ok_or(Failure::InvalidPage)?
        }
    };
    PageRequest::new(number, size.map_or(PageRequest::DEFAULT_SIZE, page_size))
}

fn page_size(text: &str) -> u64 {
    match (digits(text), text.strip_prefix('-').and_then(digits)) {
        (Some(digits), _) => digits.parse().unwrap_or(PageRequest::MAX_SIZE),
        (None, Some(_)) => 1,
        (None, None) => PageRequest::DEFAULT_SIZE,
    }
}

fn digits(text: &str) -> Option<&str> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_page_number_is_an_invalid_page() {
        for bad in ["0", "-1", "x", "", "1.5", "99999999999999999999"] {
            let page = page_request(Some(bad), None);
            assert_eq!(page, Err(Failure::InvalidPage), "{bad}");
        }
        assert_eq!(page_request(Some("3"), None).unwrap().number(), 3);
        assert_eq!(page_request(None, None).unwrap().number(), 1);
    }

    #[test]
    fn page_size_is_clamped_or_defaults() {
        let size = |text| page_request(None, Some(text)).unwrap().size();
        let sizes = ["7", "0", "-3", "101", "99999999999999999999", "x", ""];
        assert_eq!(sizes.map(size), [7, 1, 1, 100, 100, 25, 25]);
    }
}
