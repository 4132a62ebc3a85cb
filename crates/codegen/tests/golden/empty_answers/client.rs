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
/**Client for Empty answers



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
    /**peek job

Sends a `GET` request to `/jobs/{job}`

Arguments:
- `job`:
```text
let response = client.peek_job()
    .job(job)
    .send()
    .await;
```*/
    pub fn peek_job(&self) -> builder::PeekJob<'_> {
        builder::PeekJob::new(self)
    }
    /**touch job

Sends a `PUT` request to `/jobs/{job}`

Arguments:
- `job`:
```text
let response = client.touch_job()
    .job(job)
    .send()
    .await;
```*/
    pub fn touch_job(&self) -> builder::TouchJob<'_> {
        builder::TouchJob::new(self)
    }
    /**start job

Sends a `POST` request to `/jobs/{job}`

Arguments:
- `job`:
```text
let response = client.start_job()
    .job(job)
    .send()
    .await;
```*/
    pub fn start_job(&self) -> builder::StartJob<'_> {
        builder::StartJob::new(self)
    }
    /**drop job

Sends a `DELETE` request to `/jobs/{job}`

Arguments:
- `job`:
```text
let response = client.drop_job()
    .job(job)
    .send()
    .await;
```*/
    pub fn drop_job(&self) -> builder::DropJob<'_> {
        builder::DropJob::new(self)
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
    /**Builder for [`Client::peek_job`]

[`Client::peek_job`]: super::Client::peek_job*/
    #[derive(Debug, Clone)]
    pub struct PeekJob<'a> {
        client: &'a super::Client,
        job: Result<::std::string::String, String>,
    }
    impl<'a> PeekJob<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                job: Err("job was not initialized".to_string()),
            }
        }
        pub fn job<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.job = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for job failed"
                        .to_string()
                });
            self
        }
        ///Sends a `GET` request to `/jobs/{job}`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<crate::ErrorBody>> {
            let Self { client, job } = self;
            let job = job.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/jobs/{}", client.baseurl, encode_path(& job.to_string()),
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
                operation_id: "peek_job",
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
    /**Builder for [`Client::touch_job`]

[`Client::touch_job`]: super::Client::touch_job*/
    #[derive(Debug, Clone)]
    pub struct TouchJob<'a> {
        client: &'a super::Client,
        job: Result<::std::string::String, String>,
    }
    impl<'a> TouchJob<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                job: Err("job was not initialized".to_string()),
            }
        }
        pub fn job<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.job = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for job failed"
                        .to_string()
                });
            self
        }
        ///Sends a `PUT` request to `/jobs/{job}`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<::serde_json::Value>, Error<crate::ErrorBody>> {
            let Self { client, job } = self;
            let job = job.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/jobs/{}", client.baseurl, encode_path(& job.to_string()),
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
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "touch_job",
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
    /**Builder for [`Client::start_job`]

[`Client::start_job`]: super::Client::start_job*/
    #[derive(Debug, Clone)]
    pub struct StartJob<'a> {
        client: &'a super::Client,
        job: Result<::std::string::String, String>,
    }
    impl<'a> StartJob<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                job: Err("job was not initialized".to_string()),
            }
        }
        pub fn job<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.job = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for job failed"
                        .to_string()
                });
            self
        }
        ///Sends a `POST` request to `/jobs/{job}`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<crate::ErrorBody>> {
            let Self { client, job } = self;
            let job = job.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/jobs/{}", client.baseurl, encode_path(& job.to_string()),
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
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "start_job",
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
    /**Builder for [`Client::drop_job`]

[`Client::drop_job`]: super::Client::drop_job*/
    #[derive(Debug, Clone)]
    pub struct DropJob<'a> {
        client: &'a super::Client,
        job: Result<::std::string::String, String>,
    }
    impl<'a> DropJob<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                job: Err("job was not initialized".to_string()),
            }
        }
        pub fn job<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.job = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for job failed"
                        .to_string()
                });
            self
        }
        ///Sends a `DELETE` request to `/jobs/{job}`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<crate::ErrorBody>> {
            let Self { client, job } = self;
            let job = job.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/jobs/{}", client.baseurl, encode_path(& job.to_string()),
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
                .delete(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "drop_job",
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
