// Generated from spec/ by the build script; see `cargo xtask regen`.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
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
/**Client for Arrays in the query



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
    /**search groups

Sends a `GET` request to `/search/{groups}`

Arguments:
- `groups`:
- `ids`:
- `joined`:
- `kinds`:
- `sizes`:
```text
let response = client.search_groups()
    .groups(groups)
    .ids(ids)
    .joined(joined)
    .kinds(kinds)
    .sizes(sizes)
    .send()
    .await;
```*/
    pub fn search_groups(&self) -> builder::SearchGroups<'_> {
        builder::SearchGroups::new(self)
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
    /**Builder for [`Client::search_groups`]

[`Client::search_groups`]: super::Client::search_groups*/
    #[derive(Debug, Clone)]
    pub struct SearchGroups<'a> {
        client: &'a super::Client,
        groups: Result<::std::string::String, String>,
        ids: Result<Option<::std::vec::Vec<::uuid::Uuid>>, String>,
        joined: Result<Option<::std::string::String>, String>,
        kinds: Result<
            Option<::std::vec::Vec<crate::enums::SearchGroupsKindsItem>>,
            String,
        >,
        sizes: Result<::std::vec::Vec<i64>, String>,
    }
    impl<'a> SearchGroups<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                groups: Err("groups was not initialized".to_string()),
                ids: Ok(None),
                joined: Ok(None),
                kinds: Ok(None),
                sizes: Err("sizes was not initialized".to_string()),
            }
        }
        pub fn groups<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.groups = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for groups failed"
                        .to_string()
                });
            self
        }
        pub fn ids<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::vec::Vec<::uuid::Uuid>>,
        {
            self.ids = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: vec :: Vec < :: uuid :: Uuid >` for ids failed"
                        .to_string()
                });
            self
        }
        pub fn joined<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.joined = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for joined failed"
                        .to_string()
                });
            self
        }
        pub fn kinds<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<
                ::std::vec::Vec<crate::enums::SearchGroupsKindsItem>,
            >,
        {
            self.kinds = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: vec :: Vec < crate :: enums :: SearchGroupsKindsItem >` for kinds failed"
                        .to_string()
                });
            self
        }
        pub fn sizes<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::vec::Vec<i64>>,
        {
            self.sizes = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: vec :: Vec < i64 >` for sizes failed"
                        .to_string()
                });
            self
        }
        ///Sends a `GET` request to `/search/{groups}`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<crate::ErrorBody>> {
            let Self { client, groups, ids, joined, kinds, sizes } = self;
            let groups = groups.map_err(Error::InvalidRequest)?;
            let ids = ids.map_err(Error::InvalidRequest)?;
            let joined = joined.map_err(Error::InvalidRequest)?;
            let kinds = kinds.map_err(Error::InvalidRequest)?;
            let sizes = sizes.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/search/{}", client.baseurl, encode_path(& groups.to_string()),
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
                .query(&progenitor_client::QueryParam::new("ids", &ids))
                .query(&progenitor_client::QueryParam::new("joined", &joined))
                .query(&progenitor_client::QueryParam::new("kinds", &kinds))
                .query(&progenitor_client::QueryParam::new("sizes", &sizes))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "search_groups",
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
