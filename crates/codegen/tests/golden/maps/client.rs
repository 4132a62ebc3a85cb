// Generated from spec/ by the build script; see `cargo xtask regen`.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`AddNoteBody`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct AddNoteBody {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub counts: ::std::option::Option<
            ::std::collections::BTreeMap<
                ::std::string::String,
                ::std::collections::BTreeMap<::std::string::String, i64>,
            >,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub free: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub labels: ::std::option::Option<
            ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub open: ::std::option::Option<AddNoteBodyOpen>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub shut: ::std::option::Option<AddNoteBodyShut>,
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
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub known: ::std::option::Option<::std::string::String>,
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
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub known: ::std::option::Option<::std::string::String>,
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
                ::std::option::Option<
                    ::std::collections::BTreeMap<
                        ::std::string::String,
                        ::std::collections::BTreeMap<::std::string::String, i64>,
                    >,
                >,
                ::std::string::String,
            >,
            free: ::std::result::Result<
                ::std::option::Option<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                ::std::string::String,
            >,
            labels: ::std::result::Result<
                ::std::option::Option<
                    ::std::collections::BTreeMap<
                        ::std::string::String,
                        ::std::string::String,
                    >,
                >,
                ::std::string::String,
            >,
            open: ::std::result::Result<
                ::std::option::Option<super::AddNoteBodyOpen>,
                ::std::string::String,
            >,
            shut: ::std::result::Result<
                ::std::option::Option<super::AddNoteBodyShut>,
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
                    ::std::option::Option<
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
                    ::std::option::Option<
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
                    ::std::option::Option<
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
                T: ::std::convert::TryInto<
                    ::std::option::Option<super::AddNoteBodyOpen>,
                >,
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
                T: ::std::convert::TryInto<
                    ::std::option::Option<super::AddNoteBodyShut>,
                >,
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
        }
        impl ::std::convert::TryFrom<AddNoteBody> for super::AddNoteBody {
            type Error = super::error::ConversionError;
            fn try_from(
                value: AddNoteBody,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
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
                ::std::option::Option<::std::string::String>,
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
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
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
        }
        impl ::std::convert::TryFrom<AddNoteBodyOpen> for super::AddNoteBodyOpen {
            type Error = super::error::ConversionError;
            fn try_from(
                value: AddNoteBodyOpen,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
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
                ::std::option::Option<::std::string::String>,
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
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
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
        }
        impl ::std::convert::TryFrom<AddNoteBodyShut> for super::AddNoteBodyShut {
            type Error = super::error::ConversionError;
            fn try_from(
                value: AddNoteBodyShut,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
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
#[derive(Clone, Debug)]
/**Client for Maps



Version: 1*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: crate::core::Core,
}
impl Client {
    /// Create a new client.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new(baseurl: &str, inner: crate::core::Core) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let client = {
            let dur = ::std::time::Duration::from_secs(15u64);
            reqwest::ClientBuilder::new().connect_timeout(dur).timeout(dur)
        };
        #[cfg(target_arch = "wasm32")]
        let client = reqwest::ClientBuilder::new();
        Self::new_with_client(baseurl, client.build().unwrap(), inner)
    }
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(
        baseurl: &str,
        client: reqwest::Client,
        inner: crate::core::Core,
    ) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
        }
    }
}
impl ClientInfo<crate::core::Core> for Client {
    fn api_version() -> &'static str {
        "1"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &crate::core::Core {
        &self.inner
    }
}
impl ClientHooks<crate::core::Core> for &Client {}
impl Client {
    /**add note

Sends a `POST` request to `/notes`

```text
let response = client.add_note()
    .body(body)
    .send()
    .await;
```*/
    pub fn add_note(&self) -> builder::AddNote<'_> {
        builder::AddNote::new(self)
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    #[allow(unused_imports)]
    use super::{
        encode_path, ByteStream, ClientInfo, ClientHooks, Error, OperationInfo,
        RequestBuilderExt, ResponseValue,
    };
    /**Builder for [`Client::add_note`]

[`Client::add_note`]: super::Client::add_note*/
    #[derive(Debug, Clone)]
    pub struct AddNote<'a> {
        client: &'a super::Client,
        body: Result<types::builder::AddNoteBody, String>,
    }
    impl<'a> AddNote<'a> {
        pub fn new(client: &'a super::Client) -> Self {
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
        ///Sends a `POST` request to `/notes`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<
                ::std::collections::BTreeMap<
                    ::std::string::String,
                    ::std::string::String,
                >,
            >,
            Error<crate::ErrorBody>,
        > {
            let Self { client, body } = self;
            let body = body
                .and_then(|v| types::AddNoteBody::try_from(v).map_err(|e| e.to_string()))
                .map_err(Error::InvalidRequest)?;
            let url = format!("{}/notes", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "add_note",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200..=299 => ResponseValue::from_response(response).await,
                _ => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    pub use self::super::Client;
}
