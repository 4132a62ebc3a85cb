// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::client::Client;
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Folder`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Folder {
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub folders: crate::Field<::std::vec::Vec<Folder>>,
        pub name: ::std::string::String,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub owner: crate::Field<Owner>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub parent: crate::Field<::std::boxed::Box<Folder>>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Folder {
        pub fn builder() -> builder::Folder {
            Default::default()
        }
    }
    ///`Owner`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Owner {
        ///Where it begins.
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub home: crate::Field<::std::boxed::Box<Folder>>,
        #[serde(default, skip_serializing_if = "crate::Field::is_absent")]
        pub name: crate::Field<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Owner {
        pub fn builder() -> builder::Owner {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Folder {
            folders: ::std::result::Result<
                crate::Field<::std::vec::Vec<super::Folder>>,
                ::std::string::String,
            >,
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            owner: ::std::result::Result<
                crate::Field<super::Owner>,
                ::std::string::String,
            >,
            parent: ::std::result::Result<
                crate::Field<::std::boxed::Box<super::Folder>>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Folder {
            fn default() -> Self {
                Self {
                    folders: Ok(Default::default()),
                    name: Err("no value supplied for name".to_string()),
                    owner: Ok(Default::default()),
                    parent: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Folder {
            pub fn folders<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::vec::Vec<super::Folder>>>,
                T::Error: ::std::fmt::Display,
            {
                self.folders = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for folders: {e}")
                    });
                self
            }
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
            pub fn owner<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<super::Owner>>,
                T::Error: ::std::fmt::Display,
            {
                self.owner = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for owner: {e}")
                    });
                self
            }
            pub fn parent<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<::std::boxed::Box<super::Folder>>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.parent = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for parent: {e}")
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
            pub fn build(self) -> ::std::result::Result<super::Folder, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Folder> for super::Folder {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Folder,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.folders {
                    faults.push(fault);
                }
                if let Err(fault) = &value.name {
                    faults.push(fault);
                }
                if let Err(fault) = &value.owner {
                    faults.push(fault);
                }
                if let Err(fault) = &value.parent {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    folders: value.folders?,
                    name: value.name?,
                    owner: value.owner?,
                    parent: value.parent?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Folder> for Folder {
            fn from(value: super::Folder) -> Self {
                Self {
                    folders: Ok(value.folders),
                    name: Ok(value.name),
                    owner: Ok(value.owner),
                    parent: Ok(value.parent),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Owner {
            home: ::std::result::Result<
                crate::Field<::std::boxed::Box<super::Folder>>,
                ::std::string::String,
            >,
            name: ::std::result::Result<
                crate::Field<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Owner {
            fn default() -> Self {
                Self {
                    home: Ok(Default::default()),
                    name: Ok(Default::default()),
                    extra: Ok(Default::default()),
                }
            }
        }
        impl Owner {
            ///Where it begins.
            pub fn home<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    crate::Field<::std::boxed::Box<super::Folder>>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.home = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for home: {e}")
                    });
                self
            }
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<crate::Field<::std::string::String>>,
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
            /// The finished value.
            ///
            /// # Errors
            /// What is missing, and every value that could not be converted.
            pub fn build(self) -> ::std::result::Result<super::Owner, crate::Error> {
                ::std::convert::TryInto::try_into(self).map_err(crate::Error::body)
            }
        }
        impl ::std::convert::TryFrom<Owner> for super::Owner {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Owner,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                let mut faults: Vec<&str> = Vec::new();
                if let Err(fault) = &value.home {
                    faults.push(fault);
                }
                if let Err(fault) = &value.name {
                    faults.push(fault);
                }
                if let Err(fault) = &value.extra {
                    faults.push(fault);
                }
                if !faults.is_empty() {
                    return Err(faults.join("; ").into());
                }
                Ok(Self {
                    home: value.home?,
                    name: value.name?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Owner> for Owner {
            fn from(value: super::Owner) -> Self {
                Self {
                    home: Ok(value.home),
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
impl Client {
    /**put folder

Sends a `PUT` request to `/folders`

```text
let response = client.put_folder()
    .body(body)
    .send()
    .await;
```*/
    pub fn put_folder(&self) -> builder::PutFolder {
        builder::PutFolder::new(self.clone())
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    /**Builder for [`Client::put_folder`]

[`Client::put_folder`]: super::Client::put_folder*/
    #[derive(Debug, Clone)]
    pub struct PutFolder {
        client: super::Client,
        body: Result<types::builder::Folder, String>,
    }
    impl PutFolder {
        pub fn new(client: super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::Folder>,
            <V as std::convert::TryInto<types::Folder>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| format!("conversion to `Folder` for body failed: {}", s));
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(types::builder::Folder) -> types::builder::Folder,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends `PUT /folders`.
        ///
        /// # Errors
        /// Arguments that are missing or wrong, all at once and before anything is sent; after that
        /// see [`crate::Error::outcome`].
        pub async fn send(self) -> Result<types::Folder, crate::Error> {
            Ok(self.response().await?.into_inner())
        }
        /// As [`Self::send`], with the status, the request id and the number of attempts.
        ///
        /// # Errors
        /// As [`Self::send`].
        pub async fn response(
            self,
        ) -> Result<crate::Response<types::Folder>, crate::Error> {
            let Self { client, body } = self;
            client
                .typed(&crate::operations::PUT_FOLDER)
                .body(
                    body
                        .and_then(|body| {
                            types::Folder::try_from(body)
                                .map_err(|fault| fault.to_string())
                        }),
                )
                .send()
                .await
        }
        pub fn folders<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<::std::vec::Vec<types::Folder>>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.folders(value));
            self
        }
        pub fn name<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<::std::string::String>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.name(value));
            self
        }
        pub fn owner<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<types::Owner>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.owner(value));
            self
        }
        pub fn parent<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<crate::Field<::std::boxed::Box<types::Folder>>>,
            T::Error: ::std::fmt::Display,
        {
            self.body = self.body.map(|body| body.parent(value));
            self
        }
    }
}
