// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`AddNoteBody`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct AddNoteBody {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub counts: crate::Field<
            ::std::collections::BTreeMap<
                ::std::string::String,
                ::std::collections::BTreeMap<::std::string::String, i64>,
            >,
        >,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub free: crate::Field<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub labels: crate::Field<
            ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
        >,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub open: crate::Field<AddNoteBodyOpen>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub shut: crate::Field<AddNoteBodyShut>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl AddNoteBody {
        pub fn builder() -> builder::AddNoteBody {
            Default::default()
        }
    }
    ///`AddNoteBodyOpen`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct AddNoteBodyOpen {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub known: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl AddNoteBodyOpen {
        pub fn builder() -> builder::AddNoteBodyOpen {
            Default::default()
        }
    }
    ///`AddNoteBodyShut`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct AddNoteBodyShut {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub known: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl AddNoteBodyShut {
        pub fn builder() -> builder::AddNoteBodyShut {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct AddNoteBody {
            counts: ::std::result::Result<
                crate::Field<
                    ::std::collections::BTreeMap<
                        ::std::string::String,
                        ::std::collections::BTreeMap<::std::string::String, i64>,
                    >,
                >,
                ::std::string::String,
            >,
            free: ::std::result::Result<
                crate::Field<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                ::std::string::String,
            >,
            labels: ::std::result::Result<
                crate::Field<
                    ::std::collections::BTreeMap<
                        ::std::string::String,
                        ::std::string::String,
                    >,
                >,
                ::std::string::String,
            >,
            open: ::std::result::Result<
                crate::Field<super::AddNoteBodyOpen>,
                ::std::string::String,
            >,
            shut: ::std::result::Result<
                crate::Field<super::AddNoteBodyShut>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for AddNoteBody {
            fn default() -> Self {
                Self {
                    counts: Ok(Default::default()),
                    free: Ok(Default::default()),
                    labels: Ok(Default::default()),
                    open: Ok(Default::default()),
                    shut: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl AddNoteBody {
            pub fn counts<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<
                        ::std::collections::BTreeMap<
                            ::std::string::String,
                            ::std::collections::BTreeMap<::std::string::String, i64>,
                        >,
                    >,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.counts = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for counts: {e}")
                    });
                self
            }
            pub fn free<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<
                        ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                    >,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.free = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for free: {e}")
                    });
                self
            }
            pub fn labels<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<
                        ::std::collections::BTreeMap<
                            ::std::string::String,
                            ::std::string::String,
                        >,
                    >,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.labels = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for labels: {e}")
                    });
                self
            }
            pub fn open<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<super::AddNoteBodyOpen>>,
                T::Error: ::std::fmt::Display,
            {
                self.open = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for open: {e}")
                    });
                self
            }
            pub fn shut<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<super::AddNoteBodyShut>>,
                T::Error: ::std::fmt::Display,
            {
                self.shut = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for shut: {e}")
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
            pub fn build(
                self,
            ) -> ::std::result::Result<super::AddNoteBody, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<AddNoteBody> for super::AddNoteBody {
            type Error = super::error::ConversionError;
            fn try_from(
                value: AddNoteBody,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.counts {
                    faults.push(fault);
                }
                if let Err(fault) = &value.free {
                    faults.push(fault);
                }
                if let Err(fault) = &value.labels {
                    faults.push(fault);
                }
                if let Err(fault) = &value.open {
                    faults.push(fault);
                }
                if let Err(fault) = &value.shut {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    counts: value.counts?,
                    free: value.free?,
                    labels: value.labels?,
                    open: value.open?,
                    shut: value.shut?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::AddNoteBody> for AddNoteBody {
            fn from(value: super::AddNoteBody) -> Self {
                Self {
                    counts: Ok(value.counts),
                    free: Ok(value.free),
                    labels: Ok(value.labels),
                    open: Ok(value.open),
                    shut: Ok(value.shut),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct AddNoteBodyOpen {
            known: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for AddNoteBodyOpen {
            fn default() -> Self {
                Self {
                    known: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl AddNoteBodyOpen {
            pub fn known<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.known = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for known: {e}")
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
            pub fn build(
                self,
            ) -> ::std::result::Result<super::AddNoteBodyOpen, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<AddNoteBodyOpen> for super::AddNoteBodyOpen {
            type Error = super::error::ConversionError;
            fn try_from(
                value: AddNoteBodyOpen,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.known {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    known: value.known?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::AddNoteBodyOpen> for AddNoteBodyOpen {
            fn from(value: super::AddNoteBodyOpen) -> Self {
                Self {
                    known: Ok(value.known),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct AddNoteBodyShut {
            known: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for AddNoteBodyShut {
            fn default() -> Self {
                Self {
                    known: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl AddNoteBodyShut {
            pub fn known<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.known = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for known: {e}")
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
            pub fn build(
                self,
            ) -> ::std::result::Result<super::AddNoteBodyShut, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<AddNoteBodyShut> for super::AddNoteBodyShut {
            type Error = super::error::ConversionError;
            fn try_from(
                value: AddNoteBodyShut,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.known {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    known: value.known?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::AddNoteBodyShut> for AddNoteBodyShut {
            fn from(value: super::AddNoteBodyShut) -> Self {
                Self {
                    known: Ok(value.known),
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
    /**add note

Sends a `POST` request to `/notes`

```text
let response = client.add_note()
    .body(body)
    .send()
    .await;
```*/
    pub fn add_note(&self) -> builder::AddNote {
        builder::AddNote::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::add_note`]

[`Client::add_note`]: super::Client::add_note*/
    #[derive(Debug, Clone)]
    pub struct AddNote {
        client: super::Client,
        body: Result<types::builder::AddNoteBody, String>,
    }
    impl AddNote {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::AddNoteBody>,
            <V as std::convert::TryInto<types::AddNoteBody>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `AddNoteBody` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::AddNoteBody,
            ) -> types::builder::AddNoteBody,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends `POST /notes`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(
            self,
        ) -> Result<
            ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
            crate::Error,
        > {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<
            crate::Response<
                ::std::collections::BTreeMap<
                    ::std::string::String,
                    ::std::string::String,
                >,
            >,
            crate::Error,
        > {
            let Self { client, body } = self;
            client
                .typed(&crate::operations::ADD_NOTE)
                .body(
                    body
                        .and_then(|body| {
                            types::AddNoteBody::try_from(body)
                                .map_err(|fault| fault.to_string())
                        }),
                )
                .send()
                .await
        }
        pub fn counts<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<
                crate::Field<
                    ::std::collections::BTreeMap<
                        ::std::string::String,
                        ::std::collections::BTreeMap<::std::string::String, i64>,
                    >,
                >,
            >,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.counts(value));
            self
        }
        pub fn free<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<
                crate::Field<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
            >,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.free(value));
            self
        }
        pub fn labels<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<
                crate::Field<
                    ::std::collections::BTreeMap<
                        ::std::string::String,
                        ::std::string::String,
                    >,
                >,
            >,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.labels(value));
            self
        }
        pub fn open<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<types::AddNoteBodyOpen>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.open(value));
            self
        }
        pub fn shut<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<types::AddNoteBodyShut>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.shut(value));
            self
        }
    }
}
