/// Declares a page of items in a response; `of` converts a page of the core.
macro_rules! page {
    ($(#[doc = $doc:literal])+ $page:ident of $item:ty) => {
        $(#[doc = $doc])+
        #[derive(poem_openapi::Object, serde::Serialize)]
        pub(super) struct $page {
            /// Number of items on all pages.
            count: u64,
            /// URL of the next page.
            next: Option<$crate::framework::query::Url>,
            /// URL of the previous page.
            previous: Option<$crate::framework::query::Url>,
            /// Items of this page.
            results: Vec<$item>,
        }

        impl $page {
            pub(super) fn of<T>(
                request: &poem::Request,
                page: leopard_core::domain::page::Page<T>,
                show: impl FnMut(T) -> $item,
            ) -> Self {
                let links = $crate::framework::query::PageLinks::of(request, &page);
                Self {
                    count: page.total,
                    next: links.next,
                    previous: links.previous,
                    results: page.items.into_iter().map(show).collect(),
                }
            }
        }
    };
}

pub(crate) use page;
