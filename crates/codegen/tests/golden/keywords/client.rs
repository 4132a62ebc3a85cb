// Generated from spec/ by the build script; see `cargo xtask regen`.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Default2`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Default2 {
        #[serde(rename = "ref", skip_serializing_if = "::std::option::Option::is_none")]
        pub ref_: ::std::option::Option<i64>,
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
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub crate_: ::std::option::Option<crate::enums::SelfCrate>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub extra: ::std::option::Option<::std::string::String>,
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
            ref_: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
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
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
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
        }
        impl ::std::convert::TryFrom<Default2> for super::Default2 {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Default2,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
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
                ::std::option::Option<crate::enums::SelfCrate>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
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
                T: ::std::convert::TryInto<
                    ::std::option::Option<crate::enums::SelfCrate>,
                >,
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
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
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
        }
        impl ::std::convert::TryFrom<Self_> for super::Self_ {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Self_,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
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
#[derive(Clone, Debug)]
/**Client for Keywords



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
    pub fn all(&self) -> builder::All<'_> {
        builder::All::new(self)
    }
    /**tools

Sends a `GET` request to `/tools`

```text
let response = client.tools()
    .send()
    .await;
```*/
    pub fn tools(&self) -> builder::Tools<'_> {
        builder::Tools::new(self)
    }
    /**digest

Sends a `GET` request to `/digest`

```text
let response = client.digest()
    .send()
    .await;
```*/
    pub fn digest(&self) -> builder::Digest<'_> {
        builder::Digest::new(self)
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
    /**Builder for [`Client::all`]

[`Client::all`]: super::Client::all*/
    #[derive(Debug, Clone)]
    pub struct All<'a> {
        client: &'a super::Client,
        type_: Result<::std::string::String, String>,
        match_: Result<Option<bool>, String>,
        self_: Result<Option<::std::string::String>, String>,
    }
    impl<'a> All<'a> {
        pub fn new(client: &'a super::Client) -> Self {
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
        ///Sends a `GET` request to `/all/{type}`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::Self_>, Error<crate::ErrorBody>> {
            let Self { client, type_, match_, self_ } = self;
            let type_ = type_.map_err(Error::InvalidRequest)?;
            let match_ = match_.map_err(Error::InvalidRequest)?;
            let self_ = self_.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/all/{}", client.baseurl, encode_path(& type_.to_string()),
            );
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
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .query(&progenitor_client::QueryParam::new("match", &match_))
                .query(&progenitor_client::QueryParam::new("self", &self_))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "all",
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
    /**Builder for [`Client::tools`]

[`Client::tools`]: super::Client::tools*/
    #[derive(Debug, Clone)]
    pub struct Tools<'a> {
        client: &'a super::Client,
    }
    impl<'a> Tools<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/tools`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<crate::ErrorBody>> {
            let Self { client } = self;
            let url = format!("{}/tools", client.baseurl,);
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
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "tools",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200..=299 => Ok(ResponseValue::empty(response)),
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
    /**Builder for [`Client::digest`]

[`Client::digest`]: super::Client::digest*/
    #[derive(Debug, Clone)]
    pub struct Digest<'a> {
        client: &'a super::Client,
    }
    impl<'a> Digest<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/digest`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<crate::ErrorBody>> {
            let Self { client } = self;
            let url = format!("{}/digest", client.baseurl,);
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
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "digest",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200..=299 => Ok(ResponseValue::empty(response)),
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
