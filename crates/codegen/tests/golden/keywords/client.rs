// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Default2`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Default2 {
        #[serde(
            rename = "ref",
            default,
            skip_serializing_if = "crate::Field::is_absent"
        )]
        pub ref_: crate::Field<i64>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Default2 {
        pub fn builder() -> builder::Default2 {
            Default::default()
        }
    }
    ///`Self_`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Self_ {
        #[serde(
            rename = "crate",
            default,
            skip_serializing_if = "crate::Field::is_absent"
        )]
        pub crate_: crate::Field<crate::enums::SelfCrate>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub extra: crate::Field<::std::string::String>,
        #[serde(rename = "self")]
        pub self_: Default2,
        #[serde(rename = "type")]
        pub type_: ::std::string::String,
    }
    impl Self_ {
        pub fn builder() -> builder::Self_ {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Default2 {
            ref_: ::std::result::Result<crate::Field<i64>, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Default2 {
            fn default() -> Self {
                Self {
                    ref_: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Default2 {
            pub fn ref_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.ref_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for ref_: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Default2, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Default2> for super::Default2 {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Default2,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.ref_ {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    ref_: value.ref_?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Default2> for Default2 {
            fn from(value: super::Default2) -> Self {
                Self {
                    ref_: Ok(value.ref_),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Self_ {
            crate_: ::std::result::Result<
                crate::Field<crate::enums::SelfCrate>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            self_: ::std::result::Result<super::Default2, ::std::string::String>,
            type_: ::std::result::Result<::std::string::String, ::std::string::String>,
        }
        impl ::std::default::Default for Self_ {
            fn default() -> Self {
                Self {
                    crate_: Ok(Default::default()),
                    extra: Ok(Default::default()),
                    self_: Err("no value supplied for self_".to_string()),
                    type_: Err("no value supplied for type_".to_string()),
                }
            }
        }
        impl Self_ {
            pub fn crate_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<crate::enums::SelfCrate>>,
                T::Error: ::std::fmt::Display,
            {
                self.crate_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for crate_: {e}")
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
            pub fn self_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<super::Default2>,
                T::Error: ::std::fmt::Display,
            {
                self.self_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for self_: {e}")
                    });
                self
            }
            pub fn type_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.type_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for type_: {e}")
                    });
                self
            }
            /// The finished value.
            ///
            /// # Errors
            /// What is missing, and every value that could not be converted.
            pub fn build(self) -> ::std::result::Result<super::Self_, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Self_> for super::Self_ {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Self_,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.crate_ {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if let Err(fault) = &value.self_ {
                    faults.push(fault);
                }
                if let Err(fault) = &value.type_ {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    crate_: value.crate_?,
                    extra: value.extra?,
                    self_: value.self_?,
                    type_: value.type_?,
                })
            }
        }
        impl ::std::convert::From<super::Self_> for Self_ {
            fn from(value: super::Self_) -> Self {
                Self {
                    crate_: Ok(value.crate_),
                    extra: Ok(value.extra),
                    self_: Ok(value.self_),
                    type_: Ok(value.type_),
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
    /**all

Sends a `GET` request to `/all/{type}`

Arguments:
- `type_`:
- `match_`:
- `self_`:
```text
let response = client.all()
    .type_(type_)
    .match_(match_)
    .self_(self_)
    .send()
    .await;
```*/
    pub fn all(&self) -> builder::All {
        builder::All::new(self.clone())
    }
    /**tools

Sends a `GET` request to `/tools`

```text
let response = client.tools()
    .send()
    .await;
```*/
    pub fn tools(&self) -> builder::Tools {
        builder::Tools::new(self.clone())
    }
    /**digest

Sends a `GET` request to `/digest`

```text
let response = client.digest()
    .send()
    .await;
```*/
    pub fn digest(&self) -> builder::Digest {
        builder::Digest::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::all`]

[`Client::all`]: super::Client::all*/
    #[derive(Debug, Clone)]
    pub struct All {
        client: super::Client,
        type_: Result<::std::string::String, String>,
        match_: Result<Option<bool>, String>,
        self_: Result<Option<::std::string::String>, String>,
    }
    impl All {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                type_: Err("type_ was not initialized".to_string()),
                match_: Ok(None),
                self_: Ok(None),
            }
        }
        pub fn type_<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.type_ = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for type_ failed"
                        .to_string()
                });
            self
        }
        pub fn match_<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<bool>,
        {
            self.match_ = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `bool` for match_ failed".to_string());
            self
        }
        pub fn self_<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.self_ = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for self_ failed"
                        .to_string()
                });
            self
        }
        ///Sends `GET /all/{type}`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::Self_, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::Self_>, crate::Error> {
            let Self { client, type_, match_, self_ } = self;
            client
                .typed(&crate::operations::ALL_)
                .path("type", type_)
                .query("self", self_)
                .query("match", match_)
                .send()
                .await
        }
    }
    /**Builder for [`Client::tools`]

[`Client::tools`]: super::Client::tools*/
    #[derive(Debug, Clone)]
    pub struct Tools {
        client: super::Client,
    }
    impl Tools {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `GET /tools`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<(), crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(self) -> Result<crate::Response<()>, crate::Error> {
            let Self { client } = self;
            client.typed(&crate::operations::TOOLS_).done().await
        }
    }
    /**Builder for [`Client::digest`]

[`Client::digest`]: super::Client::digest*/
    #[derive(Debug, Clone)]
    pub struct Digest {
        client: super::Client,
    }
    impl Digest {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `GET /digest`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<(), crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(self) -> Result<crate::Response<()>, crate::Error> {
            let Self { client } = self;
            client.typed(&crate::operations::DIGEST_).done().await
        }
    }
}
