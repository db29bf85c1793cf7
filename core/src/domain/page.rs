//! Pages of lists.

use crate::Failure;

/// The number of a page, from 1, and its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    number: u64,
    size: u64,
}

impl PageRequest {
    /// The size of a page if none is requested.
    pub const DEFAULT_SIZE: u64 = 25;
    /// The maximum size of a page.
    pub const MAX_SIZE: u64 = 100;

    /// A page request. The size is clamped to 1..=100.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidPage`] for page 0.
    pub fn new(number: u64, size: u64) -> Result<Self, Failure> {
        let size = size.clamp(1, Self::MAX_SIZE);
        if number == 0 || number > i64::MAX.unsigned_abs() / size {
            return Err(Failure::InvalidPage);
        }
        Ok(Self { number, size })
    }

    /// The first page with this size.
    pub fn first(size: u64) -> Self {
        Self { number: 1, size: size.clamp(1, Self::MAX_SIZE) }
    }

    /// The number of the page, from 1.
    pub fn number(self) -> u64 {
        self.number
    }

    /// The maximum number of elements on the page.
    pub fn size(self) -> u64 {
        self.size
    }

    /// The number of elements before the page.
    pub fn offset(self) -> u64 {
        (self.number - 1) * self.size
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The number of elements in the whole list.
    pub total: u64,
    pub request: PageRequest,
    /// The elements of this page, in the order of the list.
    pub items: Vec<T>,
}

impl<T> Page<T> {
    /// Checks that the page exists. The first page always does.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidPage`] past the end.
    pub fn within_bounds(self) -> Result<Self, Failure> {
        if self.items.is_empty() && self.request.number() > 1 {
            return Err(Failure::InvalidPage);
        }
        Ok(self)
    }

    /// Whether another page follows.
    pub fn has_next(&self) -> bool {
        self.request.number() * self.request.size() < self.total
    }

    /// The page with each element mapped.
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
    fn page_size_is_clamped_and_page_zero_is_invalid() {
        assert_eq!(PageRequest::new(2, 1000).unwrap().offset(), 100);
        assert_eq!(PageRequest::new(1, 0).unwrap().size(), 1);
        assert_eq!(PageRequest::new(0, 25), Err(Failure::InvalidPage));
        assert_eq!(PageRequest::new(u64::MAX, 100), Err(Failure::InvalidPage));
    }

    #[test]
    fn empty_page_is_valid_only_as_the_first() {
        let page = |number| Page::<u8> {
            total: 3,
            request: PageRequest::new(number, 3).unwrap(),
            items: vec![],
        };
        assert!(page(1).within_bounds().is_ok());
        assert_eq!(page(2).within_bounds(), Err(Failure::InvalidPage));
    }
}
