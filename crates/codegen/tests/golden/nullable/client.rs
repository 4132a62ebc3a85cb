// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Friend`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Friend {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub nick: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Friend {
        pub fn builder() -> builder::Friend {
            Default::default()
        }
    }
    ///`Profile`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Profile {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub friend: crate::Field<Friend>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub mood: ::std::option::Option<crate::enums::Mood>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub nick: ::std::option::Option<::std::string::String>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub notes: crate::Field<
            ::std::vec::Vec<::std::option::Option<::std::string::String>>,
        >,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub score: crate::Field<ProfileScore>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Profile {
        pub fn builder() -> builder::Profile {
            Default::default()
        }
    }
    ///`ProfileScore`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(untagged)]
    pub enum ProfileScore {
        Integer(i64),
        String(::std::string::String),
    }
    impl ::std::fmt::Display for ProfileScore {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match self {
                Self::Integer(x) => x.fmt(f),
                Self::String(x) => x.fmt(f),
            }
        }
    }
    impl ::std::convert::From<i64> for ProfileScore {
        fn from(value: i64) -> Self {
            Self::Integer(value)
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Friend {
            nick: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Friend {
            fn default() -> Self {
                Self {
                    nick: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Friend {
            pub fn nick<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.nick = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for nick: {e}")
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
            /// The finished value.
            ///
            /// # Errors
            /// What is missing, and every value that could not be converted.
            pub fn build(self) -> ::std::result::Result<super::Friend, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Friend> for super::Friend {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Friend,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.nick {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    nick: value.nick?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Friend> for Friend {
            fn from(value: super::Friend) -> Self {
                Self {
                    nick: Ok(value.nick),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Profile {
            friend: ::std::result::Result<
                crate::Field<super::Friend>,
                ::std::string::String,
            >,
            mood: ::std::result::Result<
                ::std::option::Option<crate::enums::Mood>,
                ::std::string::String,
            >,
            nick: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            notes: ::std::result::Result<
                crate::Field<
                    ::std::vec::Vec<::std::option::Option<::std::string::String>>,
                >,
                ::std::string::String,
            >,
            score: ::std::result::Result<
                crate::Field<super::ProfileScore>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Profile {
            fn default() -> Self {
                Self {
                    friend: Ok(Default::default()),
                    mood: Err("no value supplied for mood".to_string()),
                    nick: Err("no value supplied for nick".to_string()),
                    notes: Ok(Default::default()),
                    score: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Profile {
            pub fn friend<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<super::Friend>>,
                T::Error: ::std::fmt::Display,
            {
                self.friend = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for friend: {e}")
                    });
                self
            }
            pub fn mood<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<crate::enums::Mood>>,
                T::Error: ::std::fmt::Display,
            {
                self.mood = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for mood: {e}")
                    });
                self
            }
            pub fn nick<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.nick = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for nick: {e}")
                    });
                self
            }
            pub fn notes<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<
                        ::std::vec::Vec<::std::option::Option<::std::string::String>>,
                    >,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.notes = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for notes: {e}")
                    });
                self
            }
            pub fn score<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<super::ProfileScore>>,
                T::Error: ::std::fmt::Display,
            {
                self.score = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for score: {e}")
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
            /// The finished value.
            ///
            /// # Errors
            /// What is missing, and every value that could not be converted.
            pub fn build(self) -> ::std::result::Result<super::Profile, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Profile> for super::Profile {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Profile,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.friend {
                    faults.push(fault);
                }
                if let Err(fault) = &value.mood {
                    faults.push(fault);
                }
                if let Err(fault) = &value.nick {
                    faults.push(fault);
                }
                if let Err(fault) = &value.notes {
                    faults.push(fault);
                }
                if let Err(fault) = &value.score {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    friend: value.friend?,
                    mood: value.mood?,
                    nick: value.nick?,
                    notes: value.notes?,
                    score: value.score?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Profile> for Profile {
            fn from(value: super::Profile) -> Self {
                Self {
                    friend: Ok(value.friend),
                    mood: Ok(value.mood),
                    nick: Ok(value.nick),
                    notes: Ok(value.notes),
                    score: Ok(value.score),
                    extra: Ok(value.extra),
                }
            }
        }
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
impl Client {
    /**change profile

Sends a `PATCH` request to `/profile`

```text
let response = client.change_profile()
    .body(body)
    .send()
    .await;
```*/
    pub fn change_profile(&self) -> builder::ChangeProfile {
        builder::ChangeProfile::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::change_profile`]

[`Client::change_profile`]: super::Client::change_profile*/
    #[derive(Debug, Clone)]
    pub struct ChangeProfile {
        client: super::Client,
        body: Result<types::builder::Profile, String>,
    }
    impl ChangeProfile {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::Profile>,
            <V as std::convert::TryInto<types::Profile>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| format!("conversion to `Profile` for body failed: {}", s));
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(types::builder::Profile) -> types::builder::Profile,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends `PATCH /profile`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::Profile, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::Profile>, crate::Error> {
            let Self { client, body } = self;
            client
                .typed(&crate::operations::CHANGE_PROFILE)
                .body(
                    body
                        .and_then(|body| {
                            types::Profile::try_from(body)
                                .map_err(|fault| fault.to_string())
                        }),
                )
                .send()
                .await
        }
        pub fn friend<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<types::Friend>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.friend(value));
            self
        }
        pub fn mood<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<::std::option::Option<crate::enums::Mood>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.mood(value));
            self
        }
        pub fn nick<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.nick(value));
            self
        }
        pub fn notes<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<
                crate::Field<
                    ::std::vec::Vec<::std::option::Option<::std::string::String>>,
                >,
            >,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.notes(value));
            self
        }
        pub fn score<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<types::ProfileScore>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.score(value));
            self
        }
    }
}
