// Generated from spec/ by the build script; see `cargo xtask regen`.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`FindItemResponse`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct FindItemResponse {
        pub name: ::std::string::String,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl FindItemResponse {
        pub fn builder() -> builder::FindItemResponse {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct FindItemResponse {
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for FindItemResponse {
            fn default() -> Self {
                Self {
                    name: Err("no value supplied for name".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl FindItemResponse {
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for name: {e}")
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
        impl ::std::convert::TryFrom<FindItemResponse> for super::FindItemResponse {
            type Error = super::error::ConversionError;
            fn try_from(
                value: FindItemResponse,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    name: value.name?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::FindItemResponse> for FindItemResponse {
            fn from(value: super::FindItemResponse) -> Self {
                Self {
                    name: Ok(value.name),
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
/**Client for Path and query



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
    /**Find an item

Finds one item of a shop.

Sends a `GET` request to `/shops/{shop_id}/items/{item}`

Arguments:
- `shop_id`:
- `item`: Its number.
- `at_least`:
- `language`: Of the texts.
- `x_trace`:
```text
let response = client.find_item()
    .shop_id(shop_id)
    .item(item)
    .at_least(at_least)
    .language(language)
    .x_trace(x_trace)
    .send()
    .await;
```*/
    pub fn find_item(&self) -> builder::FindItem<'_> {
        builder::FindItem::new(self)
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
    /**Builder for [`Client::find_item`]

[`Client::find_item`]: super::Client::find_item*/
    #[derive(Debug, Clone)]
    pub struct FindItem<'a> {
        client: &'a super::Client,
        shop_id: Result<::uuid::Uuid, String>,
        item: Result<i64, String>,
        at_least: Result<f64, String>,
        language: Result<Option<::std::string::String>, String>,
        x_trace: Result<Option<::std::string::String>, String>,
    }
    impl<'a> FindItem<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                shop_id: Err("shop_id was not initialized".to_string()),
                item: Err("item was not initialized".to_string()),
                at_least: Err("at_least was not initialized".to_string()),
                language: Ok(None),
                x_trace: Ok(None),
            }
        }
        pub fn shop_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::uuid::Uuid>,
        {
            self.shop_id = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: uuid :: Uuid` for shop_id failed".to_string()
                });
            self
        }
        pub fn item<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.item = value
                .try_into()
                .map_err(|_| "conversion to `i64` for item failed".to_string());
            self
        }
        pub fn at_least<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<f64>,
        {
            self.at_least = value
                .try_into()
                .map_err(|_| "conversion to `f64` for at_least failed".to_string());
            self
        }
        pub fn language<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.language = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for language failed"
                        .to_string()
                });
            self
        }
        pub fn x_trace<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.x_trace = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for x_trace failed"
                        .to_string()
                });
            self
        }
        ///Sends a `GET` request to `/shops/{shop_id}/items/{item}`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::FindItemResponse>, Error<crate::ErrorBody>> {
            let Self { client, shop_id, item, at_least, language, x_trace } = self;
            let shop_id = shop_id.map_err(Error::InvalidRequest)?;
            let item = item.map_err(Error::InvalidRequest)?;
            let at_least = at_least.map_err(Error::InvalidRequest)?;
            let language = language.map_err(Error::InvalidRequest)?;
            let x_trace = x_trace.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/shops/{}/items/{}", client.baseurl, encode_path(& shop_id
                .to_string()), encode_path(& item.to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            if let Some(value) = x_trace {
                header_map.append("X-Trace", value.to_string().try_into()?);
            }
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .query(&progenitor_client::QueryParam::new("at_least", &at_least))
                .query(&progenitor_client::QueryParam::new("language", &language))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "find_item",
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
