//! A macro for enums whose variants have fixed names on the wire and in the store.

/// Defines the enum with `ALL`, `as_str` and `parse`, and with `display` where each variant has a second text.
macro_rules! named_enum {
    ($(#[$attr:meta])* pub enum $name:ident {
        $($(#[$doc:meta])* $variant:ident = $text:literal $(, $display:literal)?;)+
    }) => {
        $(#[$attr])*
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every variant, in order of declaration.
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$variant),+];

            /// The name on the wire and in the store.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The variant with exactly this name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|variant| variant.as_str() == name)
            }

            $crate::domain::named_enum::display!($($variant $($display)?;)+);
        }
    };
}

/// The method `display`, where the variants have display names.
macro_rules! display {
    ($($variant:ident $display:literal;)+) => {
        /// The name that user interfaces show.
        pub fn display(self) -> &'static str {
            match self {
                $(Self::$variant => $display,)+
            }
        }
    };
    ($($variant:ident;)+) => {};
}

pub(crate) use {display, named_enum};
