use leopard_core::domain::id::UserId;

/// The users of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// The only staff user.
    Ana,
    Bob,
    Cem,
    Dee,
    /// Is deactivated and activated again, and performs no operation.
    Eve,
    /// No user of the store.
    Stranger,
}

impl Actor {
    pub const ACTING: [Self; 4] = [Self::Ana, Self::Bob, Self::Cem, Self::Dee];
    pub const KNOWN: [Self; 5] = [Self::Ana, Self::Bob, Self::Cem, Self::Dee, Self::Eve];

    /// The id that stands for this user in generated requests.
    pub fn placeholder(self) -> UserId {
        UserId(self as i64)
    }
}
