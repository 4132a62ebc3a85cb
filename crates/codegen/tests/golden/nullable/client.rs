// Generated from spec/ by the build script; see `cargo xtask regen`.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Friend`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Friend {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub nick: ::std::option::Option<::std::string::String>,
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
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub friend: ::std::option::Option<Friend>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub mood: ::std::option::Option<crate::enums::Mood>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub nick: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub notes: ::std::option::Option<
            ::std::vec::Vec<::std::option::Option<::std::string::String>>,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub score: ::std::option::Option<ProfileScore>,
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
                ::std::option::Option<::std::string::String>,
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
        impl ::std::convert::TryFrom<Friend> for super::Friend {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Friend,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
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
                ::std::option::Option<super::Friend>,
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
                ::std::option::Option<
                    ::std::vec::Vec<::std::option::Option<::std::string::String>>,
                >,
                ::std::string::String,
            >,
            score: ::std::result::Result<
                ::std::option::Option<super::ProfileScore>,
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
                T: ::std::convert::TryInto<::std::option::Option<super::Friend>>,
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
                    ::std::option::Option<
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
                T: ::std::convert::TryInto<::std::option::Option<super::ProfileScore>>,
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
        }
        impl ::std::convert::TryFrom<Profile> for super::Profile {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Profile,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
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
#[derive(Clone, Debug)]
/**Client for Nullable



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
    /**change profile

Sends a `PATCH` request to `/profile`

```text
let response = client.change_profile()
    .body(body)
    .send()
    .await;
```*/
    pub fn change_profile(&self) -> builder::ChangeProfile<'_> {
        builder::ChangeProfile::new(self)
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
    /**Builder for [`Client::change_profile`]

[`Client::change_profile`]: super::Client::change_profile*/
    #[derive(Debug, Clone)]
    pub struct ChangeProfile<'a> {
        client: &'a super::Client,
        body: Result<types::builder::Profile, String>,
    }
    impl<'a> ChangeProfile<'a> {
        pub fn new(client: &'a super::Client) -> Self {
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
        ///Sends a `PATCH` request to `/profile`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::Profile>, Error<crate::ErrorBody>> {
            let Self { client, body } = self;
            let body = body
                .and_then(|v| types::Profile::try_from(v).map_err(|e| e.to_string()))
                .map_err(Error::InvalidRequest)?;
            let url = format!("{}/profile", client.baseurl,);
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
                .patch(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "change_profile",
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
