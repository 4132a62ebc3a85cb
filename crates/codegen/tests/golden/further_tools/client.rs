// Generated from spec/ by the build script; see `cargo xtask regen`.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`SetDoorBody`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct SetDoorBody {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub note: ::std::option::Option<::std::string::String>,
        pub state: crate::enums::SetDoorBodyState,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl SetDoorBody {
        pub fn builder() -> builder::SetDoorBody {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct SetDoorBody {
            note: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            state: ::std::result::Result<
                crate::enums::SetDoorBodyState,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for SetDoorBody {
            fn default() -> Self {
                Self {
                    note: Ok(Default::default()),
                    state: Err("no value supplied for state".to_string()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl SetDoorBody {
            pub fn note<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.note = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for note: {e}")
                    });
                self
            }
            pub fn state<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::enums::SetDoorBodyState>,
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
        impl ::std::convert::TryFrom<SetDoorBody> for super::SetDoorBody {
            type Error = super::error::ConversionError;
            fn try_from(
                value: SetDoorBody,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    note: value.note?,
                    state: value.state?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::SetDoorBody> for SetDoorBody {
            fn from(value: super::SetDoorBody) -> Self {
                Self {
                    note: Ok(value.note),
                    state: Ok(value.state),
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
/**Client for Further tools



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
    /**get door

Sends a `GET` request to `/doors/{door}`

Arguments:
- `door`:
```text
let response = client.get_door()
    .door(door)
    .send()
    .await;
```*/
    pub fn get_door(&self) -> builder::GetDoor<'_> {
        builder::GetDoor::new(self)
    }
    /**set door

Sends a `PUT` request to `/doors/{door}`

Arguments:
- `door`:
- `loud`:
- `body`
```text
let response = client.set_door()
    .door(door)
    .loud(loud)
    .body(body)
    .send()
    .await;
```*/
    pub fn set_door(&self) -> builder::SetDoor<'_> {
        builder::SetDoor::new(self)
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
    /**Builder for [`Client::get_door`]

[`Client::get_door`]: super::Client::get_door*/
    #[derive(Debug, Clone)]
    pub struct GetDoor<'a> {
        client: &'a super::Client,
        door: Result<::std::string::String, String>,
    }
    impl<'a> GetDoor<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                door: Err("door was not initialized".to_string()),
            }
        }
        pub fn door<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.door = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for door failed"
                        .to_string()
                });
            self
        }
        ///Sends a `GET` request to `/doors/{door}`
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<::serde_json::Map<::std::string::String, ::serde_json::Value>>,
            Error<crate::ErrorBody>,
        > {
            let Self { client, door } = self;
            let door = door.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/doors/{}", client.baseurl, encode_path(& door.to_string()),
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
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "get_door",
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
    /**Builder for [`Client::set_door`]

[`Client::set_door`]: super::Client::set_door*/
    #[derive(Debug, Clone)]
    pub struct SetDoor<'a> {
        client: &'a super::Client,
        door: Result<::std::string::String, String>,
        loud: Result<Option<bool>, String>,
        body: Result<types::builder::SetDoorBody, String>,
    }
    impl<'a> SetDoor<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                door: Err("door was not initialized".to_string()),
                loud: Ok(None),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn door<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.door = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for door failed"
                        .to_string()
                });
            self
        }
        pub fn loud<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<bool>,
        {
            self.loud = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `bool` for loud failed".to_string());
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::SetDoorBody>,
            <V as std::convert::TryInto<types::SetDoorBody>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `SetDoorBody` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::SetDoorBody,
            ) -> types::builder::SetDoorBody,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `PUT` request to `/doors/{door}`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<crate::ErrorBody>> {
            let Self { client, door, loud, body } = self;
            let door = door.map_err(Error::InvalidRequest)?;
            let loud = loud.map_err(Error::InvalidRequest)?;
            let body = body
                .and_then(|v| types::SetDoorBody::try_from(v).map_err(|e| e.to_string()))
                .map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/doors/{}", client.baseurl, encode_path(& door.to_string()),
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
                .put(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .query(&progenitor_client::QueryParam::new("loud", &loud))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "set_door",
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
