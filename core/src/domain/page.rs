//! Lists come in pages.

use crate::Failure;

/// Which page of a list, counted from 1, and how long a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    number: u64,
    size: u64,
}

impl PageRequest {
    /// Elements on a page when nobody says otherwise.
    pub const DEFAULT_SIZE: u64 = 25;
    /// The most elements on a page.
    pub const MAX_SIZE: u64 = 100;

    /// A page request; the size is clamped to 1..=100, page 0 does not exist.
    pub fn new(number: u64, size: u64) -> Result<Self, Failure> {
        let size = size.clamp(1, Self::MAX_SIZE);
        if number == 0 || number > i64::MAX.unsigned_abs() / size {
            return Err(Failure::InvalidPage);
        }
        Ok(Self { number, size })
    }

    /// The first page.
    #[must_use]
    pub fn first(size: u64) -> Self {
        Self {
            number: 1,
            size: size.clamp(1, Self::MAX_SIZE),
        }
    }

    /// The page's number, from 1.
    #[must_use]
    pub fn number(self) -> u64 {
        self.number
    }

    /// The most elements on this page.
    #[must_use]
    pub fn size(self) -> u64 {
        self.size
    }

    /// How many elements come before this page.
    #[must_use]
    pub fn offset(self) -> u64 {
        (self.number - 1) * self.size
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Elements in the whole list.
    pub total: u64,
    /// Which page this is.
    pub request: PageRequest,
    /// The elements of this page.
    pub items: Vec<T>,
}

impl<T> Page<T> {
    /// Refuses a page past the end; the first page of an empty list is no such page.
    pub fn within_bounds(self) -> Result<Self, Failure> {
        if self.items.is_empty() && self.request.number() > 1 {
            return Err(Failure::InvalidPage);
        }
        Ok(self)
    }

    /// Whether a page follows.
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.request.number() * self.request.size() < self.total
    }

    /// The page with every element changed by `f`.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            total: self.total,
            request: self.request,
            items: self.items.into_iter().map(f).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_is_clamped_and_page_zero_does_not_exist() {
        assert_eq!(PageRequest::new(2, 1000).unwrap().offset(), 100);
        assert_eq!(PageRequest::new(1, 0).unwrap().size(), 1);
        assert_eq!(PageRequest::new(0, 25), Err(Failure::InvalidPage));
        assert_eq!(PageRequest::new(u64::MAX, 100), Err(Failure::InvalidPage));
    }

    #[test]
    fn an_empty_page_exists_only_as_the_first() {
        let page = |number| Page::<u8> {
            total: 3,
            request: PageRequest::new(number, 3).unwrap(),
            items: vec![],
        };
        assert!(page(1).within_bounds().is_ok());
        assert_eq!(page(2).within_bounds(), Err(Failure::InvalidPage));
    }
}
