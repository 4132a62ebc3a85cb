//! Enumerations that accept values which the API description does not list.

/// Defines an enumeration of strings with a variant `Unknown` for every other string.
///
/// A listed string always becomes its own variant, never `Unknown`, however the value is created.
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
            /// A value that the API description does not list. Create one with `From`, which turns
            /// listed strings into their own variants.
            Unknown(Box<str>),
        }

        impl $name {
            /// The values that the API description lists.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),*];

            /// The value as the API writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(text) => text,
                }
            }

            /// Whether the API description lists the value.
            #[must_use]
            pub const fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    other => Self::Unknown(other.into()),
                }
            }
        }

        impl From<&str> for crate::Field<$name> {
            fn from(text: &str) -> Self {
                Self::from($name::from(text))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Ok(Self::from(text.as_ref()))
            }
        }
    };
}

pub(crate) use open_enum;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro is made for a public module")]
mod tests {
    open_enum! {
        /// A test.
        Colour { Red = "RED", LightBlue = "light-blue" }
    }

    #[test]
    fn listed_values_are_variants_and_others_are_kept() {
        let text = r#"["RED","light-blue","ULTRAVIOLET"]"#;
        let colours: Vec<Colour> = serde_json::from_str(text).unwrap();
        assert_eq!(colours[..2], [Colour::Red, Colour::LightBlue]);
        assert_eq!(colours[2].as_str(), "ULTRAVIOLET");
        assert!(!colours[2].is_known());
        assert_eq!(serde_json::to_string(&colours).unwrap(), text);
        assert_eq!(Colour::from("RED"), Colour::KNOWN[0]);
    }
}
