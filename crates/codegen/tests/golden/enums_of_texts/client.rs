// Generated from spec/ by the build script; see `cargo xtask regen`.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Lights`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Lights {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub colours: ::std::option::Option<::std::vec::Vec<crate::enums::Colour>>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub kind: ::std::option::Option<crate::enums::HttpKind>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub level: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub mixed: ::std::option::Option<::serde_json::Value>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub state: ::std::option::Option<crate::enums::LightsState2>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Lights {
        pub fn builder() -> builder::Lights {
            Default::default()
        }
    }
    ///`LightsState`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct LightsState {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub since: ::std::option::Option<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl LightsState {
        pub fn builder() -> builder::LightsState {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Lights {
            colours: ::std::result::Result<
                ::std::option::Option<::std::vec::Vec<crate::enums::Colour>>,
                ::std::string::String,
            >,
            kind: ::std::result::Result<
                ::std::option::Option<crate::enums::HttpKind>,
                ::std::string::String,
            >,
            level: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
            mixed: ::std::result::Result<
                ::std::option::Option<::serde_json::Value>,
                ::std::string::String,
            >,
            state: ::std::result::Result<
                ::std::option::Option<crate::enums::LightsState2>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Lights {
            fn default() -> Self {
                Self {
                    colours: Ok(Default::default()),
                    kind: Ok(Default::default()),
                    level: Ok(Default::default()),
                    mixed: Ok(Default::default()),
                    state: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Lights {
            pub fn colours<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::option::Option<::std::vec::Vec<crate::enums::Colour>>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.colours = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for colours: {e}")
                    });
                self
            }
            pub fn kind<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::option::Option<crate::enums::HttpKind>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.kind = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for kind: {e}")
                    });
                self
            }
            pub fn level<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.level = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for level: {e}")
                    });
                self
            }
            pub fn mixed<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::serde_json::Value>>,
                T::Error: ::std::fmt::Display,
            {
                self.mixed = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for mixed: {e}")
                    });
                self
            }
            pub fn state<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::option::Option<crate::enums::LightsState2>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.state = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for state: {e}")
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
        impl ::std::convert::TryFrom<Lights> for super::Lights {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Lights,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    colours: value.colours?,
                    kind: value.kind?,
                    level: value.level?,
                    mixed: value.mixed?,
                    state: value.state?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Lights> for Lights {
            fn from(value: super::Lights) -> Self {
                Self {
                    colours: Ok(value.colours),
                    kind: Ok(value.kind),
                    level: Ok(value.level),
                    mixed: Ok(value.mixed),
                    state: Ok(value.state),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct LightsState {
            since: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for LightsState {
            fn default() -> Self {
                Self {
                    since: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl LightsState {
            pub fn since<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.since = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for since: {e}")
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
        impl ::std::convert::TryFrom<LightsState> for super::LightsState {
            type Error = super::error::ConversionError;
            fn try_from(
                value: LightsState,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    since: value.since?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::LightsState> for LightsState {
            fn from(value: super::LightsState) -> Self {
                Self {
                    since: Ok(value.since),
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
/**Client for Enumerations



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
    /**list lights

Sends a `GET` request to `/lights`

Arguments:
- `colour`:
- `order`:
```text
let response = client.list_lights()
    .colour(colour)
    .order(order)
    .send()
    .await;
```*/
    pub fn list_lights(&self) -> builder::ListLights<'_> {
        builder::ListLights::new(self)
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
    /**Builder for [`Client::list_lights`]

[`Client::list_lights`]: super::Client::list_lights*/
    #[derive(Debug, Clone)]
    pub struct ListLights<'a> {
        client: &'a super::Client,
        colour: Result<Option<crate::enums::Colour>, String>,
        order: Result<Option<crate::enums::ListLightsOrder>, String>,
    }
    impl<'a> ListLights<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                colour: Ok(None),
                order: Ok(None),
            }
        }
        pub fn colour<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::enums::Colour>,
        {
            self.colour = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `crate :: enums :: Colour` for colour failed"
                        .to_string()
                });
            self
        }
        pub fn order<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<crate::enums::ListLightsOrder>,
        {
            self.order = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `crate :: enums :: ListLightsOrder` for order failed"
                        .to_string()
                });
            self
        }
        ///Sends a `GET` request to `/lights`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::Lights>, Error<crate::ErrorBody>> {
            let Self { client, colour, order } = self;
            let colour = colour.map_err(Error::InvalidRequest)?;
            let order = order.map_err(Error::InvalidRequest)?;
            let url = format!("{}/lights", client.baseurl,);
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
                .query(&progenitor_client::QueryParam::new("colour", &colour))
                .query(&progenitor_client::QueryParam::new("order", &order))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "list_lights",
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
