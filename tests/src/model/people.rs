/// Those who take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// The one who is staff.
    Ana,
    Bob,
    Cem,
    Dee,
    /// Who is deactivated and activated again, and does nothing herself.
    Eve,
    /// Whom nobody knows: there is no such user.
    Stranger,
}

impl Who {
    /// Those who do something.
    pub const ACTORS: [Self; 4] = [Self::Ana, Self::Bob, Self::Cem, Self::Dee];
    /// Those who exist.
    pub const KNOWN: [Self; 5] = [Self::Ana, Self::Bob, Self::Cem, Self::Dee, Self::Eve];

    pub fn is_staff(self) -> bool {
        self == Self::Ana
    }
}
