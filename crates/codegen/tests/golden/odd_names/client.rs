// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`File`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct File {
        #[serde(
            rename = "a-b",
            default,
            skip_serializing_if = "crate::Field::is_absent"
        )]
        pub a_b: crate::Field<::std::string::String>,
        #[serde(rename = "", default, skip_serializing_if = "crate::Field::is_absent")]
        pub x: crate::Field<::std::string::String>,
        #[serde(
            rename = "2nd",
            default,
            skip_serializing_if = "crate::Field::is_absent"
        )]
        pub x2nd: crate::Field<::std::string::String>,
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
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            x: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            x2nd: ::std::result::Result<
                crate::Field<::std::string::String>,
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
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
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
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.x = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for x: {e}"));
                self
            }
            pub fn x2nd<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
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
            /// The finished value.
            ///
            /// # Errors
            /// What is missing, and every value that could not be converted.
            pub fn build(self) -> ::std::result::Result<super::File, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<File> for super::File {
            type Error = super::error::ConversionError;
            fn try_from(
                value: File,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.a_b {
                    faults.push(fault);
                }
                if let Err(fault) = &value.x {
                    faults.push(fault);
                }
                if let Err(fault) = &value.x2nd {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
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
    pub fn get_file(&self) -> builder::GetFile {
        builder::GetFile::new(self.clone())
    }
    /**list files

Sends a `GET` request to `/الملفات`

```text
let response = client.list_files()
    .send()
    .await;
```*/
    pub fn list_files(&self) -> builder::ListFiles {
        builder::ListFiles::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::get_file`]

[`Client::get_file`]: super::Client::get_file*/
    #[derive(Debug, Clone)]
    pub struct GetFile {
        client: super::Client,
        file_name: Result<::std::string::String, String>,
        ext: Result<::std::string::String, String>,
        type_: Result<Option<::std::string::String>, String>,
    }
    impl GetFile {
        pub fn new(client: super::Client) -> Self {
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
        ///Sends `GET /files/{file-name}.{ext}`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::File, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::File>, crate::Error> {
            let Self { client, file_name, ext, type_ } = self;
            client
                .typed(&crate::operations::GET_FILE)
                .path("file-name", file_name)
                .path("ext", ext)
                .query("@type", type_)
                .send()
                .await
        }
    }
    /**Builder for [`Client::list_files`]

[`Client::list_files`]: super::Client::list_files*/
    #[derive(Debug, Clone)]
    pub struct ListFiles {
        client: super::Client,
    }
    impl ListFiles {
        pub fn new(client: super::Client) -> Self {
            Self { client: client }
        }
        ///Sends `GET /الملفات`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<(), crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(self) -> Result<crate::Response<()>, crate::Error> {
            let Self { client } = self;
            client.typed(&crate::operations::LIST_FILES).done().await
        }
    }
}
