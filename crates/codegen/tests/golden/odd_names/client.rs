// Generated from spec/ by the build script; see `cargo xtask regen`.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`File`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct File {
        #[serde(rename = "a-b", skip_serializing_if = "::std::option::Option::is_none")]
        pub a_b: ::std::option::Option<::std::string::String>,
        #[serde(rename = "", skip_serializing_if = "::std::option::Option::is_none")]
        pub x: ::std::option::Option<::std::string::String>,
        #[serde(rename = "2nd", skip_serializing_if = "::std::option::Option::is_none")]
        pub x2nd: ::std::option::Option<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl File {
        pub fn builder() -> builder::File {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct File {
            a_b: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            x: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            x2nd: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for File {
            fn default() -> Self {
                Self {
                    a_b: Ok(Default::default()),
                    x: Ok(Default::default()),
                    x2nd: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl File {
            pub fn a_b<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.a_b = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for a_b: {e}")
                    });
                self
            }
            pub fn x<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.x = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for x: {e}"));
                self
            }
            pub fn x2nd<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.x2nd = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for x2nd: {e}")
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
        impl ::std::convert::TryFrom<File> for super::File {
            type Error = super::error::ConversionError;
            fn try_from(
                value: File,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    a_b: value.a_b?,
                    x: value.x?,
                    x2nd: value.x2nd?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::File> for File {
            fn from(value: super::File) -> Self {
                Self {
                    a_b: Ok(value.a_b),
                    x: Ok(value.x),
                    x2nd: Ok(value.x2nd),
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
/**Client for Odd names



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
    /**Get | one file

Sends a `GET` request to `/files/{file-name}.{ext}`

Arguments:
- `file_name`:
- `ext`:
- `type_`:
```text
let response = client.get_file()
    .file_name(file_name)
    .ext(ext)
    .type_(type_)
    .send()
    .await;
```*/
    pub fn get_file(&self) -> builder::GetFile<'_> {
        builder::GetFile::new(self)
    }
    /**list files

Sends a `GET` request to `/الملفات`

```text
let response = client.list_files()
    .send()
    .await;
```*/
    pub fn list_files(&self) -> builder::ListFiles<'_> {
        builder::ListFiles::new(self)
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
    /**Builder for [`Client::get_file`]

[`Client::get_file`]: super::Client::get_file*/
    #[derive(Debug, Clone)]
    pub struct GetFile<'a> {
        client: &'a super::Client,
        file_name: Result<::std::string::String, String>,
        ext: Result<::std::string::String, String>,
        type_: Result<Option<::std::string::String>, String>,
    }
    impl<'a> GetFile<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                file_name: Err("file_name was not initialized".to_string()),
                ext: Err("ext was not initialized".to_string()),
                type_: Ok(None),
            }
        }
        pub fn file_name<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.file_name = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for file_name failed"
                        .to_string()
                });
            self
        }
        pub fn ext<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.ext = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for ext failed"
                        .to_string()
                });
            self
        }
        pub fn type_<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.type_ = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for type_ failed"
                        .to_string()
                });
            self
        }
        ///Sends a `GET` request to `/files/{file-name}.{ext}`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::File>, Error<crate::ErrorBody>> {
            let Self { client, file_name, ext, type_ } = self;
            let file_name = file_name.map_err(Error::InvalidRequest)?;
            let ext = ext.map_err(Error::InvalidRequest)?;
            let type_ = type_.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/files/{}.{}", client.baseurl, encode_path(& file_name.to_string()),
                encode_path(& ext.to_string()),
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
                .query(&progenitor_client::QueryParam::new("@type", &type_))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "get_file",
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
    /**Builder for [`Client::list_files`]

[`Client::list_files`]: super::Client::list_files*/
    #[derive(Debug, Clone)]
    pub struct ListFiles<'a> {
        client: &'a super::Client,
    }
    impl<'a> ListFiles<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/الملفات`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<crate::ErrorBody>> {
            let Self { client } = self;
            let url = format!("{}/الملفات", client.baseurl,);
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
                operation_id: "list_files",
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
