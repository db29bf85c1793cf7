use leopard_core::domain::page::PageRequest;

use super::*;
use crate::http::forwarded::tests::request;

fn page(number: u64) -> Page<()> {
    Page { total: 5, request: PageRequest::new(number, 2).unwrap(), items: vec![] }
}

#[test]
fn page_links_keep_the_rest_of_the_query() {
    let request =
        request("/api/v1/tasks/?a=%20b&page=2&page_size=2", &[("Host", "example.com:8000")]);
    let links = PageLinks::of(&request, &page(2));
    let list = "http://example.com:8000/api/v1/tasks/?a=%20b&page_size=2";
    assert_eq!(links.next, Some(Url(format!("{list}&page=3"))));
    assert_eq!(links.previous, Some(Url(list.to_owned())));
    assert_eq!(PageLinks::of(&request, &page(3)).next, None);
    assert_eq!(PageLinks::of(&request, &page(1)).previous, None);
}
